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
    Object.freeze({ ok: false, refused, reason }),
  ]),
) as Record<RefusalCode, Refused>

/** By its caller, for this reason. */
export function aborted(cause: unknown): Refused {
  return { ...prepared.aborted, cause }
}

export function refusal(code: RefusalCode, retryAfterMs?: number): Refused {
  const value = prepared[code]
  if (retryAfterMs === undefined) return value
  return { ok: false, refused: code, reason: value.reason, retryAfterMs }
}
