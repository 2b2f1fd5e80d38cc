import type { StateTape } from './state-tape.ts'

/**
 * A running sum that does not drift: what each addition rounds away is kept beside it (Knuth's
 * two-sum), so values may enter and leave for ever, and a huge one leaves no trace behind.
 */
export class CompensatedSum {
  #sum = 0
  #lost = 0

  get value(): number {
    return this.#sum + this.#lost
  }

  add(value: number): void {
    const before = this.#sum
    const sum = before + value
    const added = sum - before
    this.#lost += before - (sum - added) + (value - added)
    this.#sum = sum
  }

  /** Adds `count` x `value` without rounding the product. `count` is whole and below 2^26. */
  addTimes(count: number, value: number): void {
    const spread = SPLITTER * value
    const high = spread - (spread - value)
    this.add(count * high)
    this.add(count * (value - high))
  }

  subtract(other: CompensatedSum): void {
    this.add(-other.#sum)
    this.add(-other.#lost)
  }

  clear(): void {
    this.#sum = 0
    this.#lost = 0
  }

  carry(tape: StateTape): void {
    this.#sum = tape.number(this.#sum)
    this.#lost = tape.number(this.#lost)
  }
}

/** 2^27 + 1: leaves each half of a double at most 26 bits (Veltkamp). */
const SPLITTER = 134217729
