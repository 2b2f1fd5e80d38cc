/** Why a call was not sent, or not waited for (`aborted`); counted by code, never a failure. */
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
