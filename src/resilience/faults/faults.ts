import { createRandom, type Random } from '../../runtime/index.ts'
import type { Attempt } from '../attempt.ts'
import type { CallContext } from '../call-context.ts'
import { Classifier } from '../classifier.ts'
import type { Classify } from '../error-class.ts'
import { Events } from '../events.ts'
import type { Executor, Run, Settle } from '../executor.ts'
import type { Metric } from '../metric.ts'
import {
  aFlag,
  aFunction,
  aNumber,
  anEvents,
  aRandom,
  checkMembers,
  isObject,
  rule,
} from '../option-rules.ts'
import { refusal } from '../refusal.ts'
import { timersOf } from '../timers.ts'
import { type Fault, FaultPlan, type FaultRates } from './fault-plan.ts'

/**
 * Faults on purpose, to see what a policy does about them: goes into a policy's `innermost`, next
 * to the task, so that every layer meets them as it would meet the real ones.
 *
 *     innermost: [faults({ latency: [50, 500], error: new Error('no'), rate: 0.1, seed: 7 })]
 *
 * What holds: the same seed gives the same faults to the same attempts in the same order; each
 * kind draws from a chance of its own, so that adding one does not move the others; an attempt
 * with a fault counts as sent, settles at once when it is given up, and hangs for ever only if
 * nobody does.
 */
export class Faults implements Executor {
  /** False lets everything through, and draws nothing. */
  enabled = true
  delayed = 0
  failed = 0
  hung = 0
  readonly #plan: FaultPlan
  readonly #error: unknown
  readonly #only: ((context: CallContext) => boolean) | undefined
  readonly #classifier: Classifier
  readonly #events: Events

  constructor(options: FaultsOptions) {
    checkMembers('', options, optionRules, 'faults')
    const { latency, error, hang = false, rate = 1, seed = 1, random, only, classify } = options
    if (typeof rate !== 'number') checkMembers('rate.', rate, rateRules)
    const [leastMs, mostMs] = typeof latency === 'number' ? [latency, latency] : (latency ?? [0, 0])
    const rates = typeof rate === 'number' ? { latency: rate, error: rate, hang: rate } : rate
    this.#plan = new FaultPlan(random ?? createRandom(seed), {
      leastMs,
      mostMs,
      latency: latency === undefined ? 0 : (rates.latency ?? 1),
      error: error === undefined ? 0 : (rates.error ?? 1),
      hang: hang ? (rates.hang ?? 1) : 0,
    })
    this.#error = error
    this.#only = only
    this.#events = options.events ?? new Events('faults')
    this.#classifier = new Classifier({ classify, events: this.#events })
  }

  apply(inner: Run): Run {
    return (attempt, settle) => {
      if (!this.enabled || !this.#isMeant(attempt)) return inner(attempt, settle)
      const fault = this.#plan.next()
      if (fault.hangs) return this.#hang(attempt, settle)
      if (fault.delayMs === 0) return this.#proceed(fault, inner, attempt, settle)
      this.#delay(fault, inner, attempt, settle)
    }
  }

  metrics(): Metric[] {
    const counter = (kind: string, value: number): Metric => ({
      name: 'genesis.resilience.faults',
      kind: 'counter',
      unit: '{attempt}',
      value,
      attributes: { kind },
    })
    return [
      counter('latency', this.delayed),
      counter('error', this.failed),
      counter('hang', this.hung),
    ]
  }

  #isMeant(attempt: Attempt): boolean {
    try {
      return this.#only === undefined || this.#only(attempt)
    } catch (error) {
      this.#events.threw('only', error)
      return false
    }
  }

  #hang(attempt: Attempt, settle: Settle): void {
    this.hung++
    countSent(attempt, 1)
    attempt.onAbort = settle
  }

  #delay(fault: Fault, inner: Run, attempt: Attempt, settle: Settle): void {
    const { call } = attempt
    const timers = timersOf(call.clock)
    const handle = timers.add(call.nowMs + fault.delayMs, () => {
      attempt.onAbort = undefined
      call.readClock()
      // The task counts it from here on.
      countSent(attempt, -1)
      this.#proceed(fault, inner, attempt, settle)
    })
    if (handle === 0) return settle(refusal('timers-full'))
    this.delayed++
    countSent(attempt, 1)
    attempt.onAbort = (outcome) => {
      timers.cancel(handle)
      settle(outcome)
    }
  }

  #proceed({ fails }: Fault, inner: Run, attempt: Attempt, settle: Settle): void {
    if (!fails) return inner(attempt, settle)
    this.failed++
    countSent(attempt, 1)
    attempt.answered()
    settle(this.#classifier.trouble(this.#makeError(attempt), attempt.call))
  }

  #makeError(attempt: Attempt): unknown {
    if (typeof this.#error !== 'function') return this.#error
    try {
      return this.#error(attempt)
    } catch (thrown) {
      return thrown
    }
  }
}

export function faults(options: FaultsOptions): Faults {
  return new Faults(options)
}

export interface FaultsOptions {
  /** Extra milliseconds before the task is called; of [least, most] any between them. */
  readonly latency?: number | readonly [leastMs: number, mostMs: number] | undefined
  /** Fails instead of calling the task: with this error, or with what this function gives. */
  readonly error?: unknown
  /** Never answers. Default false. */
  readonly hang?: boolean | undefined
  /** The share of attempts that get each fault, 0 to 1; one for all or each its own. Default 1. */
  readonly rate?: number | FaultRates | undefined
  /** Default 1. */
  readonly seed?: number | undefined
  /** Instead of a seed. */
  readonly random?: Random | undefined
  /** Which attempts may get faults: by key, target, number. One that throws lets them be. */
  readonly only?: ((context: CallContext) => boolean) | undefined
  /** As the policy's own, for injected errors. */
  readonly classify?: Classify | undefined
  readonly events?: Events | undefined
}

const aShare = rule('is 0 to 1', (value) => {
  return typeof value === 'number' && value >= 0 && value <= 1
})

const rateRules = { latency: aShare, error: aShare, hang: aShare }

const optionRules = {
  latency: rule('is ms or [least, most] ms', (latency) => {
    const [least, most, ...more] = Array.isArray(latency) ? latency : [latency, latency]
    const areTimes = [least, most].every((ms) => typeof ms === 'number' && ms >= 0)
    return areTimes && more.length === 0 && least <= most && most < Infinity
  }),
  error: rule('is anything', () => true),
  hang: aFlag,
  rate: rule('is 0 to 1, or { latency, error, hang }', (rate) => {
    return aShare.allowed(rate) || isObject(rate)
  }),
  seed: aNumber,
  random: rule('has methods next and fork, as what createRandom makes has', (random) => {
    return aRandom.allowed(random) && typeof (random as Partial<Random>).fork === 'function'
  }),
  only: aFunction,
  classify: aFunction,
  events: anEvents,
}

function countSent({ call }: Attempt, by: number): void {
  call.sent += by
  call.counters.sent += by
}
