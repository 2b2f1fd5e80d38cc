import { assert } from '../../runtime/index.ts'
import { logNormalTail } from './normal-tail.ts'

/**
 * How suspicious a silence is, by degrees instead of yes or no: the φ accrual failure detector
 * (Hayashibara, Défago, Yared and Katayama, SRDS 2004).
 *
 * φ = -log10 of the chance that a heartbeat still comes after so long a silence, with the gaps
 * between heartbeats taken as normally distributed: φ 1 is wrong once in 10 times, φ 3 once in
 * 1,000, φ 8 once in 100 million. Mean and deviation are those of the last `window` gaps.
 *
 * Two additions of practice (Akka, Cassandra): the deviation has a least value, so that a metronome
 * is not suspected for a millisecond, and a pause that is known to happen (a collection of
 * garbage) can be declared. Until two gaps are known the expected gap stands in for them.
 */
export class PhiAccrual {
  readonly #gaps: Float64Array
  readonly #deviationMinMs: number
  readonly #acceptedPauseMs: number
  #count = 0
  #next = 0
  #mean: number
  #deviation: number
  #lastMs: number

  constructor({ nowMs, expectedGapMs, window = 200, ...options }: PhiAccrualOptions) {
    assert(expectedGapMs > 0, 'an expected gap is above 0')
    assert(Number.isInteger(window) && window >= 2 && window <= 10_000, 'a window is 2 to 10,000')
    this.#gaps = new Float64Array(window)
    this.#deviationMinMs = options.deviationMinMs ?? expectedGapMs / 10
    this.#acceptedPauseMs = options.acceptedPauseMs ?? 0
    this.#mean = expectedGapMs
    this.#deviation = Math.max(expectedGapMs / 4, this.#deviationMinMs)
    this.#lastMs = nowMs
  }

  heartbeat(nowMs: number): void {
    assert(nowMs >= this.#lastMs, 'heartbeats come in order of time')
    this.#gaps[this.#next] = nowMs - this.#lastMs
    this.#next = (this.#next + 1) % this.#gaps.length
    this.#count = Math.min(this.#count + 1, this.#gaps.length)
    this.#lastMs = nowMs
    if (this.#count >= 2) this.#learn()
  }

  /** 0 and more; grows without end while nothing comes. */
  phi(nowMs: number): number {
    const silence = nowMs - this.#lastMs - this.#acceptedPauseMs
    return Math.max(0, -logNormalTail((silence - this.#mean) / this.#deviation) / LN_10)
  }

  /** Summed anew each time, so that no rounding is carried from gap to gap. */
  #learn(): void {
    let sum = 0
    for (let index = 0; index < this.#count; index += 1) sum += this.#gaps[index]!
    const mean = sum / this.#count
    let squares = 0
    for (let index = 0; index < this.#count; index += 1) squares += (this.#gaps[index]! - mean) ** 2
    this.#mean = mean
    this.#deviation = Math.max(Math.sqrt(squares / this.#count), this.#deviationMinMs)
  }
}

export interface PhiAccrualOptions {
  /** When watching began: the first silence is counted from here. */
  readonly nowMs: number
  readonly expectedGapMs: number
  /** How many gaps are remembered. Default 200. */
  readonly window?: number
  /** Default a tenth of the expected gap. */
  readonly deviationMinMs?: number
  /** A silence of this length more is nothing special. Default 0. */
  readonly acceptedPauseMs?: number
}

const LN_10 = 2.302585092994046
