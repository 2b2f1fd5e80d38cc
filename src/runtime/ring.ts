import { assert } from './assert.ts'

/**
 * A first-in first-out queue with a hard bound.
 *
 * What holds: `push` says no at the bound and never blocks; order is kept; nothing is allocated
 * per operation (storage doubles, a power of two, up to the bound and stays); a value taken out
 * is no longer reachable through the ring.
 */
export class Ring<T> {
  readonly bound: number
  #slots: (T | undefined)[]
  #mask: number
  #head = 0
  #length = 0

  constructor(bound: number, initialCapacity = 16) {
    assert(Number.isInteger(bound) && bound >= 1 && bound <= 2 ** 30, 'a bound is 1 to 2^30')
    this.bound = bound
    const capacity = powerOfTwoFrom(Math.min(initialCapacity, bound))
    this.#slots = new Array<T | undefined>(capacity).fill(undefined)
    this.#mask = capacity - 1
  }

  get length(): number {
    return this.#length
  }

  /** False, and nothing happens, when the ring is at its bound. */
  push(value: T): boolean {
    const length = this.#length
    if (length > this.#mask || length === this.bound) {
      if (length === this.bound) return false
      this.#grow()
    }
    this.#slots[(this.#head + length) & this.#mask] = value
    this.#length = length + 1
    return true
  }

  /** The oldest value, taken out. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined
    const head = this.#head
    const value = this.#slots[head]
    this.#slots[head] = undefined
    this.#head = (head + 1) & this.#mask
    this.#length--
    return value
  }

  /** The oldest value, left in. */
  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#slots[this.#head]
  }

  clear(): void {
    this.#slots.fill(undefined)
    this.#head = 0
    this.#length = 0
  }

  #grow(): void {
    const before = this.#slots
    const after = new Array<T | undefined>(before.length * 2).fill(undefined)
    for (let index = 0; index < this.#length; index++) {
      after[index] = before[(this.#head + index) & this.#mask]
    }
    this.#slots = after
    this.#mask = after.length - 1
    this.#head = 0
  }
}

function powerOfTwoFrom(least: number): number {
  let power = 1
  while (power < least) power *= 2
  return power
}
