import { Indicator } from './indicator.ts'
import type { StateTape } from './state-tape.ts'

/** High less low, widened to yesterday's close. The first one belongs to the second bar. */
export class TrueRange extends Indicator {
  #previousClose = Number.NaN

  update(high: number, low: number, close: number): number {
    const before = this.#previousClose
    this.#previousClose = close
    if (before === before) {
      this.value = (high > before ? high : before) - (low < before ? low : before)
    }
    return this.value
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.#previousClose = tape.number(this.#previousClose)
  }
}
