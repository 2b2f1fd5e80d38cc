import type { Attempt } from './attempt.ts'
import type { OnceOutcome } from './outcome.ts'

/**
 * The one contract by which policies compose: a policy wraps a function and never knows its
 * neighbours (in the manner of failsafe-go). The function reports by callback and not by promise:
 * a layer then costs a few nanoseconds, a synchronous answer stays synchronous, and whoever
 * waits for several things at once (a hedge, a timeout) needs no race.
 *
 * A `Run` holds to these rules:
 * 1. It calls `settle` exactly once, now or later, and never throws.
 * 2. Giving an attempt up is `attempt.abort(reason, outcome)`: the attempt settles with `outcome`
 *    at once, through every layer around it, and its reply, if one comes, is counted `late`.
 *    Who keeps an attempt waiting (a queue) sets `attempt.onAbort` and leaves the queue in it.
 * 3. On entry, and when it calls `settle`, `attempt.call.nowMs` is the present: `invoke` stamps it
 *    when a reply arrives, and whoever wakes by a timer calls `call.readClock()`. No other layer
 *    reads a clock.
 * 4. For another attempt it calls `call.nextAttempt()`, unless `call.over`, after the budget
 *    granted it, and passes that to its inner function.
 * 5. A function of the user's (listener, predicate, fallback) runs isolated: what it throws is
 *    reported and changes nobody's outcome.
 */
export type Run = (attempt: Attempt, settle: Settle) => void

export type Settle = (outcome: OnceOutcome<unknown>) => void

export interface Executor {
  /** Called once, when the policy is put together. */
  apply(inner: Run): Run
  /** Sends a call again, or answers in its place: the function that made it. */
  readonly repeats?: 'retry' | 'hedge' | 'fallback' | undefined
}

/** Not around a call that must be made once. */
export interface RepeatingExecutor extends Executor {
  readonly repeats: NonNullable<Executor['repeats']>
}

/**
 * What may be around a call that must be made once. The type to give an executor of your own: of
 * one that is called just `Executor` the compiler does not know that it repeats nothing.
 */
export interface OnceExecutor extends Executor {
  readonly repeats?: undefined
}

/** Outermost first. */
export function compose(executors: readonly Executor[], innermost: Run): Run {
  return executors.reduceRight((inner, executor) => executor.apply(inner), innermost)
}
