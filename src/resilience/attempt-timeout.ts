import { GenesisError } from '../runtime/index.ts'
import type { Attempt, Call } from './attempt.ts'
import type { Events } from './events.ts'
import type { Executor, Run } from './executor.ts'
import { timeoutFailure } from './guard.ts'
import type { OnceOutcome } from './outcome.ts'
import type { LatencyPrediction, SuccessPrediction } from './prediction.ts'
import { refusal } from './refusal.ts'
import type { Timers } from './timers.ts'

/**
 * Measures every attempt, and gives it up after its timeout.
 *
 * The sample rule is Finagle's: replies are recorded; timeouts and attempts superseded by a
 * faster one are recorded as "at least this long"; failures are not, since failing fast is not
 * being fast. A timeout at or after the deadline is left to the deadline's own timer.
 */
export class AttemptTimeout implements Executor {
  readonly #options: AttemptTimeoutOptions

  constructor(options: AttemptTimeoutOptions) {
    this.#options = options
  }

  apply(inner: Run): Run {
    const { timeoutMs, timers } = this.#options
    if (timeoutMs === undefined) return this.#measured(inner)
    return (attempt, settle) => {
      const { call } = attempt
      const startedAtMs = call.nowMs
      const limitMs = timeoutMs()
      let handle = -1
      if (call.nowMs + limitMs < call.deadlineAtMs) {
        call.races = true
        handle = timers.add(call.nowMs + limitMs, () => this.#onTimeout(attempt, limitMs))
        if (handle === 0) return settle(refusal('timers-full'))
      }
      inner(attempt, (outcome) => {
        if (handle > 0) timers.cancel(handle)
        this.#record(attempt.call, startedAtMs, outcome)
        settle(outcome)
      })
    }
  }

  #measured(inner: Run): Run {
    return (attempt, settle) => {
      const startedAtMs = attempt.call.nowMs
      inner(attempt, (outcome) => {
        this.#record(attempt.call, startedAtMs, outcome)
        settle(outcome)
      })
    }
  }

  #onTimeout(attempt: Attempt, timeoutMs: number): void {
    const { call } = attempt
    if (!attempt.isOut) return
    call.readClock()
    call.counters.timeouts++
    const { events } = this.#options
    if (events.hasListeners) {
      events.emit({ type: 'attempt.timed-out', attempt: attempt.attempt, timeoutMs })
    }
    const error = new GenesisError('timeout', `No answer within ${timeoutMs} ms.`)
    attempt.abort(error, timeoutFailure(call, error))
  }

  #record(call: Call, startedAtMs: number, outcome: OnceOutcome<unknown>): void {
    const { latency, success } = this.#options
    const tookMs = call.nowMs - startedAtMs
    if (outcome.ok) {
      latency.record(tookMs, call.nowMs)
      success?.learn(call.deadlineAtMs - startedAtMs, true, call.nowMs)
    } else if ('refused' in outcome) {
      if (outcome.refused === 'superseded') latency.recordCensored(tookMs, call.nowMs)
    } else if ('errorClass' in outcome) {
      if (outcome.timedOut) latency.recordCensored(tookMs, call.nowMs)
      if (outcome.errorClass !== 'fatal') {
        success?.learn(call.deadlineAtMs - startedAtMs, false, call.nowMs)
      }
    }
  }
}

export interface AttemptTimeoutOptions {
  /** Asked once an attempt; without it attempts are only measured. */
  readonly timeoutMs?: (() => number) | undefined
  readonly latency: LatencyPrediction
  readonly success?: SuccessPrediction | undefined
  readonly timers: Timers
  readonly events: Events
}
