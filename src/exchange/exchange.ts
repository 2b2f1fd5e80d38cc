import type {
  Approved,
  Instrument,
  MarketEvent,
  OrderReport,
  OrderRequest,
} from '../trading/index.ts'

/**
 * The port every exchange is behind: simulated, recorded, and later CCXT.
 *
 * Commands return at once; what became of them comes back through the listener as an
 * `OrderReport`, so that the hot path never awaits and a simulated exchange stays deterministic.
 * Three outcomes: `accepted`, `refused`, `unknown`. A lost reply is `unknown`, and an error while
 * asking is never `not-found`.
 */
export interface Exchange {
  readonly name: string
  readonly instruments: readonly Instrument[]
  /** Connects; resolves when market data and order reports flow to the listener. */
  start(listener: ExchangeListener): Promise<void>
  stop(): Promise<void>
  submit(order: Approved<OrderRequest>): void
  /** Answered by `canceled`, `cancel-refused` or, where the reply is lost, by nothing. */
  cancel(clientOrderId: string, symbol: string): void
  /** Every report of one order from its first, or that it never arrived. */
  queryOrder(clientOrderId: string, symbol: string): Promise<OrderQuery>
  openOrders(): Promise<ExchangeAnswer<readonly OrderRequest[]>>
  /** Cash and coins by asset, decimal text. */
  balances(): Promise<ExchangeAnswer<Readonly<Record<string, AssetBalance>>>>
}

export interface ExchangeListener {
  onReport(report: OrderReport): void
  onMarket(event: MarketEvent): void
}

export type OrderQuery =
  | { readonly outcome: 'found'; readonly reports: readonly OrderReport[] }
  | { readonly outcome: 'not-found' }
  | { readonly outcome: 'unknown'; readonly reason: string }

export type ExchangeAnswer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: string }

export interface AssetBalance {
  /** Everything owned, reserved or not. */
  readonly total: string
  /** What a new order may use. */
  readonly free: string
}
