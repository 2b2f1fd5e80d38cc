import { Indicator } from './indicator.ts'
import { period } from './period.ts'
import { SeededAverage } from './seeded-average.ts'
import type { StateTape } from './state-tape.ts'

/** Exponential moving average, weight 2 / (n + 1), seeded with the mean of the first n. */
export class Ema extends Indicator {
  readonly #average: SeededAverage

  constructor(length: number) {
    super()
    this.#average = new SeededAverage(period(length), 2 / (length + 1))
  }

  update(value: number): number {
    return (this.value = this.#average.push(value))
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.#average.carry(tape)
  }
}
