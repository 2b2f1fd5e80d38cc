import { assert } from '../../runtime/index.ts'
import type { Price, Quantity, Side, TimeInForce } from '../../trading/index.ts'
import { BookSide, type BookLevelQueue, type BookOrder } from './book-side.ts'
import { endings } from './matcher.ts'

/**
 * A price-time priority book of one symbol, order by order, of everybody's orders alike.
 *
 * What holds: the better price trades first and at one price the older order; a trade happens at
 * the resting order's price; after every call the best bid is below the best ask; an order is
 * filled for what it asked, rests, or has ended with a reason. The result is a function of the
 * calls alone.
 *
 * Self-trade rule: an incoming order that meets an order of its own account ends there, with what
 * it filled before; the resting one stays ("cancel newest").
 */
export class MatchingBook {
  readonly bids = new BookSide('buy')
  readonly asks = new BookSide('sell')
  readonly #listener: MatchingListener

  constructor(listener: MatchingListener) {
    this.#listener = listener
  }

  get bestBid(): BookLevelQueue | undefined {
    return this.bids.best
  }

  get bestAsk(): BookLevelQueue | undefined {
    return this.asks.best
  }

  submit(input: NewBookOrder): BookOrder {
    assert(input.quantity > 0, 'an order asks for more than nothing')
    const order = bookOrder(input)
    const opposite = input.side === 'buy' ? this.asks : this.bids
    const best = opposite.best
    const meets = best !== undefined && opposite.reaches(best.price, order.price)
    if (meets && input.postOnly) return end(order, 'refused', 'it would trade at once')
    if (input.timeInForce === 'fok' && !this.#fillsWhole(order, opposite)) {
      return end(order, 'expired', endings.fillOrKill)
    }
    if (meets) this.#match(order, opposite)
    if (order.state !== 'open') return order
    if (input.price === null) return end(order, 'expired', endings.noLiquidity)
    if (input.timeInForce !== 'gtc') return end(order, 'expired', endings.immediate)
    order.state = 'resting'
    const level = (input.side === 'buy' ? this.bids : this.asks).add(order)
    this.#listener.onLevel(order.side, level.price, level.quantity)
    return order
  }

  /** False when the order does not rest any more. */
  cancel(order: BookOrder): boolean {
    if (order.state !== 'resting') return false
    this.#takeOut(order)
    order.state = 'canceled'
    return true
  }

  #match(taker: BookOrder, opposite: BookSide): void {
    for (;;) {
      const level = opposite.best
      if (level === undefined || !opposite.reaches(level.price, taker.price)) return
      const maker = level.first!
      if (maker.owner === taker.owner && taker.owner !== 0) {
        end(taker, 'expired', endings.selfTrade)
        return
      }
      if (!this.#trade(maker, taker, level)) return
    }
  }

  /** Whether the taker goes on. */
  #trade(maker: BookOrder, taker: BookOrder, level: BookLevelQueue): boolean {
    const wanted = Math.min(maker.remaining, taker.remaining) as Quantity
    const ofMaker = this.#allowed(maker, level.price, wanted)
    const quantity = this.#allowed(taker, level.price, ofMaker)
    if (quantity > 0) this.#fill(maker, taker, level, quantity)
    if (ofMaker < wanted && maker.state === 'resting') {
      this.#takeOut(maker)
      end(maker, 'expired', endings.allowance)
      this.#listener.onExpired(maker, endings.allowance)
    }
    if (quantity < ofMaker) end(taker, 'expired', endings.allowance)
    else if (taker.remaining === 0) taker.state = 'filled'
    return taker.state === 'open'
  }

  #allowed(order: BookOrder, price: Price, wanted: Quantity): Quantity {
    if (order.owner === 0 || wanted === 0) return wanted
    const allowed = this.#listener.allowance(order, price, wanted)
    assert(allowed >= 0 && allowed <= wanted, 'an allowance is a part of what was wanted')
    return allowed
  }

  #fill(maker: BookOrder, taker: BookOrder, level: BookLevelQueue, quantity: Quantity): void {
    maker.remaining = (maker.remaining - quantity) as Quantity
    taker.remaining = (taker.remaining - quantity) as Quantity
    level.quantity = (level.quantity - quantity) as Quantity
    if (maker.remaining === 0) {
      maker.state = 'filled'
      ;(maker.side === 'buy' ? this.bids : this.asks).remove(maker)
    }
    this.#listener.onTrade(maker, taker, level.price, quantity)
    this.#listener.onLevel(maker.side, level.price, level.quantity)
  }

  #takeOut(order: BookOrder): void {
    const level = order.level!
    ;(order.side === 'buy' ? this.bids : this.asks).remove(order)
    this.#listener.onLevel(order.side, level.price, level.quantity)
  }

  #fillsWhole(order: BookOrder, opposite: BookSide): boolean {
    let missing: number = order.remaining
    for (let index = opposite.levels.length - 1; index >= 0; index--) {
      const level = opposite.levels[index]!
      if (!opposite.reaches(level.price, order.price)) return false
      for (let maker = level.first; maker !== null; maker = maker.next) {
        if (maker.owner === order.owner && order.owner !== 0) return false
        missing -= maker.remaining
        if (missing <= 0) return true
      }
    }
    return false
  }
}

export interface NewBookOrder {
  readonly owner: number
  readonly side: Side
  /** Null is a market order, which takes what is there and expires. */
  readonly price: Price | null
  readonly quantity: Quantity
  readonly timeInForce: TimeInForce
  readonly postOnly: boolean
}

/** Called in the middle of matching: it must not come back to the book. */
export interface MatchingListener {
  onTrade(maker: BookOrder, taker: BookOrder, price: Price, quantity: Quantity): void
  /** The level's new quantity; 0 when it is gone. */
  onLevel(side: Side, price: Price, quantity: Quantity): void
  /** How much an owned order may trade. Less than `wanted` ends the order. */
  allowance(order: BookOrder, price: Price, wanted: Quantity): Quantity
  /** An owned resting order ended in the middle of somebody else's order. */
  onExpired(order: BookOrder, reason: string): void
}

function bookOrder(input: NewBookOrder): BookOrder {
  const worst = input.side === 'buy' ? Number.MAX_SAFE_INTEGER : 0
  return {
    owner: input.owner,
    side: input.side,
    price: input.price ?? (worst as Price),
    remaining: input.quantity,
    state: 'open',
    reason: '',
    level: null,
    previous: null,
    next: null,
  }
}

function end(order: BookOrder, state: 'expired' | 'refused', reason: string): BookOrder {
  order.state = state
  order.reason = reason
  return order
}
