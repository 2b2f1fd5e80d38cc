import { assert } from '../runtime/index.ts'
import type { Update } from './protocol.ts'
import { UpdateBatch } from './update-batch.ts'

/**
 * The newest deltas, for clients that come back. Numbers are 1, 2, 3, ... without a hole, so the
 * place of a delta is its number modulo the size.
 */
export class DeltaRing {
  readonly #slots: (readonly Update[])[] = []
  readonly #size: number
  #last = 0

  constructor(size: number) {
    assert(size >= 1, 'a delta ring has at least one place')
    this.#size = size
  }

  get last(): number {
    return this.#last
  }

  /** Returns the number given. */
  push(updates: readonly Update[]): number {
    this.#last += 1
    this.#slots[this.#last % this.#size] = updates
    return this.#last
  }

  /** Everything above `number`, merged; null where the ring no longer reaches back so far. */
  since(number: number): readonly Update[] | null {
    if (number < 0 || number > this.#last || this.#last - number > this.#size) return null
    const batch = new UpdateBatch()
    for (let each = number + 1; each <= this.#last; each += 1) {
      batch.addAll(this.#slots[each % this.#size]!)
    }
    return batch.take()
  }
}
