import { assert } from '../../runtime/index.ts'
import type { Criticality } from '../criticality.ts'
import type { Executor, Run } from '../executor.ts'
import { type Chance, isolatedRandom } from '../isolated-random.ts'
import type { Metric } from '../metric.ts'
import { aNumber, aRandom, checkMembers } from '../option-rules.ts'
import type { OnceOutcome } from '../outcome.ts'
import { defaultParts } from '../parts.ts'
import { refusal } from '../refusal.ts'
import { AcceptanceWindow } from './acceptance-window.ts'
import { limitRules, type LimitOptions, Refusals } from './refusals.ts'

/**
 * Sends less to a side that accepts less, so that it need not spend itself on refusing: the
 * formula of "Handling Overload" in Google's SRE book. A call is dropped here with probability
 * (requests - k accepts) / (requests + 1), where calls dropped here count as requests too.
 *
 * Criticality scales `k`: at the default of 2 sheddable calls are dropped once fewer than 5 of 6
 * are accepted, essential ones only below 1 of 6. The book's formula is blind in two cases, and
 * knows better here: with few calls in the window nothing is dropped, and a call whose answer is
 * not yet due is neither for nor against the other side (`AcceptanceWindow`), lest a burst of
 * healthy calls throttle itself. Calls refused further in, and aborted ones, do not count.
 */
export class ClientThrottle implements Executor {
  readonly #k: readonly number[]
  readonly #volumeMin: number
  readonly #rejectMax: number
  readonly #random: Chance
  readonly #window: AcceptanceWindow
  readonly #refusals: Refusals

  constructor(options: ClientThrottleOptions = {}) {
    checkMembers('', options, optionRules, 'clientThrottle')
    const { k = throttleDefaults.k, windowMs = throttleDefaults.windowMs } = options
    const { volumeMin = throttleDefaults.volumeMin, rejectMax = throttleDefaults.rejectMax } =
      options
    assert(k >= 1 && k < Infinity, `k is 1 or more, not ${k}`)
    assert(volumeMin >= 0, `volumeMin is 0 or more, not ${volumeMin}`)
    assert(rejectMax >= 0 && rejectMax < 1, `rejectMax is 0 to below 1, not ${rejectMax}`)
    this.#k = kShares.map((share) => Math.max(1, k * share))
    this.#volumeMin = volumeMin
    this.#rejectMax = rejectMax
    const { random, events } = options
    this.#random = random ? isolatedRandom(random, events) : defaultParts().random
    this.#window = new AcceptanceWindow(windowMs)
    this.#refusals = new Refusals(options)
  }

  get refused(): number {
    return this.#refusals.refused
  }

  get wouldRefuse(): number {
    return this.#refusals.wouldRefuse
  }

  /** The probability with which a call would now be dropped. */
  rejection(criticality: Criticality, nowMs: number): number {
    this.#window.moveTo(nowMs)
    return this.#rejection(criticality)
  }

  apply(inner: Run): Run {
    return (attempt, settle) => {
      const { call } = attempt
      const window = this.#window
      window.moveTo(call.nowMs)
      const probability = this.#rejection(call.criticality)
      if (probability > 0 && this.#random.next() < probability) {
        if (this.#refusals.refuses('throttled', attempt)) {
          window.dropped()
          settle(refusal('throttled'))
          return
        }
      }
      const ticket = window.sent()
      inner(attempt, (outcome) => {
        window.moveTo(call.nowMs)
        window.answered(ticket, judge(outcome))
        settle(outcome)
      })
    }
  }

  metrics(): Metric[] {
    return this.#refusals.metrics('throttle', [
      ['requests', this.#window.requests],
      ['accepts', this.#window.accepts],
      ['rejection', this.#rejection(2), '1'],
    ])
  }

  #rejection(criticality: Criticality): number {
    const { accepts, settledRequests: requests } = this.#window
    if (requests < this.#volumeMin) return 0
    const excess = requests - (this.#k[criticality] as number) * accepts
    return excess <= 0 ? 0 : Math.min(this.#rejectMax, excess / (requests + 1))
  }
}

export const throttleDefaults = {
  k: 2,
  windowMs: 120_000,
  volumeMin: 20,
  rejectMax: 0.9,
} as const

export function clientThrottle(options?: ClientThrottleOptions): ClientThrottle {
  return new ClientThrottle(options)
}

const optionRules = {
  k: aNumber,
  windowMs: aNumber,
  volumeMin: aNumber,
  rejectMax: aNumber,
  random: aRandom,
  ...limitRules,
}

export interface ClientThrottleOptions extends LimitOptions {
  /** Requests sent for each one accepted before any is dropped. Default 2. */
  readonly k?: number | undefined
  /** Default two minutes. */
  readonly windowMs?: number | undefined
  /** With fewer requests in the window nothing is dropped. Default 20. */
  readonly volumeMin?: number | undefined
  /** Never drop a larger share: somebody must notice the recovery. Default 0.9. */
  readonly rejectMax?: number | undefined
  readonly random?: Chance | undefined
}

/** Of `k`, by criticality. */
const kShares = [0.6, 0.75, 1, 1.5, 3]

/** `fatal` was accepted: the other side took the request and found it wrong. */
function judge(outcome: OnceOutcome<unknown>): 'accepted' | 'declined' | 'ignored' {
  if (outcome.ok) return outcome.attempts === 0 ? 'ignored' : 'accepted'
  if ('refused' in outcome) return 'ignored'
  if ('unknown' in outcome) return 'declined'
  return outcome.errorClass === 'fatal' ? 'accepted' : 'declined'
}
