import type { Price, Quantity } from './money.ts'

/** What an order asks for. The life of an order is in `order-state.ts`. */
export interface OrderRequest {
  /** A pure function of (run, strategy, decision number): the same decision has the same id. */
  readonly clientOrderId: string
  readonly symbol: string
  readonly side: Side
  readonly type: OrderType
  readonly quantity: Quantity
  /** Of `limit` and `stop-limit`; else null. */
  readonly limitPrice: Price | null
  /** Of `stop` and `stop-limit`; else null. */
  readonly stopPrice: Price | null
  readonly timeInForce: TimeInForce
  /** Refused by the exchange where it would trade at once. */
  readonly postOnly: boolean
  /** May only make a position smaller. */
  readonly reduceOnly: boolean
}

export type Side = 'buy' | 'sell'
export type OrderType = 'market' | 'limit' | 'stop' | 'stop-limit'
/** Good till cancelled, immediate or cancel, fill or kill. */
export type TimeInForce = 'gtc' | 'ioc' | 'fok'

/** Only `RiskGate.check` makes one, and only an approved order can be sent: else no compile. */
export type Approved<Order extends OrderRequest> = Order & { readonly [approved]: true }
declare const approved: unique symbol

/**
 * What an exchange says about an order, in the order in which it happened to that order.
 * `accepted`, `refused` and `unknown` answer the submission; a lost reply is never `refused`.
 */
export type OrderReport =
  | ReportOf<'accepted', { readonly exchangeOrderId: string }>
  | ReportOf<'refused', { readonly reason: string }>
  /** The reply was lost: only a query by client order id may follow. */
  | ReportOf<'unknown', { readonly reason: string }>
  /** A stop order's price was reached; it is a market or limit order from here on. */
  | ReportOf<'triggered', object>
  | ReportOf<'filled', OrderFill>
  | ReportOf<'canceled', { readonly reason: string }>
  /** IOC and FOK remainders, and orders the exchange let run out. */
  | ReportOf<'expired', { readonly reason: string }>
  | ReportOf<'cancel-refused', { readonly reason: string }>

type ReportOf<Type extends string, Fields> = {
  readonly type: Type
  readonly clientOrderId: string
  readonly symbol: string
  /** The exchange's time, UTC milliseconds. */
  readonly time: number
} & Readonly<Fields>

export interface OrderFill {
  /** Unique and rising per symbol: a fill seen twice is applied once. */
  readonly tradeId: number
  readonly side: Side
  readonly price: Price
  readonly quantity: Quantity
  /** Decimal text of the quote asset; negative is a rebate. */
  readonly fee: string
  readonly liquidity: 'maker' | 'taker'
}
