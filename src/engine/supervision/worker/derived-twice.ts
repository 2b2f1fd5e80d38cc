import { assert } from '../../../runtime/index.ts'
import type { Event } from '../../event.ts'

/**
 * Tells which answers of a replay are in the journal already. A worker answers later than it is
 * asked, so what the journal holds of its answers is noted as it is read and compared when the
 * answers come. Bounded by what may wait for the worker.
 */
export class DerivedTwice {
  readonly #recorded = new Set<string>()
  readonly #bound: number

  constructor(bound: number) {
    this.#bound = bound
  }

  note(event: Event): void {
    assert(this.#recorded.size < this.#bound, 'a replay is not further ahead than may wait')
    this.#recorded.add(identity(event))
  }

  get isFull(): boolean {
    return this.#recorded.size >= this.#bound
  }

  /** True once for each that was noted. */
  isRecorded(event: Event): boolean {
    return event.durable && this.#recorded.delete(identity(event))
  }

  /** The replay is answered: what is left was somebody else's. */
  clear(): void {
    this.#recorded.clear()
  }
}

function identity(event: Event): string {
  return `${event.topic} ${event.key}`
}
