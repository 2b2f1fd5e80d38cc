import { Indicator } from './indicator.ts'
import { period } from './period.ts'
import { SeededAverage } from './seeded-average.ts'
import type { StateTape } from './state-tape.ts'
import { TrueRange } from './true-range.ts'

/** Wilder's average directional index, with its two direction lines, each 0 to 100. */
export class Adx extends Indicator {
  plusDi = Number.NaN
  minusDi = Number.NaN
  readonly #trueRange = new TrueRange()
  readonly #range: SeededAverage
  readonly #up: SeededAverage
  readonly #down: SeededAverage
  readonly #average: SeededAverage
  #previousHigh = Number.NaN
  #previousLow = Number.NaN

  constructor(length = 14) {
    super()
    this.#range = SeededAverage.wilder(period(length))
    this.#up = SeededAverage.wilder(length)
    this.#down = SeededAverage.wilder(length)
    this.#average = SeededAverage.wilder(length)
  }

  update(high: number, low: number, close: number): number {
    const rise = high - this.#previousHigh
    const fall = this.#previousLow - low
    this.#previousHigh = high
    this.#previousLow = low
    const trueRange = this.#trueRange.update(high, low, close)
    if (trueRange !== trueRange) return this.value

    const range = this.#range.push(trueRange)
    const up = this.#up.push(rise > fall && rise > 0 ? rise : 0)
    const down = this.#down.push(fall > rise && fall > 0 ? fall : 0)
    if (range !== range) return this.value
    this.plusDi = range === 0 ? 0 : (100 * up) / range
    this.minusDi = range === 0 ? 0 : (100 * down) / range
    const sum = up + down
    const difference = up > down ? up - down : down - up
    return (this.value = this.#average.push(sum === 0 ? 0 : (100 * difference) / sum))
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.plusDi = tape.number(this.plusDi)
    this.minusDi = tape.number(this.minusDi)
    this.#trueRange.carry(tape)
    this.#range.carry(tape)
    this.#up.carry(tape)
    this.#down.carry(tape)
    this.#average.carry(tape)
    this.#previousHigh = tape.number(this.#previousHigh)
    this.#previousLow = tape.number(this.#previousLow)
  }
}
