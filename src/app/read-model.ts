import type { Component, ComponentContext, Event } from '../engine/index.ts'
import type { Log } from '../runtime/index.ts'
import type { EquityPoint, EventView, FillView, Update } from '../server/index.ts'
import {
  type Candle,
  formatMoney,
  type Money,
  type OrderReport,
  parseMoney,
} from '../trading/index.ts'
import { CandleHistory } from './candle-history.ts'
import { eventView, fillView, orderView, positionView } from './order-views.ts'
import { RecentList } from './recent-list.ts'
import type { TradingAccount } from './trading-account.ts'
import { TRADING_GROUP } from './trading-group.ts'
import {
  type BarClosed,
  candleOf,
  type OrderRequested,
  type RunStarted,
  Topic,
} from './trading-events.ts'

/**
 * What the page and the API are shown: the latest candles, orders, fills, equity and events, each
 * list bounded. It is registered after the account and restored with it, so it sees what the
 * account made of each event, and it is in the checkpoint, so a chart survives a restart.
 *
 * A fault of its own is a line less on the page, and no reason to restore the account: it is told
 * to the log and the next event comes.
 */
export class ReadModel implements Component {
  readonly name = 'read-model'
  readonly group = TRADING_GROUP
  readonly subscriptions = [Topic.RUN_STARTED, Topic.BAR_CLOSED, 'order.*']
  readonly events = new RecentList<EventView>(EVENTS_KEPT)
  readonly fills = new RecentList<FillView>(FILLS_KEPT)
  readonly #equity = new RecentList<EquityMark>(EQUITY_POINTS_KEPT)
  readonly #account: TradingAccount
  readonly #interval: string
  readonly #log: Log
  readonly #listeners = new Set<(update: Update) => void>()
  readonly #candles = new Map<string, CandleHistory>()
  /** As the run that made them wrote it. */
  #candleInterval: string | null = null
  /** The journal number of each order's request: orders are listed by it. */
  #orderNumbers = new Map<string, number>()

  constructor({ account, interval, log }: ReadModelOptions) {
    this.#account = account
    this.#interval = interval
    this.#log = log.child({ component: this.name })
  }

  subscribe(listener: (update: Update) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  announce(update: Update): void {
    for (const listener of this.#listeners) listener(update)
  }

  candles(symbol: string): CandleHistory {
    const known = this.#candles.get(symbol)
    if (known) return known
    const history = new CandleHistory(this.#account.instrument(symbol), CANDLES_KEPT)
    this.#candles.set(symbol, history)
    return history
  }

  orderNumber(clientOrderId: string): number {
    return this.#orderNumbers.get(clientOrderId) ?? 0
  }

  equity(): readonly EquityPoint[] {
    return this.#equity.items.map(equityPoint)
  }

  /** The bar that is still forming, for the chart; not part of any state. */
  showForming(symbol: string, candle: Candle): void {
    const history = this.candles(symbol)
    if (history.form(candle)) this.#showCandle(symbol, candle, false)
  }

  onEvent(event: Event, context: ComponentContext): void {
    try {
      this.#show(event, context)
    } catch (error) {
      const { topic, number } = event
      this.#log.error({ err: error, topic, number }, 'an event is not shown as it should be')
    }
  }

  #show(event: Event, context: ComponentContext): void {
    switch (event.topic) {
      case Topic.RUN_STARTED:
        this.#onRunStarted(event as Event<RunStarted>)
        break
      case Topic.BAR_CLOSED:
        this.#onBar(event as Event<BarClosed>, context)
        break
      case Topic.ORDER_REQUESTED:
        this.#number(event as Event<OrderRequested>)
        this.#showOrder((event as Event<OrderRequested>).payload.request.clientOrderId, context)
        break
      case Topic.ORDER_REPORTED:
        this.#onReported(event as Event<OrderReport>, context)
        break
      case Topic.ORDER_CANCEL_REQUESTED:
      case Topic.ORDER_NEVER_ARRIVED:
        this.#showOrder((event.payload as { clientOrderId: string }).clientOrderId, context)
        break
    }
    this.#keepEvent(event, context)
  }

  snapshot(): ReadModelState {
    return {
      events: this.events.items,
      fills: this.fills.items,
      equity: this.equity(),
      candleInterval: this.#candleInterval,
      candles: this.#closedCandles(),
      orderNumbers: [...this.#orderNumbers],
    }
  }

  restore(state: unknown): void {
    const saved = state as ReadModelState
    this.events.restore(saved.events)
    this.fills.restore(saved.fills)
    this.#equity.restore(saved.equity.map(equityMark))
    this.#candleInterval = saved.candleInterval
    this.#candles.clear()
    for (const [symbol, closed] of saved.candles) this.candles(symbol).restore(closed)
    this.#orderNumbers = new Map(saved.orderNumbers)
  }

  /** Bars of another interval are no part of this chart. */
  #onRunStarted({ payload }: Event<RunStarted>): void {
    if (payload.interval !== this.#candleInterval) this.#candles.clear()
    this.#candleInterval = payload.interval
  }

  /** By symbol: looking at a chart, or a forming bar, must not change what the state is. */
  #closedCandles(): ReadModelState['candles'] {
    const symbols = [...this.#candles.keys()].sort()
    const closed = symbols.map((symbol) => [symbol, this.candles(symbol).snapshot()] as const)
    return closed.filter(([, candles]) => candles.length > 0)
  }

  #onBar({ payload, time }: Event<BarClosed>, context: ComponentContext): void {
    const { symbol } = payload
    const candle = candleOf(payload.bar)
    const history = this.candles(symbol)
    history.close(candle)
    const mark = this.#markEquity(time)
    // One point a moment: bars of several symbols close together.
    if (this.#equity.last?.time === time) this.#equity.replaceLast(mark)
    else this.#equity.push(mark)
    if (!context.live) return
    this.#showCandle(symbol, candle, true)
    this.announce({ type: 'equity', point: equityPoint(mark) })
    this.#showPosition(symbol)
  }

  #showCandle(symbol: string, candle: Candle, closed: boolean): void {
    const view = this.candles(symbol).view(candle)
    this.announce({ type: 'candle', symbol, interval: this.#interval, candle: view, closed })
  }

  #onReported({ payload, number }: Event<OrderReport>, context: ComponentContext): void {
    const booking = this.#account.lastBooking
    if (booking) {
      const of = this.#account.instrument(payload.symbol)
      const fill = fillView(booking.report, { number, realised: booking.realised }, of)
      this.fills.push(fill)
      if (context.live) this.announce({ type: 'fill', fill })
    }
    this.#showOrder(payload.clientOrderId, context)
    if (booking && context.live) {
      this.#showPosition(payload.symbol)
      this.announce({ type: 'equity', point: equityPoint(this.#markEquity(payload.time)) })
    }
  }

  #number({ payload, number }: Event<OrderRequested>): void {
    this.#orderNumbers.set(payload.request.clientOrderId, number)
    if (this.#orderNumbers.size <= ORDER_NUMBERS_KEPT) return
    for (const id of this.#orderNumbers.keys()) {
      if (this.#orderNumbers.size <= ORDER_NUMBERS_KEPT / 2) return
      if (this.#account.orders.get(id) === null) this.#orderNumbers.delete(id)
    }
  }

  #showOrder(clientOrderId: string, context: ComponentContext): void {
    const state = context.live ? this.#account.orders.get(clientOrderId) : null
    if (state === null) return
    const of = this.#account.instrument(state.request.symbol)
    const order = orderView(state, this.orderNumber(clientOrderId), of)
    this.announce({ type: 'order', order })
  }

  #showPosition(symbol: string): void {
    const position = this.#account.portfolio.position(symbol)
    const view = positionView(position, this.#account.booked(symbol))
    this.announce({ type: 'position', position: view })
  }

  #markEquity(time: number): EquityMark {
    const { portfolio } = this.#account
    const drawdown = portfolio.drawdown()
    return { time, equity: portfolio.equity(), cash: portfolio.cash(), drawdown }
  }

  #keepEvent(event: Event, context: ComponentContext): void {
    if (!event.durable) return
    const view = eventView(event)
    this.events.push(view)
    if (context.live) this.announce({ type: 'event', event: view })
  }
}

/** A point of the curve as it is kept: most are never looked at, so text is made when one is. */
interface EquityMark {
  readonly time: number
  readonly equity: Money
  readonly cash: Money
  readonly drawdown: number
}

function equityPoint({ time, equity, cash, drawdown }: EquityMark): EquityPoint {
  return {
    time,
    equity: formatMoney(equity),
    cash: formatMoney(cash),
    drawdown: drawdown.toFixed(6),
  }
}

function equityMark({ time, equity, cash, drawdown }: EquityPoint): EquityMark {
  return {
    time,
    equity: parseMoney(equity, 'equity'),
    cash: parseMoney(cash, 'cash'),
    drawdown: Number(drawdown),
  }
}

export interface ReadModelOptions {
  readonly account: TradingAccount
  /** The strategy's, as it was written. */
  readonly interval: string
  readonly log: Log
}

interface ReadModelState {
  readonly events: readonly EventView[]
  readonly fills: readonly FillView[]
  readonly equity: readonly EquityPoint[]
  readonly candleInterval: string | null
  readonly candles: readonly (readonly [string, readonly Candle[]])[]
  readonly orderNumbers: readonly (readonly [string, number])[]
}

const EVENTS_KEPT = 500
const FILLS_KEPT = 1_000
const EQUITY_POINTS_KEPT = 3_000
const CANDLES_KEPT = 1_000
const ORDER_NUMBERS_KEPT = 5_000
