import { formatUnits, parseUnits, type Price, type Quantity } from './money.ts'

/**
 * What can be traded, and in which steps. Immutable once made.
 *
 * `priceDecimals + quantityDecimals <= 18`, so that every notional is exact (see `money.ts`).
 */
export interface Instrument {
  /** "BTC/USDT": base, slash, quote. */
  readonly symbol: string
  readonly base: string
  readonly quote: string
  /** `spot` cannot be sold short; `perpetual` can. */
  readonly kind: 'spot' | 'perpetual'
  readonly priceDecimals: number
  readonly quantityDecimals: number
  /** Prices are whole multiples of this. */
  readonly tickSize: Price
  /** Quantities are whole multiples of this. */
  readonly lotSize: Quantity
  readonly minQuantity: Quantity
  /** Smallest price x quantity of an order, as decimal text of the quote asset. */
  readonly minNotional: string
}

export function parsePrice(text: string, of: Instrument, field = 'price'): Price {
  return parseUnits(text, of.priceDecimals, field) as Price
}

export function formatPrice(price: Price, of: Instrument): string {
  return formatUnits(price, of.priceDecimals)
}

/** For indicators and charts only. */
export function priceToNumber(price: Price, of: Instrument): number {
  return price / 10 ** of.priceDecimals
}

export function parseQuantity(text: string, of: Instrument, field = 'quantity'): Quantity {
  return parseUnits(text, of.quantityDecimals, field) as Quantity
}

export function formatQuantity(quantity: Quantity, of: Instrument): string {
  return formatUnits(quantity, of.quantityDecimals)
}

/** For indicators and charts only. */
export function quantityToNumber(quantity: Quantity, of: Instrument): number {
  return quantity / 10 ** of.quantityDecimals
}
