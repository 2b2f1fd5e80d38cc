import { assert } from '../runtime/index.ts'
import { BookSide } from './book-side.ts'
import type { BookLevel, DepthDiff, DepthSnapshot } from './market-data.ts'
import type { Price, Quantity } from './money.ts'

/**
 * The price levels of one symbol, kept from a snapshot and the differences after it. What holds:
 *
 * - A difference is applied once and in sequence: those that end at or before the snapshot are
 *   stale; the first one applied reaches over it (first <= last + 1 <= last of the difference);
 *   after that each begins where the one before ended.
 * - A hole, or a best bid at or above the best ask, is a `gap`: the book is emptied and answers
 *   null until a new snapshot, since an old price is worse than none.
 * - While there is no book, differences wait (at most `waitingMax`; the oldest go first, which
 *   only means that the snapshot must be newer).
 */
export class OrderBook {
  readonly symbol: string
  readonly #waitingMax: number
  readonly #bids = new BookSide('bids')
  readonly #asks = new BookSide('asks')
  #waiting: DepthDiff[] = []
  #state: OrderBookState = { status: 'waiting' }
  /** Of the live book: the sequence everything up to which is in it. */
  #lastSequence = 0
  /** Until the first difference after a snapshot, which may begin before the snapshot's end. */
  #straddling = false
  #gapCount = 0

  constructor(symbol: string, options: { readonly waitingMax?: number } = {}) {
    this.symbol = symbol
    this.#waitingMax = options.waitingMax ?? WAITING_MAX
  }

  /** Any state but `live` asks for a snapshot. */
  get state(): OrderBookState {
    return this.#state
  }

  get lastSequence(): number {
    return this.#lastSequence
  }

  /** How often the book was lost. */
  get gapCount(): number {
    return this.#gapCount
  }

  apply(event: DepthSnapshot | DepthDiff): OrderBookOutcome {
    assert(event.symbol === this.symbol, 'a book is given its own symbol')
    return event.type === 'depth-diff' ? this.#applyDiff(event) : this.#applySnapshot(event)
  }

  /** After a lost connection: whatever comes next needs a new snapshot. */
  reset(reason: string): void {
    this.#lose(reason)
    this.#waiting = []
  }

  /** Null while the book is not live or a side is empty. */
  top(): BookTopLevels | null {
    if (this.#state.status !== 'live') return null
    if (this.#bids.levelCount === 0 || this.#asks.levelCount === 0) return null
    return {
      bidPrice: this.#bids.bestPrice(),
      bidQuantity: this.#bids.bestQuantity(),
      askPrice: this.#asks.bestPrice(),
      askQuantity: this.#asks.bestQuantity(),
    }
  }

  bestBid(): BookLevel | null {
    return this.#bids.levels(1)[0] ?? null
  }

  bestAsk(): BookLevel | null {
    return this.#asks.levels(1)[0] ?? null
  }

  /** The best `limit` levels of each side, best first. */
  depth(limit: number): { readonly bids: BookLevel[]; readonly asks: BookLevel[] } {
    return { bids: this.#bids.levels(limit), asks: this.#asks.levels(limit) }
  }

  quantityAt(side: 'bids' | 'asks', price: Price): Quantity {
    return side === 'bids' ? this.#bids.quantityAt(price) : this.#asks.quantityAt(price)
  }

  get levelCounts(): { readonly bids: number; readonly asks: number } {
    return { bids: this.#bids.levelCount, asks: this.#asks.levelCount }
  }

  #applyDiff(diff: DepthDiff): OrderBookOutcome {
    if (this.#state.status !== 'live') {
      this.#waiting.push(diff)
      if (this.#waiting.length > this.#waitingMax) this.#waiting.shift()
      return 'waiting'
    }
    const expected = this.#lastSequence + 1
    if (diff.lastSequence < expected) return 'stale'
    const follows = this.#straddling
      ? diff.firstSequence <= expected
      : diff.firstSequence === expected
    if (!follows) {
      this.#waiting = [diff]
      return this.#lose(`sequence ${expected} was due and ${diff.firstSequence} came`)
    }
    for (const [price, quantity] of diff.bids) this.#bids.set(price, quantity)
    for (const [price, quantity] of diff.asks) this.#asks.set(price, quantity)
    this.#lastSequence = diff.lastSequence
    this.#straddling = false
    return this.#isCrossed() ? this.#lose('the best bid is not below the best ask') : 'applied'
  }

  #applySnapshot(snapshot: DepthSnapshot): OrderBookOutcome {
    if (this.#state.status === 'live' && snapshot.lastSequence < this.#lastSequence) return 'stale'
    this.#bids.clear()
    this.#asks.clear()
    for (const [price, quantity] of snapshot.bids) this.#bids.set(price, quantity)
    for (const [price, quantity] of snapshot.asks) this.#asks.set(price, quantity)
    this.#lastSequence = snapshot.lastSequence
    this.#straddling = true
    this.#state = LIVE
    if (this.#isCrossed()) return this.#lose('the best bid is not below the best ask')

    const waiting = this.#waiting
    this.#waiting = []
    for (const [index, diff] of waiting.entries()) {
      if (this.#applyDiff(diff) !== 'gap') continue
      this.#waiting = waiting.slice(index)
      return 'gap'
    }
    return 'applied'
  }

  #isCrossed(): boolean {
    if (this.#bids.levelCount === 0 || this.#asks.levelCount === 0) return false
    return this.#bids.bestPrice() >= this.#asks.bestPrice()
  }

  #lose(reason: string): 'gap' {
    this.#bids.clear()
    this.#asks.clear()
    this.#state = { status: 'gap', reason }
    this.#gapCount++
    return 'gap'
  }
}

/** `waiting`: no snapshot came yet. `gap`: the book was lost and needs a new one. */
export type OrderBookState =
  | { readonly status: 'waiting' }
  | { readonly status: 'live' }
  | { readonly status: 'gap'; readonly reason: string }

/** `stale`: known already, nothing changed. `waiting`: kept until a snapshot comes. */
export type OrderBookOutcome = 'applied' | 'stale' | 'gap' | 'waiting'

export interface BookTopLevels {
  readonly bidPrice: Price
  readonly bidQuantity: Quantity
  readonly askPrice: Price
  readonly askQuantity: Quantity
}

const LIVE: OrderBookState = { status: 'live' }
const WAITING_MAX = 1_000
