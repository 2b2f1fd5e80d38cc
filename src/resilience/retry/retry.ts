import { assert } from '../../runtime/index.ts'
import { agedFailure } from '../aged-failure.ts'
import type { Attempt, CallHome } from '../attempt.ts'
import type { AttemptBudget } from '../budget.ts'
import type { Circuit } from '../circuit.ts'
import { type Events, keyed } from '../events.ts'
import type { Executor, OnceExecutor, RepeatingExecutor, Run, Settle } from '../executor.ts'
import type { Failure, OnceOutcome } from '../outcome.ts'
import { type Chance, isolatedRandom } from '../isolated-random.ts'
import { LateLayer, measuredLayer } from '../late-layer.ts'
import { checkPart } from '../option-checks.ts'
import { defaultParts } from '../parts.ts'
import type { ProofOfNotSent, RetryOptions } from '../policy-options.ts'
import type { LatencyPrediction, SuccessPrediction } from '../prediction.ts'
import { LatencyPredictor } from '../prediction/latency-predictor.ts'
import { SuccessPredictor } from '../prediction/success-predictor.ts'
import { refusal } from '../refusal.ts'
import { type Timers, timersOf } from '../timers.ts'
import type { Whole } from '../whole.ts'
import { Backoff } from './backoff.ts'
import { KeyGate } from './key-gate.ts'

/**
 * Tries again what may succeed the next time, and knows when to stop.
 *
 * After a failure another attempt goes out only if all of this holds: the class allows it (never
 * `fatal`; `ambiguous` only where repeating is harmless); attempts are left; it can start, and
 * usually end, before the deadline; success is still likely enough (smart abandonment, not for
 * essential calls); the other side's pause is short enough to wait for; and the shared budget
 * grants it. Otherwise the failure itself is the answer. Refusals of layers within (an open
 * circuit) are not retried: waiting for them is the caller's decision.
 */
export class Retry implements Executor {
  readonly #options: RetryParts

  constructor(options: RetryParts) {
    checkAttempts(options.attempts)
    this.#options = options
  }

  /** Milliseconds for which nothing may go out on this key. */
  pauseMs(key: string | undefined, nowMs: number): number {
    return this.#options.gate.waitMs(key ?? '', nowMs)
  }

  apply(inner: Run): Run {
    return (attempt, settle) => {
      const { call } = attempt
      const pauseMs = this.pauseMs(call.key, call.nowMs)
      if (pauseMs > 0) {
        call.counters.gated++
        return settle(refusal('gated', pauseMs))
      }
      inner(attempt, (outcome) => {
        if (outcome.ok || !('errorClass' in outcome)) settle(outcome)
        else this.afterFailure(inner, attempt, outcome, 1, 0, settle)
      })
    }
  }

  #again(inner: Run, attempt: Attempt, failures: number, waitedMs: number, settle: Settle): void {
    inner(attempt, (outcome) => {
      if (outcome.ok) settle(outcome)
      else if ('errorClass' in outcome) {
        this.afterFailure(inner, attempt, outcome, failures + 1, waitedMs, settle)
      } else settle(this.#better(attempt, outcome))
    })
  }

  /** A retry that was refused on its way out must not hide why the attempt before it failed. */
  #better(attempt: Attempt, outcome: OnceOutcome<unknown>): OnceOutcome<unknown> {
    const { call } = attempt
    if (call.over || call.lastFailure === undefined) return outcome
    return agedFailure(call, call.lastFailure)
  }

  /** The failure is the answer, or another attempt goes through `inner`. */
  afterFailure(
    inner: Run,
    attempt: Attempt,
    failure: Failure,
    failures: number,
    waitedMs: number,
    settle: Settle,
  ): void {
    const { call } = attempt
    const { backoff, timers, budget } = this.#options
    if (failure.errorClass === 'overload') this.#closeGate(attempt, failure)
    if (call.over || !this.#mayRepeat(failure, failures)) return settle(failure)
    if (this.#isHopeless(attempt, failures)) return settle(failure)
    const delayMs = Math.max(backoff.delayMs(failures, waitedMs), failure.retryAfterMs ?? 0)
    if (!this.#fits(attempt, delayMs, failure)) return settle(failure)
    if (budget.request(1, call.nowMs) === 0) {
      this.#emit({ type: 'budget.denied', wanted: 1, granted: 0, ...keyed(call.key) })
      return settle(failure)
    }
    call.lastFailure = failure
    const handle = timers.add(call.nowMs + delayMs, () => {
      next.onAbort = undefined
      call.readClock()
      const isLate = call.over || call.callDeadlineLeftMs <= 0
      const isBarred = isLate || this.pauseMs(call.key, call.nowMs) > 0
      if (isBarred) return settle(agedFailure(call, failure))
      call.counters.retries++
      this.#again(inner, next, failures, delayMs, settle)
    })
    if (handle === 0) return settle(failure)
    // Made before the wait, so that a caller's abort finds it and permits go back at once.
    const next = call.nextAttempt()
    next.onAbort = (outcome) => {
      timers.cancel(handle)
      settle(outcome)
    }
    this.#emit({
      type: 'retry.scheduled',
      attempt: next.attempt,
      delayMs,
      ...keyed(call.key),
    })
  }

  #closeGate(attempt: Attempt, { retryAfterMs }: Failure): void {
    const { key = '', nowMs } = attempt.call
    if (retryAfterMs === undefined || !(retryAfterMs > 0)) return
    this.#options.gate.close(key, retryAfterMs, nowMs)
    this.#emit({ type: 'key.gated', key, forMs: retryAfterMs })
  }

  #mayRepeat(failure: Failure, failures: number): boolean {
    const { attempts, isUnsent, circuit } = this.#options
    if (circuit?.state === 'ETERNAL') return false
    if (failures >= attempts || failure.errorClass === 'fatal') return false
    if (isUnsent === undefined) return true
    return failure.errorClass !== 'ambiguous' && isUnsent(failure.error)
  }

  /** Each failure makes the next success less likely than the predictor says of a fresh call. */
  #isHopeless(attempt: Attempt, failures: number): boolean {
    const { success, essential, abandonBelow } = this.#options
    const { call } = attempt
    if (essential || call.criticality === 4 || success === undefined) return false
    const probability = success.probability(call.callDeadlineLeftMs) * hopeKept ** failures
    if (probability >= abandonBelow) return false
    call.counters.abandoned++
    this.#emit({ type: 'call.abandoned', probability, ...keyed(call.key) })
    return true
  }

  #fits({ call }: Attempt, delayMs: number, failure: Failure): boolean {
    const { latency, waitMsMax } = this.#options
    if (failure.retryAfterMs !== undefined && failure.retryAfterMs > waitMsMax) return false
    const neededMs = latency?.isWarm === true ? latency.p50Ms : 0
    return delayMs + neededMs < call.callDeadlineLeftMs
  }

  #emit(happened: Parameters<Events['emit']>[0]): void {
    if (this.#options.events.hasListeners) this.#options.events.emit(happened)
  }
}

/**
 * Retry alone: `pipeline([retry({ attempts: 4 })], { effect: 'read' }).run(task)`. Only for tasks
 * that may be done twice, or with `isUnsent`, the proof that the first was not done.
 */
export function retry(options: RetryAloneOptions & ProofOfNotSent): OnceExecutor
export function retry(options?: RetryAloneOptions): RepeatingExecutor
export function retry(options: RetryAloneOptions = {}): Executor {
  checkPart('retry', options)
  const { attempts, baseMs, maxMs, jitter, abandonBelow } = wholeRetry(options)
  const { random, isUnsent } = options
  checkAttempts(attempts)
  const shape = { baseMs, maxMs, jitter, random: defaultParts().random }
  const plain = new Backoff(shape)
  const make = ({ clock, events, budget = defaultParts().budget }: CallHome) => {
    const isolated = random && isolatedRandom(random, events)
    const timers = timersOf(clock)
    const latency = new LatencyPredictor()
    const success = new SuccessPredictor({ latency })
    const layer = new Retry({
      attempts,
      backoff: isolated ? new Backoff({ ...shape, random: isolated }) : plain,
      waitMsMax: maxMs,
      abandonBelow,
      essential: false,
      gate: new KeyGate(),
      budget,
      timers,
      events,
      latency,
      success,
      isUnsent: isUnsent && isolatedProof(isUnsent, events),
    })
    return measuredLayer(layer, { latency, success, timers, events })
  }
  return new LateLayer(make, isUnsent === undefined ? 'retry' : undefined)
}

export interface RetryAloneOptions extends RetryOptions {
  /** Repeat only what this proves was not sent. */
  readonly isUnsent?: ProofOfNotSent['isUnsent'] | undefined
  /** Spreads the waits. Default: the process's own. */
  readonly random?: Chance | undefined
}

/** A proof that throws, or answers by a promise, is none. */
export function isolatedProof(
  isUnsent: ProofOfNotSent['isUnsent'],
  events: Events,
): (error: unknown) => boolean {
  return (error) => {
    try {
      const answer: unknown = isUnsent(error)
      return events.isAtOnce('isUnsent', answer) && answer === true
    } catch (thrown) {
      events.threw('isUnsent', thrown)
      return false
    }
  }
}

function checkAttempts(attempts: number): void {
  assert(
    Number.isInteger(attempts) && attempts >= 1 && attempts <= attemptsMax,
    `retry.attempts is a whole number from 1 to ${attemptsMax}, not ${attempts}`,
  )
}

/** Of calls that may be repeated. */
export const retryDefaults = {
  attempts: 3,
  baseMs: 100,
  maxMs: 10_000,
  jitter: 'full',
  abandonBelow: 0.3,
} as const

export function wholeRetry({
  attempts = retryDefaults.attempts,
  baseMs = retryDefaults.baseMs,
  maxMs = retryDefaults.maxMs,
  jitter = retryDefaults.jitter,
  abandonBelow = retryDefaults.abandonBelow,
}: RetryOptions): Whole<RetryOptions> {
  return { attempts, baseMs, maxMs, jitter, abandonBelow }
}

export const attemptsMax = 10

/** What one failure leaves of the hope for the next attempt. */
const hopeKept = 0.7

export interface RetryParts {
  /** First attempt included. */
  readonly attempts: number
  readonly backoff: Backoff
  /** A pause the other side asks for is waited out up to this; longer ones are answered at once. */
  readonly waitMsMax: number
  readonly abandonBelow: number
  readonly essential: boolean
  readonly gate: KeyGate
  readonly budget: AttemptBudget
  readonly timers: Timers
  readonly events: Events
  readonly latency?: LatencyPrediction | undefined
  readonly success?: SuccessPrediction | undefined
  /** In ETERNAL an attempt is a probe, and the next one its own. */
  readonly circuit?: Circuit | undefined
  /** For `once`: repeat only on proof that nothing was sent. Isolated by whoever passes it. */
  readonly isUnsent?: ((error: unknown) => boolean) | undefined
}
