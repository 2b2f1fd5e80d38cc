import type { Call } from '../attempt.ts'
import type { Circuit } from '../circuit.ts'
import { type Events, keyed } from '../events.ts'
import type { OnceOutcome } from '../outcome.ts'
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
  readonly events: Events
}

/** Whether something stored may answer in its place. */
export function isReplaceable(outcome: OnceOutcome<unknown>, essential: boolean): boolean {
  if (outcome.ok || 'unknown' in outcome) return false
  if ('refused' in outcome) return outcome.refused !== 'aborted'
  return outcome.errorClass !== 'fatal' || essential
}

/** The mistake of ours that an essential call is answered over: else nobody would hear of it. */
export function tellCovered(events: Events, call: Call, outcome: OnceOutcome<unknown>): void {
  const isMistake = 'errorClass' in outcome && outcome.errorClass === 'fatal'
  if (!isMistake || !events.hasListeners) return
  events.emit({ type: 'failure.covered', error: outcome.error, ...keyed(call.key) })
}
