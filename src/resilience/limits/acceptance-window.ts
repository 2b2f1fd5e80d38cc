import { assert } from '../../runtime/index.ts'

/**
 * How many calls of the last while were sent, and how many of those were accepted.
 *
 * What holds: an answer counts in the slice of time its call was sent in, however late it comes,
 * and not at all once that slice has left the window: the ratio compares calls with their own
 * answers. Silence of up to one or two slices (3 to 6 s in two minutes) says nothing; longer
 * silence counts like a refusal, so a side that hangs is noticed before any timeout. An idle gap
 * empties the window. O(1); the memory comes with the first call.
 */
export class AcceptanceWindow {
  requests = 0
  accepts = 0
  readonly #sliceMs: number
  #tick = -1
  #requests = none
  #accepts = none
  /** Sent, not yet answered. */
  #open = none

  constructor(windowMs: number) {
    assert(windowMs >= slices, `windowMs is ${slices} or more, not ${windowMs}`)
    this.#sliceMs = windowMs / slices
  }

  /** Requests without those whose answer is not yet due. */
  get settledRequests(): number {
    if (this.#tick < 0) return 0
    const young = this.#open[this.#tick % slices] as number
    const before = this.#tick === 0 ? 0 : (this.#open[(this.#tick - 1) % slices] as number)
    return this.requests - young - before
  }

  /** Before any other call: time has come to `nowMs`. */
  moveTo(nowMs: number): void {
    const tick = Math.floor(nowMs / this.#sliceMs)
    if (tick <= this.#tick) return
    if (this.#tick < 0) {
      this.#requests = new Int32Array(slices)
      this.#accepts = new Int32Array(slices)
      this.#open = new Int32Array(slices)
    } else {
      for (let left = Math.max(this.#tick + 1, tick - slices + 1); left <= tick; left++) {
        this.#forget(left % slices)
      }
    }
    this.#tick = tick
  }

  /** The call's ticket. */
  sent(): number {
    this.#count()
    const slice = this.#tick % slices
    this.#open[slice] = (this.#open[slice] as number) + 1
    return this.#tick
  }

  /** A call that was wanted and not sent. */
  dropped(): void {
    this.#count()
  }

  answered(ticket: number, how: 'accepted' | 'declined' | 'ignored'): void {
    if (this.#tick - ticket >= slices) return
    const slice = ticket % slices
    this.#open[slice] = (this.#open[slice] as number) - 1
    if (how === 'accepted') {
      this.accepts++
      this.#accepts[slice] = (this.#accepts[slice] as number) + 1
    } else if (how === 'ignored') {
      this.requests--
      this.#requests[slice] = (this.#requests[slice] as number) - 1
    }
  }

  #count(): void {
    const slice = this.#tick % slices
    this.requests++
    this.#requests[slice] = (this.#requests[slice] as number) + 1
  }

  #forget(slice: number): void {
    this.requests -= this.#requests[slice] as number
    this.accepts -= this.#accepts[slice] as number
    this.#requests[slice] = this.#accepts[slice] = this.#open[slice] = 0
  }
}

const slices = 40
const none = new Int32Array(0)
