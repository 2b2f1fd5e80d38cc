import { refuse, type Refusal } from '../runtime/index.ts'
import { formatPrice, formatQuantity, type Instrument } from './instrument.ts'
import { formatMoney, notional, parseMoney, type Price, type Quantity } from './money.ts'
import type { OrderRequest } from './order.ts'

/** What the exchange itself would refuse: the shape of the order and the instrument's steps. */
export function orderRuleBreach(
  order: OrderRequest,
  market: { readonly instrument: Instrument; readonly referencePrice: Price },
): Refusal<'order-rule'> | null {
  const sentence =
    shapeBreach(order) ??
    quantityBreach(order, market.instrument) ??
    priceBreach('limit', order.limitPrice, market.instrument) ??
    priceBreach('stop', order.stopPrice, market.instrument) ??
    notionalBreach(order, market.instrument, market.referencePrice)
  return sentence === null ? null : refuse('order-rule', sentence)
}

function shapeBreach({ type, limitPrice, stopPrice, postOnly, timeInForce }: OrderRequest) {
  const needsLimit = type === 'limit' || type === 'stop-limit'
  const needsStop = type === 'stop' || type === 'stop-limit'
  if (needsLimit !== (limitPrice !== null)) {
    return `A ${type} order ${needsLimit ? 'needs a' : 'has no'} limit price.`
  }
  if (needsStop !== (stopPrice !== null)) {
    return `A ${type} order ${needsStop ? 'needs a' : 'has no'} stop price.`
  }
  if (postOnly && type !== 'limit') return `A ${type} order cannot be post-only.`
  if (postOnly && timeInForce !== 'gtc') return `A post-only order cannot be ${timeInForce}.`
  return null
}

function quantityBreach({ quantity }: OrderRequest, instrument: Instrument): string | null {
  const { base, symbol, lotSize, minQuantity } = instrument
  if (!Number.isSafeInteger(quantity) || quantity <= 0) {
    return `The quantity is ${quantity} units; it must be a whole number above 0.`
  }
  const inText = (units: Quantity) => formatQuantity(units, instrument)
  if (quantity % lotSize !== 0) {
    const lot = `${inText(lotSize)} ${base}`
    return `The quantity ${inText(quantity)} is no multiple of the lot of ${lot}.`
  }
  if (quantity < minQuantity) {
    return `The quantity ${inText(quantity)} is below ${symbol}'s least, ${inText(minQuantity)}.`
  }
  return null
}

function priceBreach(kind: string, price: Price | null, instrument: Instrument): string | null {
  if (price === null) return null
  if (!Number.isSafeInteger(price) || price <= 0) {
    return `The ${kind} price is ${price} units; it must be a whole number above 0.`
  }
  if (price % instrument.tickSize === 0) return null
  const tick = formatPrice(instrument.tickSize, instrument)
  const text = formatPrice(price, instrument)
  return `The ${kind} price ${text} is no multiple of the tick of ${tick}.`
}

function notionalBreach(order: OrderRequest, instrument: Instrument, referencePrice: Price) {
  if (!(referencePrice > 0)) return `${instrument.symbol} has no market price yet.`
  const price = order.limitPrice ?? order.stopPrice ?? referencePrice
  const value = notional(price, order.quantity, instrument)
  if (value >= parseMoney(instrument.minNotional, 'minNotional')) return null
  const least = `${instrument.minNotional} ${instrument.quote}`
  return `The order is worth ${formatMoney(value)}; ${instrument.symbol} takes at least ${least}.`
}
