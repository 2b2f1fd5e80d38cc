import { assert } from '../../runtime/index.ts'
import type { Chance } from '../isolated-random.ts'

/**
 * How long to wait before the next attempt.
 *
 * - `full`: anywhere between 0 and `base * 2^(n-1)`. Spreads a herd best.
 * - `decorrelated`: between `base` and three times the wait before. Never near 0.
 * - `none`: exactly `base * 2^(n-1)`; for tests and for lone clients.
 *
 * What holds: never negative, never above `maxMs`, never NaN, however many attempts.
 */
export class Backoff {
  readonly #baseMs: number
  readonly #maxMs: number
  readonly #jitter: Jitter
  readonly #random: Chance

  constructor({ baseMs = 100, maxMs = 10_000, jitter = 'full', random }: BackoffOptions) {
    assert(baseMs >= 0 && baseMs < Infinity, `retry.baseMs is 0 or more, not ${baseMs}`)
    const isAbove = maxMs >= baseMs && maxMs < Infinity
    assert(isAbove, `retry.maxMs is at least baseMs (${baseMs}), not ${maxMs}`)
    this.#baseMs = baseMs
    this.#maxMs = maxMs
    this.#jitter = jitter
    this.#random = random
  }

  /** After this many failures in a row; `beforeMs` is the wait before this one, 0 at first. */
  delayMs(failures: number, beforeMs: number): number {
    if (this.#jitter === 'decorrelated') {
      const widestMs = Math.max(this.#baseMs, 3 * beforeMs)
      return Math.min(this.#maxMs, this.#between(this.#baseMs, widestMs))
    }
    const doublings = Math.min(Math.max(failures - 1, 0), 60)
    const ceilingMs = Math.min(this.#maxMs, this.#baseMs * 2 ** doublings)
    return this.#jitter === 'none' ? ceilingMs : this.#between(0, ceilingMs)
  }

  #between(leastMs: number, mostMs: number): number {
    return leastMs + this.#random.next() * (mostMs - leastMs)
  }
}

export type Jitter = 'full' | 'decorrelated' | 'none'

export interface BackoffOptions {
  readonly baseMs?: number | undefined
  readonly maxMs?: number | undefined
  readonly jitter?: Jitter | undefined
  readonly random: Chance
}
