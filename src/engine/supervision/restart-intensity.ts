/**
 * How often something may be restarted before the fault is handed upwards, as in OTP: more than
 * `restarts` within any `withinMs`, and restarting is no longer the answer.
 *
 * Pure: the times of recent restarts go in and come out, never more of them than `restarts`.
 */
export interface RestartIntensity {
  readonly restarts: number
  readonly withinMs: number
}

export const defaultIntensity: RestartIntensity = { restarts: 3, withinMs: 10_000 }

export type RestartVerdict =
  | { readonly allowed: true; readonly recent: readonly number[] }
  | { readonly allowed: false; readonly recent: readonly number[] }

/** Whether one more restart is allowed at `nowMs` after those at `recent`; with it, if it is. */
export function nextRestart(
  recent: readonly number[],
  nowMs: number,
  { restarts, withinMs }: RestartIntensity,
): RestartVerdict {
  const counted = recentRestarts(recent, nowMs, withinMs)
  if (counted.length >= restarts) return { allowed: false, recent: counted }
  return { allowed: true, recent: [...counted, nowMs] }
}

/** Those of `recent` that still count at `nowMs`. */
export function recentRestarts(
  recent: readonly number[],
  nowMs: number,
  withinMs: number,
): readonly number[] {
  return recent.filter((at) => nowMs - at < withinMs)
}
