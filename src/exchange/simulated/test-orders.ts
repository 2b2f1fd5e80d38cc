import {
  type Approved,
  type Candle,
  type Instrument,
  type OrderRequest,
  parsePrice,
  parseQuantity,
  type Price,
  type Quantity,
} from '../../trading/index.ts'
import type { MatcherFill, MatcherListener, WorkingOrder } from './matcher.ts'

/** Instruments, orders, bars and a listener that writes down what it hears, for tests. */
export const spot: Instrument = {
  symbol: 'BTC/USDT',
  base: 'BTC',
  quote: 'USDT',
  kind: 'spot',
  priceDecimals: 2,
  quantityDecimals: 3,
  tickSize: 1 as Price,
  lotSize: 1 as Quantity,
  minQuantity: 1 as Quantity,
  minNotional: '0.01',
}

export const perpetual: Instrument = {
  ...spot,
  symbol: 'BTC/USDT:PERP',
  kind: 'perpetual',
}

export const price = (text: string | number) => parsePrice(`${text}`, spot)
export const quantity = (text: string | number) => parseQuantity(`${text}`, spot)

export type OrderWish = Partial<Omit<OrderRequest, 'quantity' | 'limitPrice' | 'stopPrice'>> & {
  readonly quantity?: number | string
  readonly limit?: number | string
  readonly stop?: number | string
}

let ids = 0

/** A market buy of 1 unless said otherwise; its type follows from the prices given. */
export function orderRequest(wish: OrderWish = {}): Approved<OrderRequest> {
  const { quantity: size = 1, limit, stop, ...rest } = wish
  const kinds = { 0: 'market', 1: 'limit', 2: 'stop', 3: 'stop-limit' } as const
  const kind = ((limit === undefined ? 0 : 1) + (stop === undefined ? 0 : 2)) as 0 | 1 | 2 | 3
  return {
    clientOrderId: `order-${++ids}`,
    symbol: spot.symbol,
    side: 'buy',
    type: kinds[kind],
    quantity: quantity(size),
    limitPrice: limit === undefined ? null : price(limit),
    stopPrice: stop === undefined ? null : price(stop),
    timeInForce: 'gtc',
    postOnly: false,
    reduceOnly: false,
    ...rest,
  } as Approved<OrderRequest>
}

export const minute = 60_000

/** Bar number `index`: open, high, low, close and volume as a person writes them. */
export function bar(index: number, prices: readonly number[], volume = 1_000): Candle {
  const [open, high, low, close] = prices.map((text) => price(text))
  return {
    openTime: index * minute,
    intervalMs: minute,
    open: open!,
    high: high!,
    low: low!,
    close: close!,
    volume: quantity(volume),
  }
}

/** A matcher's listener with a position and no limit on cash. */
export class HeardMatching implements MatcherListener {
  readonly lines: string[] = []
  readonly fills: (MatcherFill & { readonly id: string })[] = []
  position = 0

  order(wish: OrderWish): WorkingOrder {
    const request = orderRequest(wish)
    return { request, remaining: request.quantity, triggered: request.stopPrice === null }
  }

  allowance(order: WorkingOrder, _price: Price, wanted: Quantity): Quantity {
    if (!order.request.reduceOnly) return wanted
    const held = order.request.side === 'sell' ? this.position : -this.position
    return Math.min(wanted, Math.max(0, held)) as Quantity
  }

  reduces({ request }: WorkingOrder): boolean {
    return request.side === 'sell' ? this.position > 0 : this.position < 0
  }

  onFill(order: WorkingOrder, fill: MatcherFill): void {
    const { clientOrderId: id, side } = order.request
    ;(order as { remaining: number }).remaining -= fill.quantity
    this.position += side === 'buy' ? fill.quantity : -fill.quantity
    this.fills.push({ ...fill, id })
    const size = `${fill.quantity / 1000} at ${fill.price / 100}`
    this.lines.push(`${id} ${side} ${size} as ${fill.liquidity}`)
  }

  onTriggered(order: WorkingOrder): void {
    ;(order as { triggered: boolean }).triggered = true
    this.lines.push(`${order.request.clientOrderId} triggered`)
  }

  onExpired(order: WorkingOrder, reason: string): void {
    this.lines.push(`${order.request.clientOrderId} expired: ${reason}`)
  }
}
