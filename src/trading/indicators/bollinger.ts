import { Indicator } from './indicator.ts'
import { multiplier } from './period.ts'
import { StandardDeviation } from './standard-deviation.ts'
import type { StateTape } from './state-tape.ts'

/** Mean and bands of so many population standard deviations. `value` is the middle. */
export class Bollinger extends Indicator {
  upper = Number.NaN
  lower = Number.NaN
  /** Where the value stands: 0 at the lower band, 1 at the upper, 0.5 where they meet. */
  percentB = Number.NaN
  /** The bands' distance as a share of the middle. */
  width = Number.NaN
  readonly #deviations: number
  readonly #deviation: StandardDeviation

  constructor({ period = 20, deviations = 2 }: BollingerOptions = {}) {
    super()
    this.#deviation = new StandardDeviation(period)
    this.#deviations = multiplier(deviations, 'deviations')
  }

  update(value: number): number {
    const reach = this.#deviation.update(value) * this.#deviations
    if (reach !== reach) return this.value
    const middle = this.#deviation.mean
    this.value = middle
    this.upper = middle + reach
    this.lower = middle - reach
    this.percentB = reach === 0 ? 0.5 : (value - this.lower) / (this.upper - this.lower)
    this.width = middle === 0 ? 0 : (this.upper - this.lower) / middle
    return middle
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.upper = tape.number(this.upper)
    this.lower = tape.number(this.lower)
    this.percentB = tape.number(this.percentB)
    this.width = tape.number(this.width)
    this.#deviation.carry(tape)
  }
}

export interface BollingerOptions {
  /** 20 by default. */
  readonly period?: number
  /** 2 by default. */
  readonly deviations?: number
}
