import { exponential } from '../../runtime/index.ts'

/**
 * A score without its jitter: an exponentially weighted mean over time, so that looking more often
 * does not change it. The first score is taken as it is.
 */
export class SmoothedScore {
  readonly #timeConstantMs: number
  #value = Number.NaN
  #atMs = 0

  constructor(timeConstantMs: number) {
    this.#timeConstantMs = timeConstantMs
  }

  next(score: number, nowMs: number): number {
    const isFirst = Number.isNaN(this.#value)
    const kept = isFirst ? 0 : exponential((this.#atMs - nowMs) / this.#timeConstantMs)
    this.#value = isFirst ? score : score + (this.#value - score) * kept
    this.#atMs = nowMs
    return this.#value
  }
}
