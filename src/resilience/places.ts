import type { Call } from './attempt.ts'
import type { Executor } from './executor.ts'

/**
 * Where a hedge asks for room: it is load like any other attempt, but the call has an attempt out
 * already. So it gets a place that is free now, or is not sent; it never waits in a line, turns
 * nobody out of one, and being without a place is no refusal of the call.
 */
export interface Places {
  /** `call`: one attempt has the call's own place. `attempt`: each needs one, at its start. */
  readonly heldBy: 'call' | 'attempt'
  takePlace(call: Call): boolean
  giveBackPlace(call: Call): void
}

export function hasPlaces(executor: Executor | undefined): executor is Executor & Places {
  return executor !== undefined && 'takePlace' in executor && 'giveBackPlace' in executor
}
