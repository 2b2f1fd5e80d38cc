import type { AttemptBudget } from '../budget.ts'
import type { Events } from '../events.ts'
import type { Executor, Run } from '../executor.ts'
import type { LatencyPrediction } from '../prediction.ts'
import type { Timers } from '../timers.ts'
import { type PlanOptions, attemptsAsked, hedgeDelayMs } from './attempt-plan.ts'
import { HedgedCall } from './hedged-call.ts'

/**
 * Several attempts of one call at once, when the first takes longer than is usual or the circuit's
 * state asks for it. How many is asked here (`attempt-plan`) and granted by the budget, one by
 * one, at the moment each would be sent.
 */
export class Hedge implements Executor {
  readonly #parts: HedgeParts

  constructor(parts: HedgeParts) {
    this.#parts = parts
  }

  apply(inner: Run): Run {
    const parts = this.#parts
    return (attempt, settle) => {
      const attempts = attemptsAsked(parts.plan, attempt.call.deadlineLeftMs)
      const delayMs = attempts > 1 ? hedgeDelayMs(parts.plan) : Infinity
      if (delayMs === Infinity && attempts === 1) return inner(attempt, settle)
      new HedgedCall(parts, inner, attempt, attempts, delayMs, settle).start()
    }
  }
}

export interface HedgeParts {
  readonly plan: PlanOptions
  readonly budget: AttemptBudget
  readonly latency: LatencyPrediction
  readonly timers: Timers
  readonly events: Events
  readonly targets?: readonly string[] | undefined
  /** Free places in the concurrency limiter. */
  readonly headroom?: (() => number) | undefined
}
