import { CompensatedSum } from './compensated-sum.ts'
import { Indicator } from './indicator.ts'
import type { StateTape } from './state-tape.ts'

/** On-balance volume: volume of rising closes less volume of falling ones. Starts at 0. */
export class Obv extends Indicator {
  readonly #sum = new CompensatedSum()
  #previousClose = Number.NaN

  update(close: number, volume: number): number {
    if (close > this.#previousClose) this.#sum.add(volume)
    else if (close < this.#previousClose) this.#sum.add(-volume)
    this.#previousClose = close
    return (this.value = this.#sum.value)
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.#sum.carry(tape)
    this.#previousClose = tape.number(this.#previousClose)
  }
}
