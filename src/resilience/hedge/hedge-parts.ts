import type { AttemptBudget } from '../budget.ts'
import type { Events } from '../events.ts'
import type { LatencyPrediction } from '../prediction.ts'
import type { Timers } from '../timers.ts'
import type { PlanOptions } from './attempt-plan.ts'

/**
 * What hedging works with: the plan asks, the budget and the headroom grant, latency says when an
 * attempt could still end in time.
 */
export interface HedgeParts {
  readonly plan: PlanOptions
  readonly budget: AttemptBudget
  readonly latency: LatencyPrediction
  readonly timers: Timers
  readonly events: Events
  /** Free places in the concurrency limiter. */
  readonly headroom?: (() => number) | undefined
}
