import type { StateTape } from './state-tape.ts'

/**
 * An exponential average that starts as the plain mean of its first `period` values.
 *
 * `weight` of a new value is 2 / (n + 1) in an EMA and 1 / n in Wilder's smoothing.
 */
export class SeededAverage {
  readonly #period: number
  readonly #weight: number
  #count = 0
  #seed = 0
  #value = Number.NaN

  constructor(period: number, weight: number) {
    this.#period = period
    this.#weight = weight
  }

  static wilder(period: number): SeededAverage {
    return new SeededAverage(period, 1 / period)
  }

  get value(): number {
    return this.#value
  }

  push(value: number): number {
    if (this.#count === this.#period) {
      this.#value += (value - this.#value) * this.#weight
      return this.#value
    }
    this.#seed += value
    if (++this.#count === this.#period) this.#value = this.#seed / this.#period
    return this.#value
  }

  carry(tape: StateTape): void {
    this.#count = tape.whole(this.#count, this.#period)
    this.#seed = tape.number(this.#seed)
    this.#value = tape.number(this.#value)
  }
}
