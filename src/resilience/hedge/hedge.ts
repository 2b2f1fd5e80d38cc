import type { Executor, Run } from '../executor.ts'
import { attemptsAsked, hedgeDelayMs } from './attempt-plan.ts'
import type { HedgeParts } from './hedge-parts.ts'
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
      const attempts = attemptsAsked(parts.plan, attempt.call.callDeadlineLeftMs)
      const delayMs = attempts > 1 ? hedgeDelayMs(parts.plan) : Infinity
      if (delayMs === Infinity && attempts === 1) return inner(attempt, settle)
      new HedgedCall(parts, inner, attempt, attempts, delayMs, settle).start()
    }
  }
}
