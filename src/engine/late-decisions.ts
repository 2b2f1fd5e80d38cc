import type { Event } from './event.ts'
import { identity } from './replay.ts'

/**
 * Decisions that a restored component made again and that were not in the journal.
 *
 * Some of them were published before it failed and are still on their way to the journal; so they
 * wait until nothing is on its way, and those that came by meanwhile are forgotten.
 */
export class LateDecisions {
  readonly #publish: (event: Event) => void
  readonly #waiting = new Map<string, Event>()
  /** Given to somebody else to publish, and not recorded yet. */
  readonly #handedOut = new Set<string>()

  constructor(publish: (event: Event) => void) {
    this.#publish = publish
  }

  get waiting(): number {
    return this.#waiting.size
  }

  add(events: readonly Event[]): void {
    for (const event of events) {
      const name = identity(event)
      if (!this.#handedOut.has(name)) this.#waiting.set(name, event)
    }
  }

  /** Somebody else publishes these. */
  handOut(events: readonly Event[]): void {
    for (const event of events) this.#handedOut.add(identity(event))
  }

  /** An event was recorded and is applied. */
  recorded(event: Event): void {
    if (this.#waiting.size > 0) this.#waiting.delete(identity(event))
    if (this.#handedOut.size > 0) this.#handedOut.delete(identity(event))
  }

  /** Nothing is on its way: what is left was never recorded. */
  publish(): void {
    if (this.#waiting.size === 0) return
    const events = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const event of events) this.#publish(event)
  }
}
