import { assert } from '../../runtime/index.ts'
import type { Event } from '../event.ts'

/**
 * Events first in, first out, each with the time it came.
 *
 * What holds: nothing is allocated per event (storage doubles, a power of two, and stays); an
 * event taken out is no longer reachable through the ring. It has no bound of its own: who pushes
 * asks for room first.
 */
export class TimedRing {
  #events: (Event | undefined)[] = new Array<Event | undefined>(INITIAL).fill(undefined)
  #times = new Float64Array(INITIAL)
  #mask = INITIAL - 1
  #head = 0
  #length = 0
  #shiftedTime = 0

  get length(): number {
    return this.#length
  }

  push(event: Event, time: number): void {
    if (this.#length > this.#mask) this.#grow()
    const slot = (this.#head + this.#length) & this.#mask
    this.#events[slot] = event
    this.#times[slot] = time
    this.#length += 1
  }

  /** The oldest, taken out; there must be one. */
  shift(): Event {
    const head = this.#head
    const event = this.#events[head]
    assert(event !== undefined, 'only what waits can be taken')
    this.#events[head] = undefined
    this.#shiftedTime = this.#times[head]!
    this.#head = (head + 1) & this.#mask
    this.#length -= 1
    return event
  }

  /** When the last one taken out had come. */
  get shiftedTime(): number {
    return this.#shiftedTime
  }

  /** The oldest, left in. */
  peek(): Event | undefined {
    return this.#length === 0 ? undefined : this.#events[this.#head]
  }

  /** When the oldest came; `Infinity` when nothing waits. */
  get oldestTime(): number {
    return this.#length === 0 ? Infinity : this.#times[this.#head]!
  }

  #grow(): void {
    const { length } = this.#events
    const events = new Array<Event | undefined>(length * 2).fill(undefined)
    const times = new Float64Array(length * 2)
    for (let index = 0; index < length; index += 1) {
      const slot = (this.#head + index) & this.#mask
      events[index] = this.#events[slot]
      times[index] = this.#times[slot]!
    }
    this.#events = events
    this.#times = times
    this.#mask = length * 2 - 1
    this.#head = 0
  }
}

const INITIAL = 16
