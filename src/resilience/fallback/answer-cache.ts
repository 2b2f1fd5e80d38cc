import { assert } from '../../runtime/index.ts'

/**
 * The last good answer of each key, with its age, for when there is no better one.
 *
 * At most `keysMax` keys; the one least recently remembered leaves. A Map keeps insertion order,
 * so that deleting and setting again makes a key the youngest.
 */
export class AnswerCache {
  readonly #maxAgeMs: number
  readonly #keysMax: number
  readonly #answers = new Map<string, Answer>()

  constructor({
    maxAgeMs = cacheDefaults.maxAgeMs,
    keysMax = cacheDefaults.keysMax,
  }: AnswerCacheOptions = {}) {
    assert(maxAgeMs > 0, `cache.maxAgeMs is above 0, not ${maxAgeMs}`)
    assert(
      Number.isInteger(keysMax) && keysMax >= 1,
      `cache.keysMax is 1 or more, whole, not ${keysMax}`,
    )
    this.#maxAgeMs = maxAgeMs
    this.#keysMax = keysMax
  }

  remember(key: string, value: unknown, nowMs: number): void {
    const known = this.#answers.get(key)
    if (known !== undefined && this.#keysMax === 1) {
      known.value = value
      known.atMs = nowMs
      return
    }
    this.#answers.delete(key)
    if (this.#answers.size >= this.#keysMax) {
      const oldest = this.#answers.keys().next()
      if (oldest.done !== true) this.#answers.delete(oldest.value)
    }
    this.#answers.set(key, { value, atMs: nowMs })
  }

  /** Undefined when there is none, or none young enough. */
  recall(
    key: string,
    nowMs: number,
  ): { readonly value: unknown; readonly ageMs: number } | undefined {
    const answer = this.#answers.get(key)
    if (answer === undefined) return undefined
    const ageMs = nowMs - answer.atMs
    return ageMs <= this.#maxAgeMs ? { value: answer.value, ageMs } : undefined
  }
}

export const cacheDefaults = { maxAgeMs: 60_000, keysMax: 100 } as const

export interface AnswerCacheOptions {
  readonly maxAgeMs?: number | undefined
  readonly keysMax?: number | undefined
}

interface Answer {
  value: unknown
  atMs: number
}
