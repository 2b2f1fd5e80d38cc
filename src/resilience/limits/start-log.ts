/**
 * When the last `limit` attempts started: the exact answer to "may one more start now?", in O(1).
 *
 * What holds: of any `limit + 1` starts in a row the last is at least `perMs` after the first.
 */
export class StartLog {
  readonly #limit: number
  readonly #perMs: number
  /** A ring; grows with the starts up to `limit` places, since most limits are never reached. */
  #startsMs = new Float64Array(0)
  #started = 0

  constructor(limit: number, perMs: number) {
    this.#limit = limit
    this.#perMs = perMs
  }

  /** The earliest moment of the next start. */
  get freeAtMs(): number {
    if (this.#started < this.#limit) return -Infinity
    return (this.#startsMs[this.#started % this.#limit] as number) + this.#perMs
  }

  /** False, and nothing is remembered, when it would be one too many. */
  tryStart(nowMs: number): boolean {
    if (nowMs < this.freeAtMs) return false
    const place = this.#started % this.#limit
    if (place >= this.#startsMs.length) this.#grow()
    this.#startsMs[place] = nowMs
    this.#started++
    return true
  }

  #grow(): void {
    const grown = new Float64Array(Math.min(this.#limit, Math.max(8, this.#startsMs.length * 2)))
    grown.set(this.#startsMs)
    this.#startsMs = grown
  }
}
