import type { Price, Quantity, Side } from '../../trading/index.ts'

/**
 * One side of a price-time book: levels sorted so that the best is last, and in each level a
 * linked list of orders, the oldest first.
 *
 * What holds: no level is empty, a level's quantity is the sum over its orders, and the levels'
 * ranks rise strictly. Work happens at the best price, so that the sorted array changes at its
 * end and an insertion moves few elements.
 */
export class BookSide {
  readonly side: Side
  /** Worst to best. */
  readonly levels: BookLevelQueue[] = []
  /** Price times this is a rank, and the higher rank is the better price. */
  readonly #direction: 1 | -1

  constructor(side: Side) {
    this.side = side
    this.#direction = side === 'buy' ? 1 : -1
  }

  get best(): BookLevelQueue | undefined {
    return this.levels[this.levels.length - 1]
  }

  /** Whether an order of this side at `price` meets the opposite order at `limit`. */
  reaches(price: number, limit: number): boolean {
    return price * this.#direction >= limit * this.#direction
  }

  quantityAt(price: Price): Quantity {
    const level = this.levels[this.#indexOf(price)]
    return level?.price === price ? level.quantity : (0 as Quantity)
  }

  /** Adds at the end of the queue at the order's price. */
  add(order: BookOrder): BookLevelQueue {
    const index = this.#indexOf(order.price)
    let level = this.levels[index]
    if (level?.price !== order.price) {
      level = { price: order.price, quantity: 0 as Quantity, first: null, last: null }
      this.levels.splice(index, 0, level)
    }
    order.previous = level.last
    if (level.last === null) level.first = order
    else level.last.next = order
    level.last = order
    order.level = level
    level.quantity = (level.quantity + order.remaining) as Quantity
    return level
  }

  /** Takes an order out of its queue, and the level with it when it was the last. */
  remove(order: BookOrder): void {
    const level = order.level!
    if (order.previous === null) level.first = order.next
    else order.previous.next = order.next
    if (order.next === null) level.last = order.previous
    else order.next.previous = order.previous
    order.level = order.previous = order.next = null
    level.quantity = (level.quantity - order.remaining) as Quantity
    if (level.first !== null) return
    if (this.best === level) this.levels.pop()
    else this.levels.splice(this.#indexOf(level.price), 1)
  }

  /** The place of the level at `price`, or where it would be. */
  #indexOf(price: Price): number {
    const rank = price * this.#direction
    let low = 0
    let high = this.levels.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.levels[middle]!.price * this.#direction < rank) low = middle + 1
      else high = middle
    }
    return low
  }
}

export interface BookLevelQueue {
  readonly price: Price
  quantity: Quantity
  first: BookOrder | null
  last: BookOrder | null
}

/** An order in a `MatchingBook`. Only the book changes it. */
export interface BookOrder {
  /** 0 is anybody; any other number is one account, which never trades with itself. */
  readonly owner: number
  readonly side: Side
  /** Of a market order: the worst price there is. */
  readonly price: Price
  remaining: Quantity
  state: BookOrderState
  /** Why it expired or was refused, else empty. */
  reason: string
  level: BookLevelQueue | null
  previous: BookOrder | null
  next: BookOrder | null
}

export type BookOrderState = 'open' | 'resting' | 'filled' | 'canceled' | 'expired' | 'refused'
