import type { Clock, Timer } from './clock.ts'
import { Histogram } from './histogram.ts'

/**
 * How late the event loop is, by a timer of its own that sees how late it runs.
 *
 * Node's own monitor misses what blocks the loop right after its reset; this one is never blind:
 * a turn that began before `take` and ends after it is told by the next.
 */
export class LoopLag {
  readonly #histogram = new Histogram()
  readonly #clock: Clock
  readonly #timer: Timer
  #lastMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#lastMs = clock.monotonicMs()
    this.#timer = clock.every(TICK_MS, () => this.#tick())
  }

  /** Since the last call; also of a tick that is overdue by now. */
  take(): { readonly p90Ms: number; readonly maxMs: number } {
    const overdueMs = Math.max(0, this.#clock.monotonicMs() - this.#lastMs - TICK_MS)
    if (overdueMs > 0) this.#histogram.record(overdueMs)
    const { count, max } = this.#histogram
    const p90Ms = count === 0 ? 0 : this.#histogram.quantile(0.9)
    const maxMs = count === 0 ? 0 : max
    this.#histogram.reset()
    return { p90Ms, maxMs }
  }

  stop(): void {
    this.#timer.cancel()
  }

  #tick(): void {
    const nowMs = this.#clock.monotonicMs()
    this.#histogram.record(Math.max(0, nowMs - this.#lastMs - TICK_MS))
    this.#lastMs = nowMs
  }
}

const TICK_MS = 20
