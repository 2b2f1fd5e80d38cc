import type { StateTape } from './state-tape.ts'

/** The last `size` values. Before it is full, zeros leave it. */
export class RecentValues {
  readonly #values: Float64Array
  #position = 0
  #count = 0

  constructor(size: number) {
    this.#values = new Float64Array(size)
  }

  get size(): number {
    return this.#values.length
  }

  get count(): number {
    return this.#count
  }

  get full(): boolean {
    return this.#count === this.#values.length
  }

  /** Takes a value in and returns the one that left. */
  push(value: number): number {
    const values = this.#values
    const position = this.#position
    const left = values[position]!
    values[position] = value
    this.#position = position + 1 === values.length ? 0 : position + 1
    if (this.#count < values.length) this.#count++
    return left
  }

  /** The value of `ago` pushes before the last; `ago` is below `count`. */
  at(ago: number): number {
    const index = this.#position - 1 - ago
    return this.#values[index < 0 ? index + this.#values.length : index]!
  }

  /** The slots in storage order, for sums in which order does not matter. Unfilled ones are 0. */
  get slots(): Readonly<Float64Array> {
    return this.#values
  }

  carry(tape: StateTape): void {
    tape.numbers(this.#values)
    this.#position = tape.whole(this.#position, this.#values.length - 1)
    this.#count = tape.whole(this.#count, this.#values.length)
  }
}
