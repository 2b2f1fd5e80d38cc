import { type Refusal, refuse, Ring } from '../runtime/index.ts'
import { type Event, PRIORITY_LEVELS, type Priority, priorityNames } from './event.ts'

/**
 * What waits: five rings, one a priority level, and a bit mask of those that are not empty.
 *
 * - `shift` takes from the most important level that holds something, oldest first; both it and
 *   `push` cost the same whether ten events wait or a million.
 * - Every ring grows by doubling up to `bound`; at the bound `push` refuses by value.
 */
export class PriorityRings {
  readonly #rings: readonly Ring<Event>[]
  /** When each waiting event was pushed, beside it and in the same order. */
  readonly #times: readonly Ring<number>[]
  readonly #bound: number
  /** Bit 31 - level, so that the leading zeros of the mask are the level. */
  #mask = 0
  #length = 0
  #shiftedPushTime = 0

  constructor(bound: number) {
    const rings = <Item>() => Array.from({ length: PRIORITY_LEVELS }, () => new Ring<Item>(bound))
    this.#rings = rings<Event>()
    this.#times = rings<number>()
    this.#bound = bound
  }

  get length(): number {
    return this.#length
  }

  depth(level: Priority): number {
    return this.#rings[level]!.length
  }

  /** Undefined when taken; a refusal when that level is full. */
  push(event: Event, time: number): Refusal<'queue-full'> | undefined {
    const level = event.priority
    if (!this.#rings[level]!.push(event)) return this.#full(level)
    this.#times[level]!.push(time)
    this.#mask |= 0x80000000 >>> level
    this.#length += 1
    return undefined
  }

  /** The next event, or undefined when nothing waits. */
  shift(): Event | undefined {
    if (this.#mask === 0) return undefined
    const level = Math.clz32(this.#mask)
    const ring = this.#rings[level]!
    const event = ring.shift()
    this.#shiftedPushTime = this.#times[level]!.shift()!
    this.#length -= 1
    if (ring.length === 0) this.#mask &= ~(0x80000000 >>> level)
    return event
  }

  /** The `time` the last shifted event was pushed with. */
  get shiftedPushTime(): number {
    return this.#shiftedPushTime
  }

  #full(level: Priority): Refusal<'queue-full'> {
    const name = priorityNames[level]!
    return refuse('queue-full', `${this.#bound} ${name} events wait already, which is the bound`)
  }
}
