import { GenesisError } from '../runtime/index.ts'
import {
  formatUnits,
  MONEY_DECIMALS,
  parseMoney,
  parseUnits,
  powerOfTen,
  type Price,
  type Quantity,
} from './money.ts'

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

/** What a person or an exchange says about an instrument: decimal text, most of it optional. */
export interface InstrumentRules {
  readonly symbol: string
  /** Default `spot`. */
  readonly kind?: Instrument['kind']
  readonly tickSize: string
  readonly lotSize: string
  /** Default one lot. */
  readonly minQuantity?: string
  /** Default 0. */
  readonly minNotional?: string
  /** Default: the decimals of the tick size. */
  readonly priceDecimals?: number
  /** Default: the decimals of the lot size. */
  readonly quantityDecimals?: number
}

/** Checks the rules and freezes them; throws `bad-input` naming the field. */
export function defineInstrument(rules: InstrumentRules): Instrument {
  const [base, quote, ...rest] = rules.symbol.split('/')
  if (!base || !quote || rest.length > 0) {
    throw badRule('symbol', rules.symbol, 'base, slash and quote, such as BTC/USDT')
  }
  const priceDecimals = rules.priceDecimals ?? decimalsOf(rules.tickSize)
  const quantityDecimals = rules.quantityDecimals ?? decimalsOf(rules.lotSize)
  if (priceDecimals + quantityDecimals > MONEY_DECIMALS) {
    const given = `${priceDecimals} + ${quantityDecimals}`
    throw badRule('priceDecimals + quantityDecimals', given, `at most ${MONEY_DECIMALS} in all`)
  }
  const tickSize = parseUnits(rules.tickSize, priceDecimals, 'tickSize') as Price
  const lotSize = parseUnits(rules.lotSize, quantityDecimals, 'lotSize') as Quantity
  if (tickSize <= 0) throw badRule('tickSize', rules.tickSize, 'above 0')
  if (lotSize <= 0) throw badRule('lotSize', rules.lotSize, 'above 0')
  const minNotional = rules.minNotional ?? '0'
  parseMoney(minNotional, 'minNotional')
  return Object.freeze({
    symbol: rules.symbol,
    base,
    quote,
    kind: rules.kind ?? 'spot',
    priceDecimals,
    quantityDecimals,
    tickSize,
    lotSize,
    minQuantity: parseUnits(
      rules.minQuantity ?? rules.lotSize,
      quantityDecimals,
      'minQuantity',
    ) as Quantity,
    minNotional,
  })
}

function decimalsOf(text: string): number {
  const point = text.indexOf('.')
  return point < 0 ? 0 : text.slice(point + 1).replace(/0+$/, '').length
}

function badRule(field: string, value: string, allowed: string): GenesisError {
  return new GenesisError('bad-input', `${field} is "${value}"; it must be ${allowed}`, {
    details: { field, value },
  })
}

export function parsePrice(text: string, of: Instrument, field = 'price'): Price {
  return parseUnits(text, of.priceDecimals, field) as Price
}

export function formatPrice(price: Price, of: Instrument): string {
  return formatUnits(price, of.priceDecimals)
}

/** For indicators and charts only. */
export function priceToNumber(price: Price, of: Instrument): number {
  return price / powerOfTen(of.priceDecimals)
}

export function parseQuantity(text: string, of: Instrument, field = 'quantity'): Quantity {
  return parseUnits(text, of.quantityDecimals, field) as Quantity
}

export function formatQuantity(quantity: Quantity, of: Instrument): string {
  return formatUnits(quantity, of.quantityDecimals)
}

/** For indicators and charts only. */
export function quantityToNumber(quantity: Quantity, of: Instrument): number {
  return quantity / powerOfTen(of.quantityDecimals)
}
