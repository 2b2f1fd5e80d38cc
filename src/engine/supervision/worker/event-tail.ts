import { assert } from '../../../runtime/index.ts'
import type { Event } from '../../event.ts'

/**
 * The events after a reported state, each with its place (1, 2, 3, ...), so that a new worker
 * can be given them again. Bounded: a worker that reports nothing for that long is of no use.
 */
export class EventTail {
  readonly #bound: number
  #events: TailEvent[] = []
  /** The place before the first one. */
  #before: number

  constructor(bound: number, before = 0, events: readonly TailEvent[] = []) {
    this.#bound = bound
    this.#before = before
    this.#events = [...events]
  }

  get length(): number {
    return this.#events.length
  }

  get isFull(): boolean {
    return this.#events.length >= this.#bound
  }

  /** The place before the first one: that of the reported state. */
  get start(): number {
    return this.#before
  }

  /** The place of the last one. */
  get end(): number {
    return this.#before + this.#events.length
  }

  push(event: TailEvent): void {
    assert(!this.isFull, 'a tail was asked for room first')
    this.#events.push(event)
  }

  /** The one at this place. */
  at(place: number): TailEvent {
    const event = this.#events[place - this.#before - 1]
    assert(event, `the place ${place} is in the tail`)
    return event
  }

  /** A state of this place was reported: what is before it is not needed again. */
  dropUpTo(place: number): void {
    assert(place <= this.end, 'a state is not newer than the events it was given')
    if (place <= this.#before) return
    this.#events = this.#events.slice(place - this.#before)
    this.#before = place
  }

  all(): readonly TailEvent[] {
    return this.#events
  }
}

export interface TailEvent {
  readonly event: Event
  /** Whether the outside was to hear of it when it came. */
  readonly live: boolean
}
