import { assert, type Random, Ring } from '../../runtime/index.ts'

/**
 * One direction of a connection to the exchange: first in, first out, each item after its delay.
 *
 * What holds: nothing overtakes (a later item is due no earlier than the one before); without a
 * latency everything is due at once. The delay is `minMs` plus an exponential part, cut at `maxMs`.
 */
export class LatencyLine<Item> {
  readonly #latency: Latency | null
  readonly #random: Random
  readonly #items = new Ring<{ readonly item: Item; readonly due: number }>(itemsMax)
  #lastDue = -Infinity

  constructor(latency: Latency | null, random: Random) {
    this.#latency = latency
    this.#random = random
  }

  get length(): number {
    return this.#items.length
  }

  /** When the next item is due; `Infinity` when there is none. */
  get nextDue(): number {
    return this.#items.peek()?.due ?? Infinity
  }

  push(item: Item, now: number): void {
    const due = this.#latency === null ? now : now + this.#delay(this.#latency)
    this.#lastDue = Math.max(this.#lastDue, due)
    assert(this.#items.push({ item, due: this.#lastDue }), 'a connection holds 2^20 messages')
  }

  shift(): Item | undefined {
    return this.#items.shift()?.item
  }

  clear(): void {
    this.#items.clear()
  }

  #delay({ minMs, meanMs, maxMs }: Latency): number {
    if (meanMs <= minMs) return minMs
    return Math.min(maxMs, minMs + this.#random.exponential(meanMs - minMs))
  }
}

const itemsMax = 2 ** 20

/** Milliseconds, one way. */
export interface Latency {
  readonly minMs: number
  readonly meanMs: number
  readonly maxMs: number
}
