import { assert } from './assert.ts'

/**
 * Many deadlines at little cost: a hashed timing wheel (Varghese and Lauck) that the caller sweeps
 * with a monotonic time. It owns no timer.
 *
 * What holds: `add`, `cancel` and the share of `sweep` for one deadline are O(1), but that those of
 * one sweep which were not added in their order are sorted; nothing expires early; everything due
 * by the time of a sweep expires in it, the earliest first, and what is due at once as added; at
 * the bound `add` refuses; a handle is never used twice, so cancelling late does nothing. The
 * callback may add and cancel; what it adds waits for the next sweep.
 */
export class DeadlineWheel<T> {
  readonly bound: number
  readonly #tickMs: number
  readonly #mask: number
  /** First entry of each slot's list; one more list, the last, holds what is expiring now. */
  readonly #heads: Int32Array
  /** Only within a sweep. */
  readonly #due: number[] = []
  #entries: Entries<T>
  #free = none
  #length = 0
  #sweptTick: number

  constructor({ bound, tickMs = 10, slots = 1_024, startMs = 0 }: DeadlineWheelOptions) {
    assert(Number.isInteger(bound) && bound >= 1 && bound <= 2 ** 24, 'a bound is 1 to 2^24')
    assert(tickMs > 0 && slots > 0 && (slots & (slots - 1)) === 0, 'slots are a power of two')
    this.bound = bound
    this.#tickMs = tickMs
    this.#mask = slots - 1
    this.#heads = new Int32Array(slots + 1).fill(none)
    this.#entries = entries<T>(0)
    this.#sweptTick = Math.floor(startMs / tickMs)
    this.#growTo(Math.min(bound, 16))
  }

  /** How many deadlines wait. */
  get length(): number {
    return this.#length
  }

  /** A handle for `cancel`, or 0 when the wheel is at its bound. */
  add(deadlineMs: number, value: T): number {
    assert(deadlineMs === deadlineMs, 'a deadline is a number of milliseconds')
    if (this.#free === none) {
      if (this.#length === this.bound) return 0
      this.#growTo(Math.min(this.bound, this.#length * 2))
    }
    const { deadline, next, values, generation } = this.#entries
    const entry = this.#free
    this.#free = next[entry] as number
    deadline[entry] = deadlineMs
    values[entry] = value
    const tick = Math.max(this.#sweptTick, Math.floor(deadlineMs / this.#tickMs))
    this.#link(entry, tick % (this.#mask + 1))
    this.#length++
    return (generation[entry] as number) * entriesMax + entry + 1
  }

  /** False when it expired or was cancelled before. */
  cancel(handle: number): boolean {
    const entry = (handle - 1) % entriesMax
    const generation = Math.floor((handle - 1) / entriesMax)
    const isKnown = handle > 0 && this.#entries.generation[entry] === generation
    if (!isKnown || this.#entries.slot[entry] === none) return false
    this.#release(entry)
    return true
  }

  /** Calls `onExpired` for every deadline at or before `nowMs`; returns how many. */
  sweep(nowMs: number, onExpired: (value: T, deadlineMs: number) => void): number {
    const nowTick = Math.max(this.#sweptTick, Math.floor(nowMs / this.#tickMs))
    const turns = Math.min(nowTick - this.#sweptTick, this.#mask)
    for (let tick = nowTick; tick >= nowTick - turns; tick--) {
      this.#collect(tick % (this.#mask + 1), nowMs)
    }
    this.#sweptTick = nowTick
    this.#lineUp()
    return this.#expire(onExpired)
  }

  /**
   * No deadline is before this; `Infinity` when none waits. Exact within one revolution; beyond it
   * the revolution's end, at which to ask again.
   */
  earliest(): number {
    if (this.#length === 0) return Infinity
    for (let turn = 0; turn <= this.#mask; turn++) {
      const endMs = (this.#sweptTick + turn + 1) * this.#tickMs
      const earliest = this.#earliestIn((this.#sweptTick + turn) & this.#mask)
      if (earliest < endMs) return earliest
    }
    return (this.#sweptTick + this.#mask + 1) * this.#tickMs
  }

  #earliestIn(slot: number): number {
    let earliest = Infinity
    for (let entry = this.#heads[slot] as number; entry !== none;) {
      earliest = Math.min(earliest, this.#entries.deadline[entry] as number)
      entry = this.#entries.next[entry] as number
    }
    return earliest
  }

  #collect(slot: number, nowMs: number): void {
    const { deadline, next } = this.#entries
    for (let entry = this.#heads[slot] as number; entry !== none;) {
      const following = next[entry] as number
      if ((deadline[entry] as number) <= nowMs) {
        this.#unlink(entry)
        this.#due.push(entry)
      }
      entry = following
    }
  }

  /**
   * Into the list of what expires now, by its head, so the latest first: that is how slots and
   * their lists were gone through, and sorting what is sorted costs one look at each.
   */
  #lineUp(): void {
    const due = this.#due
    const { deadline } = this.#entries
    if (this.#heads[this.#mask + 1] !== none) this.#collectLeft()
    if (due.length > 1) {
      due.sort((one, other) => (deadline[other] as number) - (deadline[one] as number))
    }
    for (const entry of due) this.#link(entry, this.#mask + 1)
    due.length = 0
  }

  /** A callback that threw left them there, the earliest first. */
  #collectLeft(): void {
    const collected = this.#due.length
    this.#collect(this.#mask + 1, Infinity)
    for (const entry of this.#due.splice(collected).reverse()) this.#due.push(entry)
  }

  /** From a list, not a loop over the slots, so that callbacks may cancel what is still to come. */
  #expire(onExpired: (value: T, deadlineMs: number) => void): number {
    let expired = 0
    for (;;) {
      const entry = this.#heads[this.#mask + 1] as number
      if (entry === none) return expired
      const value = this.#entries.values[entry] as T
      const deadlineMs = this.#entries.deadline[entry] as number
      this.#release(entry)
      expired++
      onExpired(value, deadlineMs)
    }
  }

  #link(entry: number, slot: number): void {
    const { next, previous, slot: slots } = this.#entries
    const head = this.#heads[slot] as number
    next[entry] = head
    previous[entry] = none
    if (head !== none) previous[head] = entry
    this.#heads[slot] = entry
    slots[entry] = slot
  }

  #unlink(entry: number): void {
    const { next, previous, slot } = this.#entries
    const [after, before] = [next[entry] as number, previous[entry] as number]
    if (before === none) this.#heads[slot[entry] as number] = after
    else next[before] = after
    if (after !== none) previous[after] = before
    slot[entry] = none
  }

  #release(entry: number): void {
    this.#unlink(entry)
    const { next, values, generation } = this.#entries
    values[entry] = undefined
    generation[entry] = ((generation[entry] as number) + 1) % generations
    next[entry] = this.#free
    this.#free = entry
    this.#length--
  }

  #growTo(capacity: number): void {
    const before = this.#entries
    const after = entries<T>(capacity)
    after.deadline.set(before.deadline)
    after.next.set(before.next)
    after.previous.set(before.previous)
    after.slot.set(before.slot)
    after.generation.set(before.generation)
    before.values.forEach((value, entry) => (after.values[entry] = value))
    for (let entry = capacity - 1; entry >= before.values.length; entry--) {
      after.next[entry] = this.#free
      this.#free = entry
    }
    this.#entries = after
  }
}

export interface DeadlineWheelOptions {
  readonly bound: number
  /** Deadlines within one tick share a slot; sweeping more often gains nothing. */
  readonly tickMs?: number
  /** A power of two. Deadlines beyond `slots * tickMs` are met again once a revolution. */
  readonly slots?: number
  /** The monotonic time of the first sweep, roughly. */
  readonly startMs?: number
}

const none = -1
const entriesMax = 2 ** 24
const generations = 2 ** 28

interface Entries<T> {
  readonly deadline: Float64Array
  readonly next: Int32Array
  readonly previous: Int32Array
  /** The list the entry is in; none while it is free. */
  readonly slot: Int32Array
  readonly generation: Int32Array
  readonly values: (T | undefined)[]
}

function entries<T>(capacity: number): Entries<T> {
  return {
    deadline: new Float64Array(capacity),
    next: new Int32Array(capacity).fill(none),
    previous: new Int32Array(capacity).fill(none),
    slot: new Int32Array(capacity).fill(none),
    generation: new Int32Array(capacity),
    values: new Array<T | undefined>(capacity).fill(undefined),
  }
}
