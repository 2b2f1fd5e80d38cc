import { assert, type Random } from '../../runtime/index.ts'
import type { Whole } from '../whole.ts'

/** Which attempt gets which faults: three chances that do not disturb one another. */
export class FaultPlan {
  readonly #settings: FaultSettings
  readonly #latency: Random
  readonly #error: Random
  readonly #hang: Random

  constructor(random: Random, settings: FaultSettings) {
    for (const kind of ['latency', 'error', 'hang'] as const) {
      const rate = settings[kind]
      assert(rate >= 0 && rate <= 1, `the rate of ${kind} faults is 0 to 1, not ${rate}`)
    }
    this.#settings = settings
    this.#latency = random.fork('latency')
    this.#error = random.fork('error')
    this.#hang = random.fork('hang')
  }

  next(): Fault {
    const { latency, error, hang, leastMs, mostMs } = this.#settings
    const isDelayed = this.#latency.next() < latency
    const delayMs = leastMs + this.#latency.next() * (mostMs - leastMs)
    return {
      delayMs: isDelayed ? delayMs : 0,
      fails: this.#error.next() < error,
      hangs: this.#hang.next() < hang,
    }
  }
}

export interface Fault {
  readonly delayMs: number
  readonly fails: boolean
  readonly hangs: boolean
}

/** Shares of attempts, 0 to 1. */
export interface FaultRates {
  readonly latency?: number | undefined
  readonly error?: number | undefined
  readonly hang?: number | undefined
}

interface FaultSettings extends Whole<FaultRates> {
  readonly leastMs: number
  readonly mostMs: number
}
