/**
 * What became of the latest calls, as counts. `record` and every getter are O(1), also after
 * half a million calls and after an idle gap; memory comes with the first call, for failures with
 * the first failure.
 */
export interface CallWindow {
  /** As of the last `record` or `passTo`. */
  readonly total: number
  /** Timeouts included. */
  readonly failures: number
  readonly timeouts: number
  /** Successes that took too long. Not among the failures. */
  readonly slow: number
  record(kind: CallKind, nowMs: number): void
  /** Lets go of what has become too old. */
  passTo(nowMs: number): void
  clear(): void
}

export const callKinds = { success: 0, failure: 1, timeout: 2, slow: 3 } as const

export type CallKind = (typeof callKinds)[keyof typeof callKinds]
