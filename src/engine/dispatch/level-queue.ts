import { assert, Ring } from '../../runtime/index.ts'
import type { Event } from '../event.ts'
import { TimedRing } from './timed-ring.ts'

/**
 * What waits in one priority level, oldest first.
 *
 * What holds: events leave in the order in which they came, except that passing events go ahead
 * while the durable ones are held up, and that the oldest passing event can be shed. Each is O(1),
 * for the two kinds wait in rings of their own and every durable event remembers how many passing
 * ones had come before it.
 */
export class LevelQueue {
  readonly #passing = new TimedRing()
  readonly #durable = new TimedRing()
  /** Beside each durable event: how many passing events came before it. */
  readonly #marks: Ring<number>
  #passingCame = 0
  #passingLeft = 0
  #shiftedTime = 0

  constructor(bound: number) {
    this.#marks = new Ring(bound)
  }

  get length(): number {
    return this.#passing.length + this.#durable.length
  }

  get passing(): number {
    return this.#passing.length
  }

  get durable(): number {
    return this.#durable.length
  }

  push(event: Event, time: number): void {
    if (!event.durable) {
      this.#passing.push(event, time)
      this.#passingCame += 1
      return
    }
    assert(this.#marks.push(this.#passingCame), 'the level was asked for room first')
    this.#durable.push(event, time)
  }

  /** The durable event that is next, or undefined when a passing one is. */
  nextDurable(): Event | undefined {
    const isNext = this.#durable.length > 0 && this.#marks.peek()! <= this.#passingLeft
    return isNext ? this.#durable.peek() : undefined
  }

  shiftPassing(): Event {
    const event = this.#passing.shift()
    this.#passingLeft += 1
    this.#shiftedTime = this.#passing.shiftedTime
    return event
  }

  shiftDurable(): Event {
    const event = this.#durable.shift()
    this.#marks.shift()
    this.#shiftedTime = this.#durable.shiftedTime
    return event
  }

  /** When the last one taken out had come. */
  get shiftedTime(): number {
    return this.#shiftedTime
  }

  /** When the oldest came; `Infinity` when nothing waits. */
  get oldestTime(): number {
    return Math.min(this.#passing.oldestTime, this.#durable.oldestTime)
  }
}
