/**
 * How long events wait for the disk: the last flush, or the one that is under way where that
 * already takes longer.
 */
export class FlushWatch {
  #beganMs: number | null = null
  #lastMs = 0

  /** An event was handed to the journal. */
  recorded(nowMs: () => number): void {
    this.#beganMs ??= nowMs()
  }

  /** The journal flushed; `waiting`: more is under way. */
  flushed(waiting: boolean, nowMs: number): void {
    if (this.#beganMs !== null) this.#lastMs = nowMs - this.#beganMs
    this.#beganMs = waiting ? nowMs : null
  }

  flushMs(nowMs: number): number {
    return Math.max(this.#lastMs, this.#beganMs === null ? 0 : nowMs - this.#beganMs)
  }
}
