import { Atr } from './atr.ts'
import { Ema } from './ema.ts'
import { Indicator } from './indicator.ts'
import { multiplier, period } from './period.ts'
import type { StateTape } from './state-tape.ts'

/** EMA of the close, and bands so many average true ranges away. `value` is the middle. */
export class Keltner extends Indicator {
  upper = Number.NaN
  lower = Number.NaN
  readonly #middle: Ema
  readonly #atr: Atr
  readonly #multiplier: number

  constructor(options: KeltnerOptions = {}) {
    super()
    this.#middle = new Ema(options.period ?? 20)
    this.#atr = new Atr(period(options.atrPeriod ?? 10, 'atrPeriod'))
    this.#multiplier = multiplier(options.multiplier ?? 2)
  }

  update(high: number, low: number, close: number): number {
    const middle = this.#middle.update(close)
    const reach = this.#atr.update(high, low, close) * this.#multiplier
    if (middle !== middle || reach !== reach) return this.value
    this.upper = middle + reach
    this.lower = middle - reach
    return (this.value = middle)
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.upper = tape.number(this.upper)
    this.lower = tape.number(this.lower)
    this.#middle.carry(tape)
    this.#atr.carry(tape)
  }
}

export interface KeltnerOptions {
  /** Of the EMA of the close: 20 by default. */
  readonly period?: number
  /** 10 by default. */
  readonly atrPeriod?: number
  /** 2 by default. */
  readonly multiplier?: number
}
