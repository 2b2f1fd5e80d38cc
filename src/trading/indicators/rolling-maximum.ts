import type { StateTape } from './state-tape.ts'

/**
 * The largest of the last `size` values, in amortised constant time.
 *
 * A ring holds the candidates, falling from front to back: a value that is no larger than a later
 * one can never be the maximum again, so it is dropped when the later one comes. For a minimum,
 * push and read negated values.
 */
export class RollingMaximum {
  readonly #values: Float64Array
  readonly #pushedAt: Float64Array
  #front = 0
  #candidates = 0
  #pushes = 0

  constructor(size: number) {
    this.#values = new Float64Array(size)
    this.#pushedAt = new Float64Array(size)
  }

  get full(): boolean {
    return this.#pushes >= this.#values.length
  }

  push(value: number): number {
    const values = this.#values
    const pushedAt = this.#pushedAt
    const size = values.length
    let front = this.#front
    let candidates = this.#candidates
    const now = this.#pushes++
    if (candidates > 0 && pushedAt[front]! <= now - size) {
      front = front + 1 === size ? 0 : front + 1
      candidates--
    }
    let back = front + candidates
    if (back >= size) back -= size
    while (candidates > 0) {
      const last = back === 0 ? size - 1 : back - 1
      if (values[last]! > value) break
      back = last
      candidates--
    }
    values[back] = value
    pushedAt[back] = now
    this.#front = front
    this.#candidates = candidates + 1
    return values[front]!
  }

  carry(tape: StateTape): void {
    tape.numbers(this.#values)
    tape.numbers(this.#pushedAt)
    this.#front = tape.whole(this.#front, this.#values.length - 1)
    this.#candidates = tape.whole(this.#candidates, this.#values.length)
    this.#pushes = tape.whole(this.#pushes, Number.MAX_SAFE_INTEGER)
  }
}
