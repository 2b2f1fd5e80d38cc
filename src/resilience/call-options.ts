import { type Criticality, isCriticality } from './criticality.ts'

/** What one call may say for itself. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** The earlier of this and the policy's holds. */
  readonly deadlineMs?: number
  readonly key?: string
  readonly criticality?: Criticality
}

/** The sentence about what is wrong with them, if something is. */
export function wrongCallOption(options: CallOptions): string | undefined {
  const { deadlineMs, criticality, key, signal } = options
  // A deadline that has passed already is a fact, not a mistake; NaN compares with nothing.
  if (deadlineMs !== undefined && !(typeof deadlineMs === 'number' && deadlineMs === deadlineMs)) {
    return `deadlineMs is a number, not ${String(deadlineMs)}`
  }
  if (criticality !== undefined && !isCriticality(criticality)) {
    return `criticality is a whole number from 0 to 4, not ${String(criticality)}`
  }
  if (key !== undefined && typeof key !== 'string') return `key is a text, not a(n) ${typeof key}`
  const isSignal = signal === undefined || signal instanceof AbortSignal
  return isSignal ? undefined : `signal is an AbortSignal, not a(n) ${typeof signal}`
}
