import { assert } from '../../runtime/index.ts'
import type { CircuitState } from '../circuit.ts'
import type { AttemptsWanted, LatencyPrediction } from '../prediction.ts'

/**
 * How many attempts a call asks for, and how long each waits for the one before it.
 *
 * States only ask; the budget, free places and the deadline decide (`Hedge`). RESILIENT
 * asks for what prediction says, ULTRA_RESILIENT for three. A cold predictor never hedges: it
 * would double the load of every client that just started.
 */
export interface PlanOptions {
  /** What hedging alone asks for, in every state; 1 without it. */
  readonly attempts: number
  readonly after: 'p95' | number
  readonly afterMsMin: number
  readonly latency: LatencyPrediction
  readonly state: () => CircuitState
  /** From the success predictor and the expected latency. */
  readonly wanted: ((leftMs: number) => AttemptsWanted) | undefined
}

export function attemptsAsked(options: PlanOptions, leftMs: number): number {
  const { attempts, state, wanted } = options
  switch (state()) {
    case 'RESILIENT':
      return Math.max(attempts, wanted?.(leftMs) ?? 1)
    case 'ULTRA_RESILIENT':
      return Math.max(attempts, wanted === undefined ? 1 : 3)
    case 'ETERNAL':
      return Math.max(attempts, wanted === undefined ? 1 : 2)
    case 'HALF_OPEN':
      return 1
    default:
      return attempts
  }
}

/** `Infinity` when nothing is known yet to measure a delay by. */
export function hedgeDelayMs({ after, afterMsMin, latency }: PlanOptions): number {
  if (typeof after === 'number') return Math.max(after, 0)
  return latency.isWarm ? Math.max(latency.p95Ms, afterMsMin) : Infinity
}

export function checkHedge(attempts: number, after: 'p95' | number): void {
  const whole = Number.isInteger(attempts) && attempts >= 1 && attempts <= hedgedAttemptsMax
  assert(whole, `hedge.attempts is a whole number from 1 to ${hedgedAttemptsMax}, not ${attempts}`)
  assert(after === 'p95' || after >= 0, `hedge.after is 'p95' or milliseconds, not ${after}`)
}

/** As gRPC's hard cap. */
export const hedgedAttemptsMax = 5
