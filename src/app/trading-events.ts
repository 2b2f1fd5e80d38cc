import { durableEvent, type Event, passingEvent, Priority } from '../engine/index.ts'
import type {
  Candle,
  Instrument,
  MarketEvent,
  OrderReport,
  OrderRequest,
  Price,
  Quantity,
  RiskLimits,
} from '../trading/index.ts'

/**
 * The events of trading: their topics, priorities and payloads, in one place.
 *
 * What the exchange says of our orders goes before what we decide, and both go before market
 * data. Everything here but `market.*` is durable: it is the whole input of positions, orders,
 * cash and strategy state.
 */
export const Topic = {
  RUN_STARTED: 'run.started',
  BAR_CLOSED: 'bar.closed',
  ORDER_REQUESTED: 'order.requested',
  ORDER_CANCEL_REQUESTED: 'order.cancel-requested',
  ORDER_REPORTED: 'order.reported',
  ORDER_NEVER_ARRIVED: 'order.never-arrived',
  MARKET_TRADE: 'market.trade',
  MARKET_BOOK: 'market.book',
} as const

/**
 * Who trades what, with which money and on which terms. A strategy's state begins with a new
 * `runId`; the same one again only brings new terms.
 */
export interface RunStarted {
  readonly runId: string
  /** Same strategy code, parameters, symbols and interval: the same fingerprint. */
  readonly fingerprint: string
  readonly strategy: string
  readonly interval: string
  readonly instruments: readonly Instrument[]
  /** Cash by asset at the very first start, decimal text; null where a run goes on with what is. */
  readonly cash: Readonly<Record<string, string>> | null
  readonly terms: TradingTerms
}

/**
 * What sizes and verdicts depend on beside the market. It is in the journal, so that a replay
 * comes to the verdicts of its time, whatever the settings say today.
 */
export interface TradingTerms {
  readonly limits: RiskLimits
  /** A fraction as decimal text: "0.001" is 0.1 %. */
  readonly takerFee: string
  /** What a market order may trade beyond the last price, in basis points. */
  readonly slippageBps: number
}

export function runStarted(time: number, payload: RunStarted): Event<RunStarted> {
  return durableEvent(Topic.RUN_STARTED, {
    priority: Priority.CRITICAL,
    time,
    key: payload.runId,
    payload,
  })
}

/** Open time, interval, open, high, low, close, volume: short, for there are many. */
export type BarFields = readonly [number, number, number, number, number, number, number]

export interface BarClosed {
  readonly symbol: string
  readonly bar: BarFields
}

export function barClosed(symbol: string, candle: Candle): Event<BarClosed> {
  const { openTime, intervalMs, open, high, low, close, volume } = candle
  return durableEvent(Topic.BAR_CLOSED, {
    priority: Priority.NORMAL,
    time: openTime + intervalMs,
    key: `${symbol}@${openTime}`,
    payload: { symbol, bar: [openTime, intervalMs, open, high, low, close, volume] },
  })
}

/** A bar that can be read again from the data of a back-test, and so is not journalled. */
export function barReplayed(symbol: string, candle: Candle): Event<BarClosed> {
  const { openTime, intervalMs, open, high, low, close, volume } = candle
  return {
    topic: Topic.BAR_CLOSED,
    priority: Priority.NORMAL,
    time: openTime + intervalMs,
    key: symbol,
    payload: { symbol, bar: [openTime, intervalMs, open, high, low, close, volume] },
    durable: false,
    number: 0,
  }
}

export function candleOf(bar: BarFields): Candle {
  const [openTime, intervalMs, open, high, low, close, volume] = bar
  return {
    openTime,
    intervalMs,
    open: open as Price,
    high: high as Price,
    low: low as Price,
    close: close as Price,
    volume: volume as Quantity,
  }
}

export interface OrderRequested {
  readonly request: OrderRequest
  /** When the strategy decided, which a restart may lie well before the event's own time. */
  readonly decidedAt: number
  /** The market price the decision was made at: what the price band is measured from. */
  readonly referencePrice: Price
  /** Why the system took no new risk when this was decided, or null. */
  readonly blocked: string | null
}

/** `time` is when it is published, which tells how old the decision is by then. */
export function orderRequested(time: number, payload: OrderRequested): Event<OrderRequested> {
  return durableEvent(Topic.ORDER_REQUESTED, {
    priority: Priority.HIGH,
    time,
    key: payload.request.clientOrderId,
    payload,
  })
}

export interface OrderCancelRequested {
  readonly clientOrderId: string
  readonly symbol: string
}

export function orderCancelRequested(
  time: number,
  decision: string,
  payload: OrderCancelRequested,
): Event<OrderCancelRequested> {
  return durableEvent(Topic.ORDER_CANCEL_REQUESTED, {
    priority: Priority.CRITICAL,
    time,
    key: `${payload.clientOrderId}!${decision}`,
    payload,
  })
}

export function orderReported(report: OrderReport): Event<OrderReport> {
  const trade = report.type === 'filled' ? `#${report.tradeId}` : ''
  return durableEvent(Topic.ORDER_REPORTED, {
    priority: Priority.CRITICAL,
    time: report.time,
    key: `${report.clientOrderId}:${report.type}${trade}`,
    payload: report,
  })
}

export interface OrderNeverArrived {
  readonly clientOrderId: string
  readonly symbol: string
}

export function orderNeverArrived(
  time: number,
  payload: OrderNeverArrived,
): Event<OrderNeverArrived> {
  return durableEvent(Topic.ORDER_NEVER_ARRIVED, {
    priority: Priority.CRITICAL,
    time,
    key: payload.clientOrderId,
    payload,
  })
}

export function marketEvent(topic: string, time: number, market: MarketEvent): Event<MarketEvent> {
  const { symbol } = market
  return passingEvent(topic, { priority: Priority.LOW, time, key: symbol, payload: market })
}
