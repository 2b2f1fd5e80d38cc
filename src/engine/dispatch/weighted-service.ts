import { assert } from '../../runtime/index.ts'
import { PRIORITY_LEVELS, Priority } from '../event.ts'
import { bitOf } from './priority-rings.ts'

/**
 * Which level is served next, out of those that wait.
 *
 * The first level down the table that takes its chance is served. CRITICAL takes every one, HIGH
 * 95 of 100, NORMAL 80, LOW 50, and BACKGROUND 30, but it is asked only in quiet: while nothing
 * more important than LOW waits. A chance that nobody takes goes to the most important that waits.
 * Shares are counted, not drawn: the same calls give the same order.
 *
 * Nobody starves: a level that was passed over `AGE_LIMITS[level]` times is served before
 * all others, the one longest due first. At most three more levels can be due before it,
 * so while a level waits
 *
 *     at most `WAIT_BOUNDS[level]` events of other levels are served between two of its own:
 *     CRITICAL 4, HIGH 19, NORMAL 67, LOW 259, BACKGROUND 1027.
 *
 * The event at place p of its level is therefore served after at most p x (bound + 1) events.
 */
export class WeightedService {
  readonly #credits = new Int32Array(PRIORITY_LEVELS)
  /** What `#served` was when the level was last served or began to wait. */
  readonly #since = new Float64Array(PRIORITY_LEVELS)
  /** Choices made between levels; where only one waits, nobody is passed over. */
  #served = 0
  /** No level is due before this many choices. */
  #nextDue = Infinity

  /** From now on this level waits; before, nothing of it could be served. */
  begin(level: Priority): void {
    this.#since[level] = this.#served
    const due = this.#served + AGE_LIMITS[level]!
    if (due < this.#nextDue) this.#nextDue = due
  }

  /** The level to serve; `waiting` is a mask of bits `bitOf(level)`, not 0. */
  next(waiting: number): Priority {
    const first = Math.clz32(waiting) as Priority
    if ((waiting & (waiting - 1)) === 0) {
      this.#since[first] = this.#served
      return first
    }
    const due = this.#served < this.#nextDue ? null : this.#longestDue(waiting)
    const level = due ?? this.#byShare(waiting, first)
    assert(this.#passedOver(level) <= WAIT_BOUNDS[level]!, 'no level waits longer than its bound')
    this.#served += 1
    this.#since[level] = this.#served
    return level
  }

  #byShare(waiting: number, first: Priority): Priority {
    const last = (waiting & BUSY) === 0 ? Priority.BACKGROUND : Priority.LOW
    for (let level = first as number; level <= last; level += 1) {
      if ((waiting & bitOf(level)) === 0) continue
      const credit = this.#credits[level]! + SHARES[level]!
      const isTaken = credit >= 100
      this.#credits[level] = isTaken ? credit - 100 : credit
      if (isTaken) return level as Priority
    }
    return first
  }

  #longestDue(waiting: number): Priority | null {
    let longest: Priority | null = null
    let earliest = Infinity
    for (let level = 0; level < PRIORITY_LEVELS; level += 1) {
      if ((waiting & bitOf(level)) === 0) continue
      const passedOver = this.#passedOver(level)
      assert(passedOver <= WAIT_BOUNDS[level]!, 'no level waits longer than its bound')
      const due = this.#since[level]! + AGE_LIMITS[level]!
      if (due >= earliest) continue
      earliest = due
      longest = level as Priority
    }
    this.#nextDue = earliest
    return earliest <= this.#served ? longest : null
  }

  #passedOver(level: number): number {
    return this.#served - this.#since[level]!
  }
}

/** Of a hundred chances, how many the level takes. */
const SHARES: readonly number[] = [100, 95, 80, 50, 30]

/** Passed over so often, a level is due. CRITICAL is first anyway, but for those that are due. */
const AGE_LIMITS: readonly number[] = [Infinity, 16, 64, 256, 1024]

/** At most so many events of other levels between two of a level that waits. */
export const WAIT_BOUNDS: readonly number[] = [4, 16 + 3, 64 + 3, 256 + 3, 1024 + 3]

/** While one of these waits it is not quiet. */
const BUSY = bitOf(Priority.CRITICAL) | bitOf(Priority.HIGH) | bitOf(Priority.NORMAL)
