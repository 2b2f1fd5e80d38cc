import { CompensatedSum } from './compensated-sum.ts'
import { Indicator } from './indicator.ts'
import { period } from './period.ts'
import type { StateTape } from './state-tape.ts'
import { RecentValues } from './recent-values.ts'

/** Linearly weighted moving average: the newest value weighs n, the oldest 1. */
export class Wma extends Indicator {
  readonly #window: RecentValues
  readonly #total = new CompensatedSum()
  readonly #weighted = new CompensatedSum()
  readonly #weights: number

  constructor(length: number) {
    super()
    this.#window = new RecentValues(period(length))
    this.#weights = (length * (length + 1)) / 2
  }

  update(value: number): number {
    const window = this.#window
    const weight = window.full ? window.size : window.count + 1
    // Every value in the window loses one weight; while it fills, none does.
    if (window.full) this.#weighted.subtract(this.#total)
    this.#weighted.addTimes(weight, value)
    this.#total.add(value)
    this.#total.add(-window.push(value))
    if (window.full) this.value = this.#weighted.value / this.#weights
    return this.value
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.#window.carry(tape)
    this.#total.carry(tape)
    this.#weighted.carry(tape)
  }
}
