import type { BookTop, MarketEvent, Price, Quantity } from '../../trading/index.ts'

/**
 * Proves a rebuilt book against the exchange's own best prices.
 *
 * After the depth event whose last sequence is u, the best bid and ask of the book (price and
 * quantity) must equal the bookTicker with the same u. The bookTicker may come before or after
 * its depth event, so tops that lie ahead wait, and the last tops of the book are remembered.
 * Updates that no depth event ends at cannot be compared and are passed over.
 */
export interface CheckedBook {
  readonly lastSequence: number
  /** Null while the book is not live. */
  top(): {
    readonly bidPrice: Price
    readonly bidQuantity: Quantity
    readonly askPrice: Price
    readonly askQuantity: Quantity
  } | null
}

export class BookCheck {
  readonly #book: CheckedBook
  /** Tops of the stream that are ahead of the book, oldest first. */
  #ahead: BookTop[] = []
  #comparisons = 0
  #mismatches = 0
  #firstMismatch: BookMismatch | null = null

  constructor(book: CheckedBook) {
    this.#book = book
  }

  get result(): BookCheckResult {
    return {
      comparisons: this.#comparisons,
      mismatches: this.#mismatches,
      firstMismatch: this.#firstMismatch,
    }
  }

  /** To be told every event, after the book was. */
  observe(event: MarketEvent): void {
    if (event.type === 'book-top') this.#onTop(event)
    else if (event.type === 'depth-diff') this.#onBook()
  }

  #onTop(top: BookTop): void {
    const { lastSequence } = this.#book
    if (top.sequence === lastSequence) return this.#compare(top)
    if (top.sequence < lastSequence) return
    this.#ahead.push(top)
    if (this.#ahead.length > AHEAD_MAX) this.#ahead.shift()
  }

  #onBook(): void {
    const { lastSequence } = this.#book
    let passed = 0
    for (const top of this.#ahead) {
      if (top.sequence > lastSequence) break
      if (top.sequence === lastSequence) this.#compare(top)
      passed++
    }
    if (passed > 0) this.#ahead = this.#ahead.slice(passed)
  }

  #compare(expected: BookTop): void {
    const found = this.#book.top()
    if (found === null) return
    this.#comparisons++
    const same =
      found.bidPrice === expected.bidPrice &&
      found.bidQuantity === expected.bidQuantity &&
      found.askPrice === expected.askPrice &&
      found.askQuantity === expected.askQuantity
    if (same) return
    this.#mismatches++
    this.#firstMismatch ??= { sequence: expected.sequence, time: expected.time }
  }
}

export interface BookCheckResult {
  readonly comparisons: number
  readonly mismatches: number
  readonly firstMismatch: BookMismatch | null
}

export interface BookMismatch {
  readonly sequence: number
  readonly time: number
}

/** While there is no snapshot yet, the oldest waiting tops are forgotten. */
const AHEAD_MAX = 10_000
