import { Atr } from './atr.ts'
import { Indicator } from './indicator.ts'
import { multiplier } from './period.ts'
import type { StateTape } from './state-tape.ts'

/**
 * A stop that follows the trend: `value` is the line, below the price while `direction` is 1 and
 * above it while -1. A band only ever tightens until the close has crossed it.
 */
export class Supertrend extends Indicator {
  direction = Number.NaN
  readonly #atr: Atr
  readonly #multiplier: number
  #upper = Number.NaN
  #lower = Number.NaN
  #previousClose = Number.NaN

  constructor(options: SupertrendOptions = {}) {
    super()
    this.#atr = new Atr(options.period ?? 10)
    this.#multiplier = multiplier(options.multiplier ?? 3)
  }

  update(high: number, low: number, close: number): number {
    const before = this.#previousClose
    this.#previousClose = close
    const reach = this.#atr.update(high, low, close) * this.#multiplier
    if (reach !== reach) return this.value

    const middle = (high + low) / 2
    if (!this.ready) {
      this.direction = close >= middle ? 1 : -1
      this.#upper = middle + reach
      this.#lower = middle - reach
    } else {
      if (middle + reach < this.#upper || before > this.#upper) this.#upper = middle + reach
      if (middle - reach > this.#lower || before < this.#lower) this.#lower = middle - reach
    }
    this.direction = close <= (this.direction > 0 ? this.#lower : this.#upper) ? -1 : 1
    return (this.value = this.direction > 0 ? this.#lower : this.#upper)
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.direction = tape.number(this.direction)
    this.#atr.carry(tape)
    this.#upper = tape.number(this.#upper)
    this.#lower = tape.number(this.#lower)
    this.#previousClose = tape.number(this.#previousClose)
  }
}

export interface SupertrendOptions {
  /** Of the average true range: 10 by default. */
  readonly period?: number
  /** 3 by default. */
  readonly multiplier?: number
}
