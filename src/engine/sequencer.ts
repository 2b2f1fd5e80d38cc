import type { Journal } from '../journal/index.ts'
import { assert, GenesisError, Ring } from '../runtime/index.ts'
import { encodeEvent, EVENT_KIND } from './event-codec.ts'
import { type Event, numbered } from './event.ts'

/**
 * Gives durable events their number and holds them until they are flushed.
 *
 * What holds: `apply` gets every recorded event once, in number order, and only after the
 * journal acknowledged it. When the journal halts, what was not acknowledged is never applied.
 */
export class Sequencer {
  readonly #journal: Journal
  readonly #apply: (event: Event) => void
  readonly #waiting: Ring<Event>
  #applied: number
  #flushed = 0
  #halted: GenesisError | null = null

  constructor(options: SequencerOptions) {
    const { journal, bound, lookingAt } = options
    this.#journal = journal
    this.#apply = options.apply
    this.#waiting = new Ring(bound)
    this.#applied = lookingAt ?? journal.lastNumber
    if (lookingAt === undefined) return
    const sentence = `this is the state after record ${lookingAt}, only to be looked at`
    this.#halted = new GenesisError('journal-halted', sentence)
  }

  /** Recorded and not yet applied. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Of them, whether some are not on the disk yet. */
  get isFlushing(): boolean {
    return this.#applied + this.#waiting.length > this.#flushed
  }

  /** The number of the last applied event. */
  get applied(): number {
    return this.#applied
  }

  get halted(): GenesisError | null {
    return this.#halted
  }

  /** Room for one more before the bound; asked before an event leaves its ring. */
  get hasRoom(): boolean {
    return this.#halted === null && this.#waiting.length < this.#waiting.bound
  }

  /** Gives the event its number, or the reason why the journal takes nothing more. */
  record(event: Event): GenesisError | null {
    if (this.#halted) return this.#halted
    try {
      const number = this.#journal.append(EVENT_KIND, encodeEvent(event))
      const taken = this.#waiting.push(numbered(event, number))
      assert(taken, 'the sequencer was asked for room first')
      return null
    } catch (error) {
      if (error instanceof GenesisError) return error
      throw error
    }
  }

  /** The journal has everything up to this number on the disk. */
  acknowledge(upTo: number): void {
    this.#flushed = upTo
  }

  /** Applies the next event that is flushed; false where there is none. */
  applyNext(): boolean {
    const next = this.#waiting.peek()
    if (next === undefined || next.number > this.#flushed) return false
    this.#waiting.shift()
    assert(next.number === this.#applied + 1, 'events are applied in number order, none left out')
    this.#applied = next.number
    this.#apply(next)
    return true
  }

  halt(reason: GenesisError): void {
    this.#halted = reason
    this.#waiting.clear()
  }
}

interface SequencerOptions {
  readonly journal: Journal
  readonly bound: number
  readonly apply: (event: Event) => void
  /** The past, after this record: takes nothing, for nothing may go on from there. */
  readonly lookingAt?: number
}
