import { assert, refuse, type Refusal } from '../runtime/index.ts'
import { formatQuantity, type Instrument } from './instrument.ts'
import {
  decimalText,
  formatMoney,
  type Money,
  MONEY_DECIMALS,
  notional,
  parseMoney,
  parseScaled,
  type Price,
  type Quantity,
} from './money.ts'
import { worstPrice } from './order-cost.ts'
import type { Side } from './order.ts'

/**
 * From the size a strategy thinks in to a quantity the exchange takes.
 *
 * - Rounding is down to the lot, so never more than was asked for.
 * - What opens or enlarges a position is cut to what the free cash pays, at the worst price and
 *   with the fee; `{ fraction: 1 }` spends all of it and leaves 0 or more.
 * - What reduces a position is cut to the position, which is also what its fraction is of. A
 *   fraction that opens is of the equity.
 * - Numbers count as the decimal they print as: 0.1 is one tenth.
 */
export type OrderSize =
  | { readonly quantity: string | number }
  | { readonly fraction: number }
  | { readonly notional: string | number }

export interface SizeContext {
  readonly side: Side
  readonly instrument: Instrument
  /** Of a limit order its limit, else the market's. */
  readonly limitPrice: Price | null
  readonly referencePrice: Price
  /** What the position may still be reduced by, signed: without what open orders will close. */
  readonly position: Quantity
  /** Not reserved by open orders. */
  readonly freeCash: Money
  readonly equity: Money
  /** Parts of 10^-8, as `parseRate` gives them. */
  readonly feeRate: bigint
  readonly slippage: bigint
}

export type SizeRefusal = 'bad-size' | 'size-too-small' | 'no-position' | 'no-cash'

export function sizeOrder(
  size: OrderSize,
  context: SizeContext,
): { readonly ok: true; readonly quantity: Quantity } | Refusal<SizeRefusal> {
  const bad = badSize(size)
  if (bad !== null) return refuse('bad-size', bad)
  const { instrument, side, position } = context
  assert((context.limitPrice ?? context.referencePrice) > 0, 'an order is sized at a price above 0')
  const reduces = side === 'buy' ? position < 0 : position > 0
  if (!reduces && side === 'sell' && instrument.kind === 'spot') {
    return refuse('no-position', `There is no ${instrument.base} to sell.`)
  }

  const available = reduces ? BigInt(Math.abs(position)) : affordable(context)
  const wanted = wantedUnits(size, context, reduces)
  const units = wanted < available ? wanted : available
  const quantity = Number(units - (units % BigInt(instrument.lotSize))) as Quantity
  if (quantity === 0 && wanted > 0n && available < BigInt(instrument.lotSize)) {
    return reduces ? tooSmall(quantity, instrument) : noCash(context)
  }
  return meetsMinimum(quantity, context) ? { ok: true, quantity } : tooSmall(quantity, instrument)
}

function wantedUnits(size: OrderSize, context: SizeContext, reduces: boolean): bigint {
  const { instrument, equity, position } = context
  if ('quantity' in size) {
    // In money's scale first: digits beyond the instrument's are cut, not refused.
    return scaledDown(size.quantity) / 10n ** BigInt(MONEY_DECIMALS - instrument.quantityDecimals)
  }
  if ('notional' in size) return unitsFor(scaledDown(size.notional), context)
  const fraction = scaledDown(size.fraction)
  if (reduces) return (BigInt(Math.abs(position)) * fraction) / ONE
  return unitsFor(((equity > 0n ? equity : 0n) * fraction) / ONE, context)
}

/** How many units an amount buys at the price an order is valued at, without the fee. */
function unitsFor(amount: bigint, { instrument, limitPrice, referencePrice }: SizeContext): bigint {
  return amount / notional(limitPrice ?? referencePrice, 1 as Quantity, instrument)
}

/** The most that cash pays for: value + fee <= cash holds exactly, the fee rounded up. */
function affordable(context: SizeContext): bigint {
  const { instrument, freeCash, feeRate, slippage, side, limitPrice, referencePrice } = context
  if (freeCash <= 0n) return 0n
  const price = worstPrice({ side, limitPrice, stopPrice: null }, referencePrice, slippage)
  const unit = notional(price, 1 as Quantity, instrument)
  const rate = feeRate > 0n ? feeRate : 0n
  return (freeCash * RATE_ONE) / (unit * (RATE_ONE + rate))
}

function meetsMinimum(quantity: Quantity, context: SizeContext): boolean {
  const { instrument } = context
  const value = notional(context.limitPrice ?? context.referencePrice, quantity, instrument)
  return (
    quantity > 0 &&
    quantity >= instrument.minQuantity &&
    value >= parseMoney(instrument.minNotional, 'minNotional')
  )
}

function tooSmall(quantity: Quantity, instrument: Instrument): Refusal<SizeRefusal> {
  const { symbol, base, quote, minNotional, minQuantity } = instrument
  const least = `${formatQuantity(minQuantity, instrument)} ${base} and ${minNotional} ${quote}`
  const size = `${formatQuantity(quantity, instrument)} ${base}`
  const sentence = `The size comes to ${size}; ${symbol} takes at least ${least}.`
  return refuse('size-too-small', sentence)
}

function noCash({ instrument, freeCash }: SizeContext): Refusal<SizeRefusal> {
  const cash = `${formatMoney(freeCash)} ${instrument.quote}`
  return refuse('no-cash', `The free cash of ${cash} does not pay for one lot with its fee.`)
}

function badSize(size: OrderSize): string | null {
  const [field, value] = Object.entries(size)[0] ?? ['size', undefined]
  const allowed = field === 'fraction' ? 'above 0 and at most 1' : 'a number above 0'
  const number = typeof value === 'string' && PLAIN_NUMBER.test(value) ? Number(value) : value
  const fits = typeof number === 'number' && number > 0 && Number.isFinite(number)
  if (fits && (field !== 'fraction' || number <= 1)) return null
  return `The ${field} is ${JSON.stringify(value)}; it must be ${allowed}.`
}

/** Cuts digits beyond money's scale. */
function scaledDown(value: string | number): bigint {
  const text = typeof value === 'number' ? decimalText(value) : value
  const point = text.indexOf('.')
  const short = point < 0 ? text : text.slice(0, point + 1 + MONEY_DECIMALS)
  return parseScaled(short, MONEY_DECIMALS, 'size')
}

const PLAIN_NUMBER = /^\d+(\.\d*)?$/
const ONE = 10n ** BigInt(MONEY_DECIMALS)
const RATE_ONE = 100_000_000n
