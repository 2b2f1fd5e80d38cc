import { CompensatedSum } from './compensated-sum.ts'
import { Indicator } from './indicator.ts'
import { period } from './period.ts'
import type { StateTape } from './state-tape.ts'
import { RecentValues } from './recent-values.ts'

/**
 * Standard deviation of the last n values as a whole population, with their `mean`.
 *
 * Squares are summed of the distances from an origin near the values, else a small deviation of
 * large prices would drown in rounding. The origin moves to the newest value when it has come to
 * lie more than 2 sqrt(n) deviations from the mean. No member of a window lies beyond
 * sqrt(n - 1) deviations (Samuelson), so an origin holds at least until its value has left: the
 * O(n) move happens at most once in n bars.
 */
export class StandardDeviation extends Indicator {
  mean = Number.NaN
  readonly #window: RecentValues
  readonly #sum = new CompensatedSum()
  readonly #squares = new CompensatedSum()
  #origin = Number.NaN

  constructor(length: number) {
    super()
    this.#window = new RecentValues(period(length))
  }

  update(value: number): number {
    const window = this.#window
    if (this.#origin !== this.#origin) this.#origin = value
    const wasFull = window.full
    const left = window.push(value)
    this.#add(value)
    if (wasFull) this.#remove(left)
    if (!window.full) return this.value

    let shift = this.#sum.value / window.size
    let variance = this.#squares.value / window.size - shift * shift
    if (shift * shift > 4 * window.size * variance) {
      this.#moveOrigin(value)
      shift = this.#sum.value / window.size
      variance = this.#squares.value / window.size - shift * shift
    }
    this.mean = this.#origin + shift
    this.value = variance > 0 ? Math.sqrt(variance) : 0
    return this.value
  }

  #add(value: number): void {
    const distance = value - this.#origin
    this.#sum.add(distance)
    this.#squares.add(distance * distance)
  }

  #remove(value: number): void {
    const distance = value - this.#origin
    this.#sum.add(-distance)
    this.#squares.add(-(distance * distance))
  }

  #moveOrigin(origin: number): void {
    this.#origin = origin
    this.#sum.clear()
    this.#squares.clear()
    for (let ago = this.#window.size - 1; ago >= 0; ago--) this.#add(this.#window.at(ago))
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.mean = tape.number(this.mean)
    this.#window.carry(tape)
    this.#sum.carry(tape)
    this.#squares.carry(tape)
    this.#origin = tape.number(this.#origin)
  }
}
