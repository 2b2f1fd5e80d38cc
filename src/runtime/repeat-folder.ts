import { assert } from './assert.ts'

/**
 * Tells the first few of equal lines and counts the rest, window by window.
 *
 * What holds: of each key the first `toldEach` in a window are told; of the others every one is
 * in exactly one sum, given out when its window is over, or earlier when `keysMax` other keys
 * came meanwhile. A window begins with its first line. The order of sums is that of windows.
 */
export class RepeatFolder<Line> {
  readonly #options: RepeatFolderOptions<Line>
  /** Oldest window first: a window that is over is removed, and added anew by the next line. */
  readonly #windows = new Map<string, Window<Line>>()
  #waiting = 0

  constructor(options: RepeatFolderOptions<Line>) {
    assert(options.toldEach >= 1 && options.keysMax >= 1, 'one line and one key at least')
    assert(options.windowMs > 0, 'a window lasts')
    this.#options = options
  }

  /** Lines counted whose sum has not been given out. */
  get waiting(): number {
    return this.#waiting
  }

  /** When the first window ends, by the time that `isTold` was given; `Infinity` without one. */
  get nextEndMs(): number {
    const [first] = this.#windows.values()
    return first === undefined ? Infinity : first.startMs + this.#options.windowMs
  }

  /** True: tell it. False: it was counted. */
  isTold(key: string, line: Line, nowMs: number): boolean {
    this.sweep(nowMs)
    const window = this.#windows.get(key)
    if (window === undefined) {
      if (this.#windows.size === this.#options.keysMax) this.#endFirst(nowMs)
      this.#windows.set(key, { startMs: nowMs, told: 1, folded: 0, last: line })
      return true
    }
    if (window.told < this.#options.toldEach) {
      window.told++
      return true
    }
    window.folded++
    window.last = line
    this.#waiting++
    return false
  }

  /** Gives out the sums of the windows that are over. */
  sweep(nowMs: number): void {
    while (this.nextEndMs <= nowMs) this.#endFirst(nowMs)
  }

  /** Gives out all sums, as at the end of a run. */
  flush(nowMs: number): void {
    while (this.#windows.size > 0) this.#endFirst(nowMs)
  }

  #endFirst(nowMs: number): void {
    const [[key, { startMs, folded, last }]] = this.#windows as unknown as [[string, Window<Line>]]
    this.#windows.delete(key)
    if (folded === 0) return
    this.#waiting -= folded
    const overMs = Math.min(nowMs - startMs, this.#options.windowMs)
    this.#options.onSum(last, folded, overMs)
  }
}

export interface RepeatFolderOptions<Line> {
  /** Lines of one key told in each window. */
  readonly toldEach: number
  readonly windowMs: number
  /** Keys remembered at one time. */
  readonly keysMax: number
  /** `again` lines were counted within `overMs`; `last` is the latest. */
  readonly onSum: (last: Line, again: number, overMs: number) => void
}

interface Window<Line> {
  readonly startMs: number
  told: number
  folded: number
  last: Line
}
