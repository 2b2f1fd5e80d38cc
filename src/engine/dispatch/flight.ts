import { assert } from '../../runtime/index.ts'
import type { KeyLine } from './key-line.ts'

/**
 * One promise under way. It is used again once its promise has settled, never before, so that a
 * late answer can be told from the answer to a later event; nothing is allocated for most events.
 */
export class Flight {
  readonly fulfilled: () => void
  readonly rejected: (error: unknown) => void
  readonly expired: () => void
  #line: KeyLine | undefined = undefined
  #startedMs = 0
  #ticket = 0
  #generation = 0
  /** Set by its deadline: whatever its promise says is late. */
  isOver = false
  /** The handle of its deadline. */
  alarm = 0

  constructor(onResult: (flight: Flight, result: FlightResult, error: unknown) => void) {
    this.fulfilled = () => onResult(this, 'fulfilled', undefined)
    this.rejected = (error) => onResult(this, 'rejected', error)
    this.expired = () => onResult(this, 'expired', undefined)
  }

  begin(line: KeyLine, startedMs: number, ticket: number, generation: number): void {
    this.#line = line
    this.#startedMs = startedMs
    this.#ticket = ticket
    this.#generation = generation
    this.isOver = false
  }

  /** It may begin again. */
  end(): void {
    this.#line = undefined
  }

  /** Whose first event it is about. */
  get line(): KeyLine {
    assert(this.#line, 'a flight has a line from its begin to its end')
    return this.#line
  }

  get startedMs(): number {
    return this.#startedMs
  }

  /** Of its circuit. */
  get ticket(): number {
    return this.#ticket
  }

  /** Of its lane when it began; what `clear` forgot is of an older one. */
  get generation(): number {
    return this.#generation
  }
}

export type FlightResult = 'fulfilled' | 'rejected' | 'expired'
