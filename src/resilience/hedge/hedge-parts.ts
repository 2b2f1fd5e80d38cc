import type { AttemptBudget } from '../budget.ts'
import type { Events } from '../events.ts'
import type { LatencyPrediction } from '../prediction.ts'
import type { Places } from '../places.ts'
import type { Timers } from '../timers.ts'
import type { PlanOptions } from './attempt-plan.ts'

/**
 * What hedging works with: the plan asks, the budget and who has places grant, latency says when an
 * attempt could still end in time.
 */
export interface HedgeParts {
  readonly plan: PlanOptions
  readonly budget: AttemptBudget
  readonly latency: LatencyPrediction
  readonly timers: Timers
  readonly events: Events
  /** Of the bulkhead, the limiter and the rate: what more than one attempt at once needs. */
  readonly places?: readonly Places[] | undefined
}
