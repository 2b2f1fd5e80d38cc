import { Indicator } from './indicator.ts'
import { period } from './period.ts'
import { RollingSum } from './rolling-sum.ts'
import type { StateTape } from './state-tape.ts'

/** Simple moving average: the mean of the last n values. */
export class Sma extends Indicator {
  readonly #period: number
  readonly #sum: RollingSum

  constructor(length: number) {
    super()
    this.#period = period(length)
    this.#sum = new RollingSum(length)
  }

  update(value: number): number {
    const sum = this.#sum.push(value)
    if (this.#sum.full) this.value = sum / this.#period
    return this.value
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.#sum.carry(tape)
  }
}
