import type { Call } from '../attempt.ts'
import type { Executor, Run } from '../executor.ts'
import { type Chance, isolatedRandom } from '../isolated-random.ts'
import type { Metric } from '../metric.ts'
import { aNumber, aRandom, checkMembers } from '../option-rules.ts'
import type { OnceOutcome } from '../outcome.ts'
import { defaultParts } from '../parts.ts'
import type { Places } from '../places.ts'
import { refusal } from '../refusal.ts'
import { ConcurrencyLimit } from './concurrency-limit.ts'
import { limitRules, type LimitOptions, Refusals } from './refusals.ts'
import { Reserve } from './reserve.ts'

/**
 * Sends no more calls at once than the other side can take, and finds out by itself how many that
 * is (`ConcurrencyLimit`); when it is too few for all, the least critical go first (`Reserve`).
 *
 * What holds: never more than the limit is in flight, hedges included, whatever the level; every
 * settled call gives its place back, and only a call that tells something about load is a sample:
 * an answer by its latency; an overload reply, and a timeout or lost reply after longer than is
 * usual, as a drop. Aborts, our own refusals, fatal errors and quick failures are neither, and so
 * are a deadline too short for a usual call and a call that was retried, whose time includes our
 * own waiting.
 */
export class AdaptiveLimiter implements Executor, Places {
  readonly heldBy = 'call'
  inFlight = 0
  readonly #limit: ConcurrencyLimit
  readonly #reserve = new Reserve()
  readonly #refusals: Refusals

  constructor(options: AdaptiveLimiterOptions = {}) {
    checkMembers('', options, optionRules, 'adaptiveLimiter')
    const {
      limit = limiterDefaults.limit,
      limitMin = limiterDefaults.limitMin,
      limitMax = limiterDefaults.limitMax,
      tolerance = limiterDefaults.tolerance,
      windowMs = limiterDefaults.windowMs,
    } = options
    const random = options.random
      ? isolatedRandom(options.random, options.events)
      : defaultParts().random
    this.#limit = new ConcurrencyLimit({ limit, limitMin, limitMax, tolerance, windowMs, random })
    this.#refusals = new Refusals(options)
  }

  get limit(): number {
    return this.#limit.limit
  }

  /** Free places. */
  get headroom(): number {
    return Math.max(0, this.#limit.limit - this.inFlight)
  }

  get baselineMs(): number {
    return this.#limit.baselineMs
  }

  get refused(): number {
    return this.#refusals.refused
  }

  get wouldRefuse(): number {
    return this.#refusals.wouldRefuse
  }

  apply(inner: Run): Run {
    const limit = this.#limit
    const reserve = this.#reserve
    return (attempt, settle) => {
      const { call } = attempt
      const { criticality, nowMs: sentAtMs } = call
      if (this.inFlight >= reserve.room(criticality, limit.limit)) {
        if (this.#refusals.refuses('overloaded', attempt)) {
          reserve.refused(criticality)
          return settle(refusal('overloaded'))
        }
      }
      const inFlight = ++this.inFlight
      const { epoch } = limit
      let isOut = true
      reserve.sent(criticality)
      inner(attempt, (outcome) => {
        if (!isOut) return
        isOut = false
        this.inFlight--
        reserve.settled(criticality)
        this.#learn(outcome, call, call.nowMs - sentAtMs, inFlight, epoch)
        settle(outcome)
      })
    }
  }

  takePlace({ criticality }: Call): boolean {
    const isFree = this.inFlight < this.#reserve.room(criticality, this.#limit.limit)
    if (!isFree && !this.#refusals.shadow) return false
    this.inFlight++
    this.#reserve.sent(criticality)
    return true
  }

  giveBackPlace({ criticality }: Call): void {
    this.inFlight--
    this.#reserve.settled(criticality)
  }

  metrics(): Metric[] {
    const limit = this.#limit
    return this.#refusals.metrics(
      'limiter',
      [
        ['limit', limit.limit],
        ['in_flight', this.inFlight],
        ['baseline', limit.baselineMs, 'ms'],
      ],
      [
        ['windows', limit.windows, '{window}'],
        ['probes', limit.probes, '{window}'],
      ],
    )
  }

  #learn(
    outcome: OnceOutcome<unknown>,
    call: Call,
    latencyMs: number,
    inFlight: number,
    epoch: number,
  ): void {
    const { nowMs } = call
    const before = this.#limit.limit
    const says = whatItSays(outcome, latencyMs > this.#limit.toleratedMs)
    if (says === 'nothing') return
    const endedWindow =
      says === 'latency'
        ? this.#limit.answered(latencyMs, inFlight, epoch, nowMs)
        : this.#limit.dropped(inFlight, epoch, nowMs)
    if (!endedWindow) return
    this.#reserve.endWindow()
    if (this.limit !== before) this.#refusals.limitChanged(call, before, this.limit)
  }
}

export const limiterDefaults = {
  limit: 20,
  limitMin: 1,
  limitMax: 1_000,
  tolerance: 1.5,
  windowMs: 100,
} as const

export function adaptiveLimiter(options?: AdaptiveLimiterOptions): AdaptiveLimiter {
  return new AdaptiveLimiter(options)
}

const optionRules = {
  limit: aNumber,
  limitMin: aNumber,
  limitMax: aNumber,
  tolerance: aNumber,
  windowMs: aNumber,
  random: aRandom,
  ...limitRules,
}

export interface AdaptiveLimiterOptions extends LimitOptions {
  /** To begin with. Default 20. */
  readonly limit?: number | undefined
  /** Default 1: something must find out when the other side has recovered. */
  readonly limitMin?: number | undefined
  /** Default 1000. */
  readonly limitMax?: number | undefined
  /** How many times the usual latency is still no queue. Default 1.5. */
  readonly tolerance?: number | undefined
  /** The limit moves at most once in so many milliseconds. Default 100. */
  readonly windowMs?: number | undefined
  readonly random?: Chance | undefined
}

function whatItSays(
  outcome: OnceOutcome<unknown>,
  wasLong: boolean,
): 'latency' | 'drop' | 'nothing' {
  if (outcome.ok) {
    const isOneAttempt = outcome.source === 'live' && outcome.attempts === 1
    return isOneAttempt || outcome.source === 'hedge' ? 'latency' : 'nothing'
  }
  if ('refused' in outcome) return 'nothing'
  if ('errorClass' in outcome && outcome.errorClass === 'overload') return 'drop'
  const isLost = 'unknown' in outcome || outcome.errorClass === 'ambiguous'
  return isLost && wasLong ? 'drop' : 'nothing'
}
