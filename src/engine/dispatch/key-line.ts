import { assert, Ring } from '../../runtime/index.ts'
import type { Event } from '../event.ts'

/** The events of one key: the one whose turn it is, and those behind it. */
export class KeyLine {
  readonly key: string
  readonly #bound: number
  #first: Event | undefined = undefined
  #behind: Ring<Event> | null = null

  constructor(key: string, bound: number) {
    this.key = key
    this.#bound = bound
  }

  get isFree(): boolean {
    return this.#first === undefined
  }

  /** The event under way, or ready to be. */
  get first(): Event {
    assert(this.#first, 'a line that is not free has a first event')
    return this.#first
  }

  push(event: Event): void {
    if (this.#first === undefined) {
      this.#first = event
      return
    }
    this.#behind ??= new Ring<Event>(this.#bound, 2)
    assert(this.#behind.push(event), 'no more wait for a key than may wait')
  }

  /** The first has left; false when nobody is behind. */
  advance(): boolean {
    this.#first = this.#behind?.shift()
    // A line may be kept for long; what it once grew to is not.
    if (this.#first === undefined) this.#behind = null
    return this.#first !== undefined
  }
}
