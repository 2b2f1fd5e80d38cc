import type {
  BookLevel,
  MarketEvent,
  MarketTrade,
  OrderRequest,
  Price,
  Quantity,
  Side,
} from '../../trading/index.ts'
import type { Matcher, MatcherListener, WorkingOrder } from './matcher.ts'
import { endings } from './matcher.ts'
import { type QueueModel, QueuePosition } from './queue-position.ts'
import { StopOrders } from './stop-orders.ts'
import { TakenLiquidity } from './taken-liquidity.ts'

/**
 * Fills against a recorded order book: the recording does not know us, so nothing we do moves it.
 *
 * - Taking: an order that trades on arrival walks the book as displayed, level by level, less what
 *   we took from those levels since the last depth update.
 * - Resting: an order queues behind the quantity displayed at its price when it arrived and moves
 *   up as `queue-position.ts` says. A trade at its price fills it with what is left of the trade
 *   after those ahead; a trade beyond its price fills it with the quantity of that trade; a book
 *   whose other side reaches its price fills it with what is displayed there.
 * - Our own orders at one price share a trade in the order of their arrival.
 *
 * The book is the driver's and has taken a depth event before the matcher sees it. There is no
 * self-trade here, since our orders are not in the book.
 */
export class QueueMatcher implements Matcher {
  readonly #listener: MatcherListener
  readonly #book: RecordedBook
  readonly #model: QueueModel
  readonly #stops = new StopOrders()
  readonly #triggered: WorkingOrder[] = []
  readonly #taken = new TakenLiquidity()
  #resting: QueuePosition[] = []
  #lastPrice: Price | null = null
  #time = 0

  constructor(listener: MatcherListener, book: RecordedBook, model: QueueModel = 'proportional') {
    this.#listener = listener
    this.#book = book
    this.#model = model
  }

  get lastPrice(): Price | null {
    return this.#lastPrice
  }

  onMarket(event: MarketEvent, time: number): void {
    this.#time = time
    if (event.type === 'trade') this.#onTrade(event)
    else if (event.type === 'depth-diff' || event.type === 'depth-snapshot') this.#onDepth()
  }

  /** When an order arrives between two market events. */
  set time(time: number) {
    this.#time = time
  }

  place(order: WorkingOrder): void {
    if (order.triggered) this.#enter(order)
    else {
      this.#stops.add(order)
      if (this.#lastPrice !== null) this.#triggered.push(...this.#stops.onTrade(this.#lastPrice))
      this.#runStops()
    }
  }

  cancel(order: WorkingOrder): void {
    if (this.#stops.remove(order)) return
    this.#resting = this.#resting.filter((entry) => entry.order !== order)
  }

  wouldTrade(side: Side, price: Price): boolean {
    const best = this.#bestOf(opposite(side))
    return best !== null && reaches(side, price, best)
  }

  referencePrice(side: Side): Price | null {
    return this.#bestOf(opposite(side)) ?? this.#lastPrice
  }

  #onTrade(trade: MarketTrade): void {
    this.#lastPrice = trade.price
    if (this.#resting.length !== 0) this.#fillFromTrade(trade)
    this.#triggered.push(...this.#stops.onTrade(trade.price))
    this.#runStops()
  }

  #fillFromTrade({ price, quantity, takerSide }: MarketTrade): void {
    let left: number = quantity
    for (const entry of this.#byPriority(takerSide)) {
      const { side, limitPrice } = entry.order.request
      if (!reaches(side, limitPrice!, price)) continue
      // Our orders before this one have had `quantity - left` of what reaches it.
      const share = limitPrice === price ? entry.afterTrade(quantity) - (quantity - left) : left
      left -= this.#fillResting(entry, share)
    }
    this.#dropFinished()
  }

  #onDepth(): void {
    this.#taken.clear()
    if (this.#resting.length === 0) return
    for (const entry of this.#resting) {
      const { side, limitPrice } = entry.order.request
      entry.afterDepth(this.#book.quantityAt(bookSide(side), limitPrice!))
    }
    for (const side of ['buy', 'sell'] as const) this.#fillFromCrossedBook(side)
    this.#dropFinished()
  }

  /** The other side of the book stands at or beyond our price: it would have traded with us. */
  #fillFromCrossedBook(side: Side): void {
    for (const entry of this.#byPriority(opposite(side))) {
      const limit = entry.order.request.limitPrice!
      for (const [price, displayed] of this.#levels(opposite(side))) {
        if (!reaches(side, limit, price)) break
        const free = displayed - this.#taken.at(opposite(side), price)
        const filled = this.#fillResting(entry, free)
        this.#taken.take(opposite(side), price, filled)
        if (entry.over) break
      }
    }
  }

  #fillResting(entry: QueuePosition, available: number): number {
    const { order } = entry
    const wanted = Math.min(available, order.remaining) as Quantity
    if (wanted <= 0 || entry.over) return 0
    const price = order.request.limitPrice!
    const quantity = this.#listener.allowance(order, price, wanted)
    if (quantity > 0) this.#fill(order, price, quantity, 'maker')
    entry.over = order.remaining === 0
    if (quantity < wanted) {
      entry.over = true
      this.#listener.onExpired(order, endings.allowance, this.#time)
    }
    return quantity
  }

  #enter(order: WorkingOrder): void {
    const { request } = order
    if (request.timeInForce === 'fok' && !this.#fillsWhole(order)) {
      return this.#listener.onExpired(order, endings.fillOrKill, this.#time)
    }
    if (!this.#take(order)) {
      return this.#listener.onExpired(order, endings.allowance, this.#time)
    }
    if (order.remaining === 0) return
    if (request.limitPrice === null || request.timeInForce !== 'gtc') {
      const reason = request.limitPrice === null ? endings.noLiquidity : endings.immediate
      return this.#listener.onExpired(order, reason, this.#time)
    }
    const ahead = this.#book.quantityAt(bookSide(request.side), request.limitPrice)
    this.#resting.push(new QueuePosition(order, ahead, this.#model))
  }

  /** False when the account may not trade all that it could. */
  #take(order: WorkingOrder): boolean {
    const { side, limitPrice } = order.request
    const other = opposite(side)
    for (const [price, displayed] of this.#levels(other)) {
      if (order.remaining === 0 || !withinLimit(order.request, price, limitPrice)) break
      const free = displayed - this.#taken.at(other, price)
      const wanted = Math.min(free, order.remaining) as Quantity
      if (wanted <= 0) continue
      const quantity = this.#listener.allowance(order, price, wanted)
      if (quantity > 0) {
        this.#taken.take(other, price, quantity)
        this.#fill(order, price, quantity, 'taker')
      }
      if (quantity < wanted) return false
    }
    return true
  }

  #fillsWhole(order: WorkingOrder): boolean {
    const { side, limitPrice } = order.request
    const other = opposite(side)
    let free = 0
    for (const [price, displayed] of this.#levels(other)) {
      if (!withinLimit(order.request, price, limitPrice)) break
      free += displayed - this.#taken.at(other, price)
    }
    const allowed = this.#listener.allowance(order, limitPrice!, order.remaining)
    return free >= order.remaining && allowed === order.remaining
  }

  #fill(order: WorkingOrder, price: Price, quantity: Quantity, liquidity: 'maker' | 'taker'): void {
    this.#listener.onFill(order, { tradeId: null, price, quantity, liquidity, time: this.#time })
  }

  #runStops(): void {
    for (let order = this.#triggered.shift(); order; order = this.#triggered.shift()) {
      this.#listener.onTriggered(order, this.#time)
      this.#enter(order)
    }
  }

  /** Resting orders on the other side of a taker: best price first, then by arrival. */
  #byPriority(takerSide: Side): QueuePosition[] {
    const side = opposite(takerSide)
    const better = side === 'buy' ? -1 : 1
    return this.#resting
      .filter(({ order, over }) => order.request.side === side && !over)
      .sort((a, b) => better * (a.order.request.limitPrice! - b.order.request.limitPrice!))
  }

  #dropFinished(): void {
    this.#resting = this.#resting.filter(({ over }) => !over)
  }

  #bestOf(side: Side): Price | null {
    const level = side === 'buy' ? this.#book.bestBid() : this.#book.bestAsk()
    return level?.[0] ?? null
  }

  #levels(side: Side): readonly BookLevel[] {
    return this.#book.depth(levelsMax)[bookSide(side)]
  }
}

/** An order walks at most this many levels of a recorded book. */
const levelsMax = 500

/** What the matcher needs of a book kept from a recorded stream; `OrderBook` is one. */
export interface RecordedBook {
  bestBid(): BookLevel | null
  bestAsk(): BookLevel | null
  /** From the best level on. */
  depth(levels: number): {
    readonly bids: readonly BookLevel[]
    readonly asks: readonly BookLevel[]
  }
  quantityAt(side: 'bids' | 'asks', price: Price): Quantity
}

function bookSide(side: Side): 'bids' | 'asks' {
  return side === 'buy' ? 'bids' : 'asks'
}

function opposite(side: Side): Side {
  return side === 'buy' ? 'sell' : 'buy'
}

/** Whether an order of `side` at `limit` can trade at `price`. */
function reaches(side: Side, limit: Price, price: Price): boolean {
  return side === 'buy' ? limit >= price : limit <= price
}

function withinLimit({ side }: OrderRequest, price: Price, limit: Price | null): boolean {
  return limit === null || reaches(side, limit, price)
}
