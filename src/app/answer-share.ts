import type { Clock } from '../runtime/index.ts'

/**
 * Which part of the latest questions was answered, for health.
 *
 * Of the last ten, those not asked yet counting as answered: one lost answer among the first few
 * is a tenth and not the whole. What is older than five minutes says nothing any more.
 */
export class AnswerShare {
  readonly #clock: Clock
  /** When each of the latest unanswered or answered ones ended, oldest first. */
  #ended: readonly { readonly atMs: number; readonly answered: boolean }[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  count(answered: boolean): void {
    const atMs = this.#clock.monotonicMs()
    this.#ended = [...this.#ended, { atMs, answered }].slice(-QUESTIONS)
  }

  /** 0 to 1. */
  get share(): number {
    const since = this.#clock.monotonicMs() - FORGOTTEN_AFTER_MS
    const lost = this.#ended.filter(({ atMs, answered }) => !answered && atMs > since)
    return (QUESTIONS - lost.length) / QUESTIONS
  }
}

const QUESTIONS = 10
const FORGOTTEN_AFTER_MS = 300_000
