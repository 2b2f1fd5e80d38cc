import { assert } from '../../runtime/index.ts'
import { type Event, PRIORITY_LEVELS, type Priority } from '../event.ts'
import { LevelQueue } from './level-queue.ts'

/**
 * What waits: five levels, and a bit mask of those from which something may leave.
 *
 * - Every level grows by doubling up to `bound`, all together up to `boundOfAll`. At either bound
 *   `push` says no, and `makeRoom` sheds the least important passing event that is less important
 *   than the newcomer. In one level a durable event is more important than a passing one. A
 *   durable event is never shed.
 * - `hold` keeps the durable events of a level waiting until `release`; the passing ones go on.
 * - Each operation costs the same whether ten events wait or a million.
 */
export class PriorityRings {
  readonly bound: number
  readonly boundOfAll: number
  readonly #levels: readonly LevelQueue[]
  #length = 0
  #passingMask = 0
  #durableMask = 0
  #heldMask = 0
  #shiftedTime = 0

  constructor(bound: number, boundOfAll: number) {
    const isWhole = Number.isInteger(bound) && Number.isInteger(boundOfAll)
    assert(isWhole && bound >= 1 && boundOfAll >= bound, 'a bound is 1 or more, of all not less')
    this.bound = bound
    this.boundOfAll = boundOfAll
    this.#levels = Array.from({ length: PRIORITY_LEVELS }, () => new LevelQueue(bound))
  }

  get length(): number {
    return this.#length
  }

  depth(level: Priority): number {
    return this.#levels[level]!.length
  }

  /** Bit `bitOf(level)` for each level from which something may leave now. */
  get ready(): number {
    return this.#passingMask | (this.#durableMask & ~this.#heldMask)
  }

  /** False, and nothing happens, at the bound of its level or of all. */
  push(event: Event, time: number): boolean {
    const level = event.priority
    const queue = this.#levels[level]!
    if (this.#length === this.boundOfAll || queue.length === this.bound) return false
    queue.push(event, time)
    if (event.durable) this.#durableMask |= bitOf(level)
    else this.#passingMask |= bitOf(level)
    this.#length += 1
    return true
  }

  /** Sheds one event for this one, where that is allowed: its level, or null. */
  makeRoom(event: Event): Priority | null {
    const level = event.priority
    const highest = event.durable ? level : level + 1
    const lowest = this.depth(level) === this.bound ? level : PRIORITY_LEVELS - 1
    for (let victim = lowest; victim >= highest; victim -= 1) {
      if (this.#levels[victim]!.passing === 0) continue
      this.#takePassing(victim)
      return victim as Priority
    }
    return null
  }

  /** The durable event that would leave this level next, or undefined when a passing one would. */
  nextDurable(level: Priority): Event | undefined {
    const bit = bitOf(level)
    if ((this.#durableMask & ~this.#heldMask & bit) === 0) return undefined
    return this.#levels[level]!.nextDurable()
  }

  shiftDurable(level: Priority): Event {
    const queue = this.#levels[level]!
    const event = queue.shiftDurable()
    this.#length -= 1
    this.#shiftedTime = queue.shiftedTime
    if (queue.durable === 0) this.#durableMask &= ~bitOf(level)
    return event
  }

  shiftPassing(level: Priority): Event {
    const event = this.#takePassing(level)
    this.#shiftedTime = this.#levels[level]!.shiftedTime
    return event
  }

  /** The `time` the last shifted event was pushed with. */
  get shiftedTime(): number {
    return this.#shiftedTime
  }

  /** When the oldest of all came; `Infinity` when nothing waits. */
  get oldestTime(): number {
    return Math.min(...this.#levels.map((queue) => queue.oldestTime))
  }

  hold(level: Priority): void {
    this.#heldMask |= bitOf(level)
  }

  /** Lets every held level go; returns those from which something may leave only now. */
  release(): number {
    const before = this.ready
    this.#heldMask = 0
    return this.ready & ~before
  }

  #takePassing(level: number): Event {
    const queue = this.#levels[level]!
    const event = queue.shiftPassing()
    this.#length -= 1
    if (queue.passing === 0) this.#passingMask &= ~bitOf(level)
    return event
  }
}

/** Bit 31 - level, so that the leading zeros of a mask are its most important level. */
export function bitOf(level: number): number {
  return 0x80000000 >>> level
}
