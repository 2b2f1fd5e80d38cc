import type { Criticality } from '../criticality.ts'

/**
 * How much of a limit is kept free for more critical calls, level by level.
 *
 * What holds: a level may use all that those above it did not want in this window or the one
 * before; where there is not enough for all, the lowest level goes first; of five places or
 * more one is always kept for essential calls, since the first of them must not wait to be learned.
 */
export class Reserve {
  readonly #inFlight = [0, 0, 0, 0, 0]
  /** By level: the most that those above it have wanted at once, in flight or turned away. */
  #wanted = [0, 0, 0, 0, 0]
  #wantedBefore = [0, 0, 0, 0, 0]
  /**
   * By level: turned away since the last that was sent. Not all of a window: calls turned away
   * one after the other were not wanted at once.
   */
  readonly #refused = [0, 0, 0, 0, 0]

  /** One more call of this level may be sent while fewer than this are in flight. */
  room(criticality: Criticality, limit: number): number {
    let above = 0
    let kept = 0
    for (let level = 3; level >= criticality; level--) {
      above += this.#inFlight[level + 1] as number
      const now = this.#wanted[level] as number
      const before = this.#wantedBefore[level] as number
      const wanted = Math.max(now, before, level === 3 && limit >= 5 ? 1 : 0)
      // What is kept from a level is kept from all below it, too.
      if (wanted - above > kept) kept = wanted - above
    }
    return limit - kept
  }

  sent(criticality: Criticality): void {
    this.#refused[criticality] = 0
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
