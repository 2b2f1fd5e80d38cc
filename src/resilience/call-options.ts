import type { Criticality } from './criticality.ts'

/** What one call may say for itself. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** The earlier of this and the policy's holds. */
  readonly deadlineMs?: number
  readonly key?: string
  readonly criticality?: Criticality
}
