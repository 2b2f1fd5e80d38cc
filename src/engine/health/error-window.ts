import { assert } from '../../runtime/index.ts'

/**
 * How many of the last ones failed, from counters that only grow: the caller hands in what they
 * stand at, at every look, and the window is the last `looks` of these.
 */
export class ErrorWindow {
  readonly #handled: Float64Array
  readonly #failed: Float64Array
  #looks = 0

  constructor(looks: number) {
    assert(Number.isInteger(looks) && looks >= 1, 'a window is one look or more')
    this.#handled = new Float64Array(looks + 1)
    this.#failed = new Float64Array(looks + 1)
  }

  look(handled: number, failed: number): void {
    this.#looks += 1
    const at = this.#looks % this.#handled.length
    // A counter that went back belongs to a component that began anew.
    if (handled < this.#last(this.#handled) || failed < this.#last(this.#failed)) this.#restart()
    this.#handled[at] = handled
    this.#failed[at] = failed
  }

  get handled(): number {
    return this.#grown(this.#handled)
  }

  get failed(): number {
    return this.#grown(this.#failed)
  }

  /** Failed of handled, 0 to 1, as if at least `handledMin` had been: one of one says little. */
  rate(handledMin: number): number {
    return Math.min(1, this.failed / Math.max(this.handled, handledMin))
  }

  #restart(): void {
    this.#handled.fill(0)
    this.#failed.fill(0)
  }

  #last(counts: Float64Array): number {
    return counts[(this.#looks - 1) % counts.length]!
  }

  #grown(counts: Float64Array): number {
    const now = counts[this.#looks % counts.length]!
    const oldest = this.#looks < counts.length ? 0 : counts[(this.#looks + 1) % counts.length]!
    return now - oldest
  }
}
