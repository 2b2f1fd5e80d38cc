import type { Refused } from './outcome.ts'
import { type RefusalCode, refusalReasons } from './refusal-code.ts'

/**
 * Refusals, one frozen value a code: refusing under overload must cost next to nothing, and a
 * refusal has no stack to collect.
 */
export type { RefusalCode }

const prepared = Object.fromEntries(
  Object.entries(refusalReasons).map(([refused, reason]) => [
    refused,
    Object.freeze({ ok: false, refused, reason, sent: false }),
  ]),
) as Record<RefusalCode, Refused>

/** By its caller, for this reason. */
export function aborted(cause: unknown, sent: boolean): Refused {
  return { ...prepared.aborted, sent, cause }
}

/** One value for all who are refused in the same millisecond; 0 when nobody knows for how long. */
export function circuitOpen(waitMs: number): Refused {
  const retryAfterMs = Math.ceil(waitMs)
  if (retryAfterMs === 0) return prepared['circuit-open']
  if (latestOpen.retryAfterMs !== retryAfterMs) {
    latestOpen = Object.freeze(refusal('circuit-open', retryAfterMs))
  }
  return latestOpen
}

let latestOpen = prepared['circuit-open']

export function refusal(code: RefusalCode, retryAfterMs?: number): Refused {
  const value = prepared[code]
  if (retryAfterMs === undefined) return value
  return { ...value, retryAfterMs }
}
