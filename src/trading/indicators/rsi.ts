import { Indicator } from './indicator.ts'
import { period } from './period.ts'
import { SeededAverage } from './seeded-average.ts'
import type { StateTape } from './state-tape.ts'

/** Wilder's relative strength index, 0 to 100; 50 where nothing ever moved. */
export class Rsi extends Indicator {
  readonly #gain: SeededAverage
  readonly #loss: SeededAverage
  #previous = Number.NaN

  constructor(length = 14) {
    super()
    this.#gain = SeededAverage.wilder(period(length))
    this.#loss = SeededAverage.wilder(length)
  }

  update(value: number): number {
    const change = value - this.#previous
    this.#previous = value
    if (change !== change) return this.value
    const gain = this.#gain.push(change > 0 ? change : 0)
    const loss = this.#loss.push(change < 0 ? -change : 0)
    return (this.value = gain + loss === 0 ? 50 : (100 * gain) / (gain + loss))
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.#gain.carry(tape)
    this.#loss.carry(tape)
    this.#previous = tape.number(this.#previous)
  }
}
