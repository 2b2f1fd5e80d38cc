import type { Price } from '../money.ts'
import type { OrderSize } from '../order-size.ts'
import type { OrderType, Side, TimeInForce } from '../order.ts'

/**
 * What a strategy wants, before it is sized, numbered and checked by risk.
 *
 * Prices are already on the instrument's ticks. `close` is a market order against the whole
 * position that may only reduce it; `cancel-all` is of this strategy's working orders.
 */
export type OrderIntent =
  | TradeIntent
  | { readonly action: 'close' }
  | { readonly action: 'cancel-all' }

export interface TradeIntent {
  readonly action: Side
  readonly size: OrderSize
  readonly type: OrderType
  /** Of `limit` and `stop-limit`; else null. */
  readonly limitPrice: Price | null
  /** Of `stop` and `stop-limit`; else null. */
  readonly stopPrice: Price | null
  readonly timeInForce: TimeInForce
  readonly postOnly: boolean
  readonly reduceOnly: boolean
}
