import { Indicator } from './indicator.ts'
import { period } from './period.ts'
import { RollingMaximum } from './rolling-maximum.ts'
import { Sma } from './sma.ts'
import type { StateTape } from './state-tape.ts'

/** Slow stochastic: where the close stands in the last bars' range. `value` is %K, `signal` %D. */
export class Stochastic extends Indicator {
  signal = Number.NaN
  readonly #highest: RollingMaximum
  readonly #lowest: RollingMaximum
  readonly #k: Sma
  readonly #d: Sma

  constructor(options: StochasticOptions = {}) {
    super()
    const length = period(options.period ?? 14)
    this.#highest = new RollingMaximum(length)
    this.#lowest = new RollingMaximum(length)
    this.#k = new Sma(period(options.smoothing ?? 3, 'smoothing'))
    this.#d = new Sma(period(options.signal ?? 3, 'signal'))
  }

  update(high: number, low: number, close: number): number {
    const highest = this.#highest.push(high)
    const lowest = -this.#lowest.push(-low)
    if (!this.#highest.full) return this.value
    const range = highest - lowest
    this.value = this.#k.update(range === 0 ? 0 : (100 * (close - lowest)) / range)
    if (this.ready) this.signal = this.#d.update(this.value)
    return this.value
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.signal = tape.number(this.signal)
    this.#highest.carry(tape)
    this.#lowest.carry(tape)
    this.#k.carry(tape)
    this.#d.carry(tape)
  }
}

export interface StochasticOptions {
  /** 14 by default. */
  readonly period?: number
  /** Mean of so many raw values is %K: 3 by default, 1 is the fast stochastic. */
  readonly smoothing?: number
  /** Mean of so many %K is %D: 3 by default. */
  readonly signal?: number
}
