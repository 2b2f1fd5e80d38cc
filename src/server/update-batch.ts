import { conflationKey } from './conflation.ts'
import type { Update } from './protocol.ts'

/** Updates that wait to be sent: all that must be delivered, the latest of the rest. */
export class UpdateBatch {
  #kept: Update[] = []
  readonly #latest = new Map<string, Update>()

  get size(): number {
    return this.#kept.length + this.#latest.size
  }

  add(update: Update): void {
    const key = conflationKey(update)
    if (key === null) {
      this.#kept.push(update)
      return
    }
    // Deleted first, so that the order of what is left is the order of what happened.
    this.#latest.delete(key)
    this.#latest.set(key, update)
  }

  addAll(updates: readonly Update[]): void {
    for (const update of updates) this.add(update)
  }

  /** Empties the batch. */
  take(): readonly Update[] {
    const updates = [...this.#kept, ...this.#latest.values()]
    this.#kept = []
    this.#latest.clear()
    return updates
  }
}
