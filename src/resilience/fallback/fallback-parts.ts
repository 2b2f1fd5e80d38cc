import type { Circuit } from '../circuit.ts'
import type { LatencyPrediction } from '../prediction.ts'
import type { Timers } from '../timers.ts'
import type { AnswerCache } from './answer-cache.ts'
import type { FallbackCall } from './fallback-call.ts'

/**
 * What answering without the live side works with; the circuit's state decides which way is
 * taken, so without a circuit it is always the plain one.
 */
export interface FallbackParts {
  readonly circuit?: Circuit | undefined
  readonly cache?: AnswerCache | undefined
  readonly fallback?: FallbackCall | undefined
  readonly essential: boolean
  readonly latency: LatencyPrediction
  readonly timers: Timers
}
