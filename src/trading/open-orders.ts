import type { Instrument } from './instrument.ts'
import { type Money, type Price, type Quantity, ZERO_MONEY } from './money.ts'
import { orderCost, worstPrice } from './order-cost.ts'
import { type OrderState, remainingQuantity } from './order-state.ts'

/**
 * What the orders that may still trade can do to one symbol and to the cash.
 *
 * An order that was asked to go may still trade, so limits count it. What the exchange itself
 * guards (cash, coins, a position that is only reduced) is counted without it: else no order
 * could take its place before the exchange has answered.
 */
export interface OpenOrders {
  /** Of all symbols. */
  readonly count: number
  /** Still to be bought and sold, of the one symbol. */
  readonly buyQuantity: Quantity
  readonly sellQuantity: Quantity
  /** The same without those that were asked to go. */
  readonly stayingBuyQuantity: Quantity
  readonly stayingSellQuantity: Quantity
  /**
   * Cash that orders of all symbols may take: purchases, and for perpetuals, traded without
   * leverage, anything that is not reduce-only.
   */
  readonly reservedCash: Money
}

export const noOpenOrders: OpenOrders = {
  count: 0,
  buyQuantity: 0 as Quantity,
  sellQuantity: 0 as Quantity,
  stayingBuyQuantity: 0 as Quantity,
  stayingSellQuantity: 0 as Quantity,
  reservedCash: ZERO_MONEY,
}

/** Adds up the working orders of a ledger, seen from `symbol`. */
export function openOrdersOf(
  symbol: string,
  working: Iterable<OrderState>,
  market: {
    readonly instrument: (symbol: string) => Instrument
    readonly referencePrice: (symbol: string) => Price
    readonly feeRate: bigint
    readonly slippage: bigint
    /** Client order ids that are about to be asked to go. */
    readonly leaving?: ReadonlySet<string>
  },
): OpenOrders {
  let count = 0
  let buyQuantity = 0
  let sellQuantity = 0
  let stayingBuyQuantity = 0
  let stayingSellQuantity = 0
  let reservedCash = 0n
  for (const state of working) {
    const { request } = state
    const remaining = remainingQuantity(state)
    const stays = !state.cancelRequested && !market.leaving?.has(request.clientOrderId)
    count++
    if (request.symbol === symbol && request.side === 'buy') {
      buyQuantity += remaining
      if (stays) stayingBuyQuantity += remaining
    } else if (request.symbol === symbol) {
      sellQuantity += remaining
      if (stays) stayingSellQuantity += remaining
    }
    if (!stays) continue
    const instrument = market.instrument(request.symbol)
    if (reservesCash(request.side, request.reduceOnly, instrument)) {
      const price = worstPrice(request, market.referencePrice(request.symbol), market.slippage)
      reservedCash += orderCost(price, remaining, market.feeRate, instrument)
    }
  }
  return {
    count,
    buyQuantity: buyQuantity as Quantity,
    sellQuantity: sellQuantity as Quantity,
    stayingBuyQuantity: stayingBuyQuantity as Quantity,
    stayingSellQuantity: stayingSellQuantity as Quantity,
    reservedCash: reservedCash as Money,
  }
}

function reservesCash(side: 'buy' | 'sell', reduceOnly: boolean, instrument: Instrument): boolean {
  return instrument.kind === 'spot' ? side === 'buy' : !reduceOnly
}
