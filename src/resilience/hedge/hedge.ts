import type { Executor, RepeatingExecutor, Run } from '../executor.ts'
import { LateLayer, measuredLayer } from '../late-layer.ts'
import { checkPart } from '../option-checks.ts'
import { defaultParts } from '../parts.ts'
import { hasPlaces, type Places } from '../places.ts'
import type { HedgeOptions } from '../policy-options.ts'
import { LatencyPredictor } from '../prediction/latency-predictor.ts'
import { timersOf } from '../timers.ts'
import type { Whole } from '../whole.ts'
import { attemptsAsked, checkHedge, hedgeDelayMs } from './attempt-plan.ts'
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

export const hedgeDefaults = { attempts: 2, after: 'p95', afterMsMin: 1 } as const

export function wholeHedge({
  attempts = hedgeDefaults.attempts,
  after = hedgeDefaults.after,
  afterMsMin = hedgeDefaults.afterMsMin,
}: HedgeOptions): Whole<HedgeOptions> {
  return { attempts, after, afterMsMin }
}

/**
 * Hedging alone: `pipeline([hedge({ after: 100 })], { effect: 'read' }).run(task)`.
 * In a pipeline with a bulkhead, a limiter or a rate limit an extra attempt needs a place there.
 */
export function hedge(options: HedgeOptions = {}): RepeatingExecutor {
  checkPart('hedge', options)
  const { attempts, after } = wholeHedge(options)
  checkHedge(attempts, after)
  return new HedgeLayer(options, [])
}

/** Known by its class: a pipeline tells it who has places. */
export class HedgeLayer implements RepeatingExecutor {
  readonly repeats = 'hedge'
  readonly #options: HedgeOptions
  readonly #layer: LateLayer<'hedge'>

  constructor(options: HedgeOptions, places: readonly Places[]) {
    this.#options = options
    this.#layer = new LateLayer(({ clock, events, budget = defaultParts().budget }) => {
      const timers = timersOf(clock)
      const latency = new LatencyPredictor()
      const plan = { ...wholeHedge(options), latency, state, wanted: undefined }
      const layer = new Hedge({ plan, budget, latency, timers, events, places })
      return measuredLayer(layer, { latency, timers, events })
    }, this.repeats)
  }

  apply(inner: Run): Run {
    return this.#layer.apply(inner)
  }

  /** Whoever is outside it lets the call in once, and a rate counts every attempt. */
  among(executors: readonly Executor[]): HedgeLayer {
    const own = executors.indexOf(this)
    const isAsked = ({ heldBy }: Places, index: number) => index < own || heldBy === 'attempt'
    const places = executors.filter((one, index) => hasPlaces(one) && isAsked(one, index))
    return new HedgeLayer(this.#options, places.filter(hasPlaces))
  }
}

/** There is no circuit that could ask for more. */
const state = () => 'CLOSED' as const
