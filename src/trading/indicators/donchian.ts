import { Indicator } from './indicator.ts'
import { period } from './period.ts'
import { RollingMaximum } from './rolling-maximum.ts'
import type { StateTape } from './state-tape.ts'

/**
 * Highest high and lowest low of the last n bars, this one included; `value` is the middle.
 *
 * A close can therefore not lie outside: a breakout compares it with the channel of the bar before.
 */
export class Donchian extends Indicator {
  upper = Number.NaN
  lower = Number.NaN
  readonly #highest: RollingMaximum
  readonly #lowest: RollingMaximum

  constructor(length = 20) {
    super()
    this.#highest = new RollingMaximum(period(length))
    this.#lowest = new RollingMaximum(length)
  }

  update(high: number, low: number): number {
    const upper = this.#highest.push(high)
    const lower = -this.#lowest.push(-low)
    if (!this.#highest.full) return this.value
    this.upper = upper
    this.lower = lower
    return (this.value = (upper + lower) / 2)
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.upper = tape.number(this.upper)
    this.lower = tape.number(this.lower)
    this.#highest.carry(tape)
    this.#lowest.carry(tape)
  }
}
