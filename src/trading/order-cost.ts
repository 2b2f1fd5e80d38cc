import type { Instrument } from './instrument.ts'
import { feeOf, type Money, notional, type Price, type Quantity } from './money.ts'
import type { OrderRequest } from './order.ts'

/**
 * What an order may cost at worst. Sizing, the risk gate and the reservation for open orders all
 * ask here, so that what one of them allows the next does not refuse.
 */

/** The worst price an order may trade at: its limit, else the market's with an allowance. */
export function worstPrice(
  order: Pick<OrderRequest, 'side' | 'limitPrice' | 'stopPrice'>,
  referencePrice: Price,
  slippage: bigint,
): Price {
  if (order.limitPrice !== null) return order.limitPrice
  const price = order.stopPrice ?? referencePrice
  return order.side === 'buy' ? raised(price, slippage) : price
}

/** Price x quantity and the fee on it. */
export function orderCost(
  price: Price,
  quantity: Quantity,
  feeRate: bigint,
  instrument: Instrument,
): Money {
  const value = notional(price, quantity, instrument)
  return (value + feeOf(value, feeRate)) as Money
}

/** Rounded up: an allowance never turns out smaller than asked for. */
function raised(price: Price, slippage: bigint): Price {
  return Number(BigInt(price) + feeOf(BigInt(price) as Money, slippage)) as Price
}
