import { Indicator } from './indicator.ts'
import { period } from './period.ts'
import { SeededAverage } from './seeded-average.ts'
import type { StateTape } from './state-tape.ts'
import { TrueRange } from './true-range.ts'

/** Average true range: Wilder's smoothing of the true range. */
export class Atr extends Indicator {
  readonly #trueRange = new TrueRange()
  readonly #average: SeededAverage

  constructor(length = 14) {
    super()
    this.#average = SeededAverage.wilder(period(length))
  }

  update(high: number, low: number, close: number): number {
    const range = this.#trueRange.update(high, low, close)
    if (range === range) this.value = this.#average.push(range)
    return this.value
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.#trueRange.carry(tape)
    this.#average.carry(tape)
  }
}
