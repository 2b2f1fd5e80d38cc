import { GenesisError } from '../runtime/index.ts'
import type { Attempt, Call } from './attempt.ts'
import type { Circuit, CircuitState } from './circuit.ts'
import { type Events, keyed } from './events.ts'
import type { Executor, Run } from './executor.ts'
import { timeoutFailure } from './guard.ts'
import type { OnceOutcome, Success } from './outcome.ts'
import type { LatencyPrediction, SuccessPrediction } from './prediction.ts'
import { isRecovering } from './prediction/dynamic-timeout.ts'
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
    return (attempt, settle) => {
      const startedAtMs = attempt.call.nowMs
      const handle = this.#startIn(attempt, this.#options.breaker?.state ?? 'CLOSED')
      if (handle === 0) return settle(refusal('timers-full'))
      inner(attempt, (outcome) => {
        this.end(attempt.call, handle, startedAtMs, outcome)
        settle(outcome)
      })
    }
  }

  /** A handle for `end`, -1 when there is nothing to wait for, 0 when there is no room to wait. */
  start(attempt: Attempt): number {
    const { timeoutMs, breaker, latency } = this.#options
    if (timeoutMs === undefined) return -1
    const { call } = attempt
    const limitMs = timeoutMs(breaker?.state ?? 'CLOSED', latency)
    return call.nowMs + limitMs < call.deadlineAtMs ? this.#wait(attempt, limitMs) : -1
  }

  /** A probe has the time its circuit gives it. */
  #startIn(attempt: Attempt, state: CircuitState): number {
    const options = this.#options
    if (options.timeoutMs === undefined || options.probeMs === undefined || !isRecovering(state)) {
      return this.start(attempt)
    }
    const { call } = attempt
    const limitMs = options.probeMs(call.patience)
    return call.nowMs + limitMs < call.deadlineAtMs ? this.#wait(attempt, limitMs) : -1
  }

  end(call: Call, handle: number, startedAtMs: number, outcome: OnceOutcome<unknown>): void {
    if (outcome.ok) return this.endWell(call, handle, startedAtMs)
    if (handle > 0) this.#options.timers.cancel(handle)
    this.#recordTrouble(call, startedAtMs, outcome)
  }

  endWell(call: Call, handle: number, startedAtMs: number): void {
    const { timers, latency, success } = this.#options
    if (handle > 0) timers.cancel(handle)
    latency.record(call.nowMs - startedAtMs, call.nowMs)
    success?.learn(call.deadlineAtMs - startedAtMs, true, call.nowMs)
  }

  #wait(attempt: Attempt, limitMs: number): number {
    const { call } = attempt
    call.races = true
    return this.#options.timers.add(call.nowMs + limitMs, () => this.#onTimeout(attempt, limitMs))
  }

  #onTimeout(attempt: Attempt, timeoutMs: number): void {
    const { call } = attempt
    if (!attempt.isOut) return
    call.readClock()
    call.counters.timeouts++
    const { events } = this.#options
    if (events.hasListeners) {
      const { attempt: number, key } = attempt
      events.emit({ type: 'attempt.timed-out', attempt: number, timeoutMs, ...keyed(key) })
    }
    const error = new GenesisError('timeout', `No answer within ${timeoutMs} ms.`)
    attempt.abort(error, timeoutFailure(call, error))
  }

  #recordTrouble(call: Call, startedAtMs: number, outcome: NotOk): void {
    const { success } = this.#options
    const tookMs = call.nowMs - startedAtMs
    if ('refused' in outcome) {
      if (outcome.refused === 'superseded') this.#recordCut(tookMs, call.nowMs)
    } else if ('errorClass' in outcome) {
      if (outcome.timedOut) this.#recordCut(tookMs, call.nowMs)
      if (outcome.errorClass === 'fatal') return
      success?.learn(call.deadlineAtMs - startedAtMs, false, call.nowMs)
    }
  }

  /**
   * A probe that was cut says that the side is still down, and not how long its calls take: the
   * circuit keeps that as patience. What teaches is the probe that answers.
   */
  #recordCut(tookMs: number, nowMs: number): void {
    const { breaker, latency } = this.#options
    if (breaker === undefined || !isRecovering(breaker.state)) latency.recordCensored(tookMs, nowMs)
  }
}

type NotOk = Exclude<OnceOutcome<unknown>, Success<unknown>>

export interface AttemptTimeoutOptions {
  /** Asked once an attempt; without it attempts are only measured. */
  readonly timeoutMs?: ((state: CircuitState, latency: LatencyPrediction) => number) | undefined
  /** As `timeoutMs`, of a probe: the circuit says with how much patience. */
  probeMs?(patience: number): number
  readonly breaker?: Circuit | undefined
  readonly latency: LatencyPrediction
  readonly success?: SuccessPrediction | undefined
  readonly timers: Timers
  readonly events: Events
}
