import type { Criticality } from '../criticality.ts'

/**
 * How much of a limit is kept free for more critical calls, level by level.
 *
 * What holds: a level may use all that those above it did not want in this window or the one
 * before; where there is not enough for all, the lowest level goes first; of five places or
 * more one is always kept for essential calls, since the first of them must not wait to be learned.
 */
export class Reserve {
  readonly #inFlight = new Int32Array(levels)
  /** By level: the most that those above it have wanted at once, in flight or turned away. */
  #wanted = new Int32Array(levels)
  #wantedBefore = new Int32Array(levels)
  /** Turned away in this window, by level. */
  readonly #refused = new Int32Array(levels)

  /** The most that may be in flight for one more call of this level to be sent. */
  room(criticality: Criticality, limit: number): number {
    if (criticality === 4) return limit
    const standing = limit >= 5 ? 1 : 0
    const wanted = Math.max(
      standing,
      this.#wanted[criticality] as number,
      this.#wantedBefore[criticality] as number,
    )
    return limit - Math.max(0, wanted - this.#inFlightAbove(criticality))
  }

  sent(criticality: Criticality): void {
    this.#inFlight[criticality] = (this.#inFlight[criticality] as number) + 1
    this.#note(criticality)
  }

  refused(criticality: Criticality): void {
    this.#refused[criticality] = (this.#refused[criticality] as number) + 1
    this.#note(criticality)
  }

  settled(criticality: Criticality): void {
    this.#inFlight[criticality] = (this.#inFlight[criticality] as number) - 1
  }

  endWindow(): void {
    const before = this.#wantedBefore
    this.#wantedBefore = this.#wanted
    this.#wanted = before.fill(0)
    this.#refused.fill(0)
    for (let level = 1; level < levels; level++) this.#note(level as Criticality)
  }

  #inFlightAbove(criticality: number): number {
    let above = 0
    for (let level = criticality + 1; level < levels; level++)
      above += this.#inFlight[level] as number
    return above
  }

  /** A call of this level was wanted: all lower levels make room for it next time. */
  #note(criticality: Criticality): void {
    let above = 0
    for (let level = levels - 1; level > 0; level--) {
      above += (this.#inFlight[level] as number) + (this.#refused[level] as number)
      if (level <= criticality && above > (this.#wanted[level - 1] as number)) {
        this.#wanted[level - 1] = above
      }
    }
  }
}

const levels = 5
