import { assert } from '../../runtime/index.ts'
import type { Candle, Instrument, Price, Quantity, Side } from '../../trading/index.ts'
import type { Matcher, MatcherListener, WorkingOrder } from './matcher.ts'
import { endings } from './matcher.ts'
import { stopReached } from './stop-orders.ts'

/**
 * Fills against closed bars, for back-tests. Where a bar does not tell what happened inside it,
 * the answer is the one that is worse for us.
 *
 * - An order takes part from the first bar after it was placed: nothing looks ahead.
 * - Market: at the next open. Stop: when the bar reaches its price, at that price, or at the open
 *   where the open is already beyond (a gap). Both pay the slippage, rounded to a tick against us.
 * - Limit: at the open where the open is beyond it (a gap, at the better price); else at the limit
 *   when the bar trades through it (`limitFill: 'reach'`: touches it). A limit order placed at or
 *   beyond the market trades at the next open, as a taker; later fills are a maker's.
 * - Post-only: refused where the last close crosses it; then it rests, and gets no better price.
 * - Stop-limit: once triggered a limit order, whose first chance is the price that triggered it
 *   (a taker, with slippage up to its limit); after that it rests from the next bar on.
 * - IOC and FOK: one chance, the next open, or the price of the trigger.
 * - At the open before inside the bar; then orders that reduce the position before those that
 *   open; then stops before limits; then by arrival. A reducing stop the bar reaches is asked
 *   again after an order inside the bar opened a position.
 * - `volumeShare` caps what a bar gives all our orders together; the rest waits for the next bar.
 *
 * `onCandle` without working orders is two stores: back-tests call it for every bar.
 */
export class CandleMatcher implements Matcher {
  readonly #listener: MatcherListener
  readonly #instrument: Instrument
  readonly #slippageBps: number
  readonly #volumeShare: number
  readonly #limitNeeds: 'through' | 'reach'
  #orders: CandleOrder[] = []
  #last: Candle | null = null
  #volumeLeft = Infinity

  constructor(instrument: Instrument, listener: MatcherListener, options: CandleFills = {}) {
    this.#instrument = instrument
    this.#listener = listener
    this.#slippageBps = options.slippageBps ?? 0
    this.#volumeShare = options.volumeShare ?? Infinity
    this.#limitNeeds = options.limitFill ?? 'through'
    assert(this.#slippageBps >= 0, 'slippage is against us: 0 or more basis points')
    assert(this.#volumeShare > 0, 'a share of the volume is above 0')
  }

  get lastPrice(): Price | null {
    return this.#last?.close ?? null
  }

  /** Whether there were orders to match. */
  onCandle(candle: Candle): boolean {
    const matches = this.#orders.length !== 0
    if (matches && this.#touches(candle)) this.#match(candle)
    this.#last = candle
    return matches
  }

  place(order: WorkingOrder): void {
    this.#orders.push({ order, fresh: true, over: false, restsFromNextBar: false })
  }

  cancel(order: WorkingOrder): void {
    this.#orders = this.#orders.filter((entry) => entry.order !== order)
  }

  wouldTrade(side: Side, price: Price): boolean {
    const last = this.#last?.close
    return last !== undefined && atOrBetter(side, last, price)
  }

  referencePrice(): Price | null {
    return this.lastPrice
  }

  /** False for the ordinary bar: everything rests and no price of ours was reached. */
  #touches({ high, low }: Candle): boolean {
    return this.#orders.some(({ order, fresh }) => {
      const { side, limitPrice } = order.request
      if (fresh) return true
      if (!order.triggered) return stopReached(order, side === 'buy' ? high : low)
      return limitPrice === null || this.#limitMeets(order, side === 'buy' ? low : high)
    })
  }

  #match(candle: Candle): void {
    const lot = this.#instrument.lotSize
    const share = Math.floor((candle.volume * this.#volumeShare) / lot) * lot
    this.#volumeLeft = this.#volumeShare === Infinity ? Infinity : share
    for (const entry of this.#inOrder()) this.#atOpen(entry, candle)
    const openedInside = this.#insideBar(candle)
    if (openedInside) this.#reducingStops(candle)
    for (const entry of this.#orders) {
      entry.fresh = false
      entry.restsFromNextBar = false
      if (!entry.over) this.#expireUselessStop(entry, candle)
    }
    this.#orders = this.#orders.filter((entry) => !entry.over)
  }

  #atOpen(entry: CandleOrder, candle: Candle): void {
    const { order } = entry
    const time = candle.openTime
    if (!order.triggered) {
      if (!stopReached(order, candle.open) || this.#nothingToReduce(order, candle.open)) return
      this.#trigger(entry, candle.open, time)
    } else if (order.request.limitPrice === null) {
      this.#take(entry, candle.open, time)
    } else if (entry.fresh && !order.request.postOnly) {
      this.#takeWithinLimit(entry, candle.open, candle.open, time)
    } else if (this.#limitMeets(order, candle.open) && !this.#nothingToReduce(order, candle.open)) {
      const { limitPrice, postOnly } = order.request
      this.#fill(entry, postOnly ? limitPrice : candle.open, 'maker', time)
    }
  }

  /** Whether an order that is not a reducing one was filled. */
  #insideBar(candle: Candle): boolean {
    let opened = false
    const entries = this.#inOrder()
    for (const entry of entries) {
      const { request } = entry.order
      const useless = request.reduceOnly && !this.#listener.reduces(entry.order)
      if (useless && entry.order.triggered) entry.restsFromNextBar = true
    }
    for (const entry of entries) {
      const before = entry.order.remaining
      const reduces = this.#listener.reduces(entry.order)
      if (!entry.over) this.#inside(entry, candle)
      if (!reduces && entry.order.remaining < before) opened = true
    }
    return opened
  }

  #reducingStops(candle: Candle): void {
    for (const entry of this.#inOrder()) {
      const waiting = !entry.over && !entry.order.triggered
      if (waiting && this.#listener.reduces(entry.order)) this.#inside(entry, candle)
    }
  }

  #inside(entry: CandleOrder, candle: Candle): void {
    const { order } = entry
    const { side, stopPrice, limitPrice } = order.request
    const time = candle.openTime + candle.intervalMs
    if (!order.triggered) {
      const extreme = side === 'buy' ? candle.high : candle.low
      if (!stopReached(order, extreme) || this.#nothingToReduce(order, stopPrice!)) return
      entry.restsFromNextBar = true
      this.#trigger(entry, stopPrice!, time)
    } else if (limitPrice !== null && !entry.restsFromNextBar) {
      const extreme = side === 'buy' ? candle.low : candle.high
      if (!this.#limitMeets(order, extreme) || this.#nothingToReduce(order, limitPrice)) return
      this.#fill(entry, limitPrice, 'maker', time)
    }
  }

  /** The stop became a market or limit order while the market stood at `price`. */
  #trigger(entry: CandleOrder, price: Price, time: number): void {
    this.#listener.onTriggered(entry.order, time)
    if (entry.order.request.limitPrice === null) this.#take(entry, price, time)
    else this.#takeWithinLimit(entry, price, this.#slipped(entry.order, price), time)
  }

  /** Trades at a price given by the market, with the slippage. */
  #take(entry: CandleOrder, price: Price, time: number): void {
    const before = this.#volumeLeft
    this.#fill(entry, this.#slipped(entry.order, price), 'taker', time)
    if (entry.over || entry.order.request.timeInForce === 'gtc') return
    this.#expire(entry, before === 0 ? endings.noLiquidity : endings.immediate, time)
  }

  /** The one chance of a limit order that arrives at a market standing at `price`. */
  #takeWithinLimit(entry: CandleOrder, price: Price, slipped: Price, time: number): void {
    const { side, limitPrice, timeInForce, postOnly } = entry.order.request
    const limit = limitPrice!
    if (atOrBetter(side, price, limit)) {
      if (postOnly) return this.#expire(entry, 'it would have traded at once', time)
      if (timeInForce === 'fok' && this.#available(entry.order, price) < entry.order.remaining) {
        return this.#expire(entry, endings.fillOrKill, time)
      }
      this.#fill(entry, atOrBetter(side, slipped, limit) ? slipped : limit, 'taker', time)
    }
    if (entry.over || timeInForce === 'gtc') return
    const reason = timeInForce === 'fok' ? endings.fillOrKill : endings.immediate
    this.#expire(entry, reason, time)
  }

  #fill(entry: CandleOrder, at: Price | null, liquidity: 'maker' | 'taker', time: number): void {
    const { order } = entry
    const price = at!
    const wanted = Math.min(order.remaining, this.#volumeLeft) as Quantity
    if (wanted === 0) return
    const quantity = this.#listener.allowance(order, price, wanted)
    if (quantity > 0) {
      this.#volumeLeft -= quantity
      entry.over = quantity === order.remaining
      this.#listener.onFill(order, { tradeId: null, price, quantity, liquidity, time })
    }
    if (quantity < wanted) this.#expire(entry, endings.allowance, time)
  }

  #available(order: WorkingOrder, price: Price): number {
    return Math.min(this.#listener.allowance(order, price, order.remaining), this.#volumeLeft)
  }

  #expire(entry: CandleOrder, reason: string, time: number): void {
    entry.over = true
    this.#listener.onExpired(entry.order, reason, time)
  }

  #nothingToReduce(order: WorkingOrder, price: Price): boolean {
    return order.request.reduceOnly && this.#listener.allowance(order, price, order.remaining) === 0
  }

  /** A reduce-only stop whose price came while there was no position has had its chance. */
  #expireUselessStop(entry: CandleOrder, candle: Candle): void {
    const { order } = entry
    if (order.triggered) return
    const extreme = order.request.side === 'buy' ? candle.high : candle.low
    if (!stopReached(order, extreme)) return
    this.#expire(entry, endings.nothingToReduce, candle.openTime + candle.intervalMs)
  }

  #limitMeets({ request }: WorkingOrder, price: Price): boolean {
    const limit = request.limitPrice!
    return (
      atOrBetter(request.side, price, limit) && (price !== limit || this.#limitNeeds === 'reach')
    )
  }

  #slipped({ request }: WorkingOrder, price: Price): Price {
    if (this.#slippageBps === 0) return price
    const tick = this.#instrument.tickSize
    const offset = (price * this.#slippageBps) / 10_000
    const slipped =
      request.side === 'buy'
        ? Math.ceil((price + offset) / tick) * tick
        : Math.max(tick, Math.floor((price - offset) / tick) * tick)
    return slipped as Price
  }

  /** A copy, since matching ends orders; what reduces first, stops before limits, by arrival. */
  #inOrder(): CandleOrder[] {
    const open = this.#orders.filter((entry) => !entry.over)
    if (open.length < 2) return open
    const ranked = open.map((entry) => ({ entry, rank: this.#rank(entry.order) }))
    return ranked.sort((a, b) => a.rank - b.rank).map(({ entry }) => entry)
  }

  #rank(order: WorkingOrder): number {
    const limit = order.triggered && order.request.limitPrice !== null
    return (this.#listener.reduces(order) ? 0 : 2) + (limit ? 1 : 0)
  }
}

export interface CandleFills {
  /** On market and stop fills, in basis points; default 0. */
  readonly slippageBps?: number
  /** The part of a bar's volume our orders may take, such as 0.1; default no cap. */
  readonly volumeShare?: number
  /** What fills a resting limit order: a price beyond it (the default), or one at it. */
  readonly limitFill?: 'through' | 'reach'
}

interface CandleOrder {
  readonly order: WorkingOrder
  /** Placed since the last bar. */
  fresh: boolean
  over: boolean
  /** What the rest of this bar does is not known to have come after it. */
  restsFromNextBar: boolean
}

/** Whether an order of this side would rather trade at `price` than at `limit`, or as gladly. */
function atOrBetter(side: Side, price: Price, limit: Price): boolean {
  return side === 'buy' ? price <= limit : price >= limit
}
