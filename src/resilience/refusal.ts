import type { Refused } from './outcome.ts'

/** Why a call was not sent, or not waited for: each is counted under its code, none is a failure. */
export const refusalReasons = {
  'circuit-open': 'The circuit is open: the last calls failed.',
  'rate-limited': 'The rate limit is reached.',
  overloaded: 'The concurrency limit is reached, and more important calls go first.',
  throttled: 'The other side has been refusing calls, so this one was not sent.',
  'queue-full': 'As many calls run and wait as may.',
  gated: 'The other side asked for a pause on this key.',
  'no-time': 'No time is left before the deadline.',
  aborted: 'The caller aborted the call.',
  superseded: 'Another attempt of the same call answered first.',
  'timers-full': 'More deadlines wait than may.',
} as const

export type RefusalCode = keyof typeof refusalReasons

/** One frozen value a code: refusing under overload must cost next to nothing. */
const prepared = Object.fromEntries(
  Object.entries(refusalReasons).map(([refused, reason]) => [
    refused,
    Object.freeze({ ok: false, refused, reason }),
  ]),
) as Record<RefusalCode, Refused>

export function refusal(code: RefusalCode, retryAfterMs?: number): Refused {
  const value = prepared[code]
  if (retryAfterMs === undefined) return value
  return { ok: false, refused: code, reason: value.reason, retryAfterMs }
}
