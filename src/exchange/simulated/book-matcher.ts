import type { MarketTrade, Price, Quantity, Side } from '../../trading/index.ts'
import type { BookOrder } from './book-side.ts'
import type { Matcher, MatcherListener, WorkingOrder } from './matcher.ts'
import { endings } from './matcher.ts'
import { MatchingBook, type MatchingListener, type NewBookOrder } from './matching-book.ts'
import { StopOrders } from './stop-orders.ts'

/** The number our account has among the owners of orders in the book. */
const OUR_ACCOUNT = 1

/**
 * A living market's book with our orders in it: we queue, trade and pay like everybody else.
 *
 * Stops are watched here and enter the book as market or limit orders when a trade reaches them,
 * after the order that made the trade is done with.
 */
export class BookMatcher implements Matcher {
  readonly book: MatchingBook
  readonly #symbol: string
  readonly #listener: MatcherListener
  readonly #tape: MarketTape
  readonly #stops = new StopOrders()
  readonly #resting = new Map<WorkingOrder, BookOrder>()
  readonly #ours = new Map<BookOrder, WorkingOrder>()
  /** The order being submitted, which the book does not know us by yet. */
  #arriving: WorkingOrder | null = null
  #lastPrice: Price | null = null
  readonly #triggered: WorkingOrder[] = []

  constructor(symbol: string, listener: MatcherListener, tape: MarketTape) {
    this.#symbol = symbol
    this.#listener = listener
    this.#tape = tape
    this.book = new MatchingBook(this.#matchingListener())
  }

  get lastPrice(): Price | null {
    return this.#lastPrice
  }

  /** Where a reopened market starts from. */
  set lastPrice(price: Price) {
    this.#lastPrice = price
  }

  /** An order of somebody else. */
  submitOther(order: NewBookOrder): BookOrder {
    const submitted = this.book.submit(order)
    this.#runStops()
    return submitted
  }

  place(order: WorkingOrder): void {
    if (order.triggered) this.#enter(order)
    else if (this.#lastPrice === null) this.#stops.add(order)
    else {
      this.#stops.add(order)
      this.#triggered.push(...this.#stops.onTrade(this.#lastPrice))
    }
    this.#runStops()
  }

  cancel(order: WorkingOrder): void {
    if (this.#stops.remove(order)) return
    const resting = this.#resting.get(order)
    if (resting === undefined) return
    this.book.cancel(resting)
    this.#forget(resting, order)
  }

  wouldTrade(side: Side, price: Price): boolean {
    const best = side === 'buy' ? this.book.bestAsk : this.book.bestBid
    return best !== undefined && (side === 'buy' ? price >= best.price : price <= best.price)
  }

  referencePrice(side: Side): Price | null {
    const best = side === 'buy' ? this.book.bestAsk : this.book.bestBid
    return best?.price ?? this.#lastPrice
  }

  #runStops(): void {
    for (let order = this.#triggered.shift(); order; order = this.#triggered.shift()) {
      this.#listener.onTriggered(order, this.#tape.now())
      this.#enter(order)
    }
  }

  #enter(order: WorkingOrder): void {
    const { request } = order
    if (request.timeInForce === 'fok' && !this.#mayFillWhole(order)) {
      this.#listener.onExpired(order, endings.allowance, this.#tape.now())
      return
    }
    this.#arriving = order
    const submitted = this.book.submit({
      owner: OUR_ACCOUNT,
      side: request.side,
      price: request.limitPrice,
      quantity: order.remaining,
      timeInForce: request.timeInForce,
      postOnly: request.postOnly,
    })
    this.#arriving = null
    if (submitted.state === 'resting') {
      this.#resting.set(order, submitted)
      this.#ours.set(submitted, order)
    } else if (submitted.state !== 'filled') {
      this.#listener.onExpired(order, submitted.reason, this.#tape.now())
    }
  }

  #mayFillWhole(order: WorkingOrder): boolean {
    const { side, limitPrice } = order.request
    const best = this.referencePrice(side) ?? limitPrice!
    return [best, limitPrice!].every(
      (price) => this.#listener.allowance(order, price, order.remaining) === order.remaining,
    )
  }

  #forget(resting: BookOrder, order: WorkingOrder): void {
    this.#resting.delete(order)
    this.#ours.delete(resting)
  }

  #matchingListener(): MatchingListener {
    return {
      onTrade: (maker, taker, price, quantity) => this.#onTrade(maker, taker, price, quantity),
      onLevel: () => {},
      allowance: (order, price, wanted) =>
        this.#listener.allowance(this.#orderOf(order), price, wanted),
      onExpired: (resting, reason) => {
        const order = this.#orderOf(resting)
        this.#forget(resting, order)
        this.#listener.onExpired(order, reason, this.#tape.now())
      },
    }
  }

  #onTrade(maker: BookOrder, taker: BookOrder, price: Price, quantity: Quantity): void {
    const time = this.#tape.now()
    const tradeId = this.#tape.nextTradeId()
    const fill = { tradeId, price, quantity, time }
    this.#lastPrice = price
    if (taker.owner === OUR_ACCOUNT) {
      this.#listener.onFill(this.#arriving!, { ...fill, liquidity: 'taker' })
    }
    if (maker.owner === OUR_ACCOUNT) {
      const order = this.#orderOf(maker)
      if (maker.remaining === 0) this.#forget(maker, order)
      this.#listener.onFill(order, { ...fill, liquidity: 'maker' })
    }
    this.#triggered.push(...this.#stops.onTrade(price))
    this.#tape.onTrade({
      type: 'trade',
      symbol: this.#symbol,
      time,
      id: tradeId,
      price,
      quantity,
      takerSide: taker.side,
    })
  }

  #orderOf(order: BookOrder): WorkingOrder {
    return this.#ours.get(order) ?? this.#arriving!
  }
}

/** The market's side of a book: its clock, its numbering of trades, and who hears of them. */
export interface MarketTape {
  now(): number
  nextTradeId(): number
  onTrade(trade: MarketTrade): void
}
