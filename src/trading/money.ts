import { assert, GenesisError } from '../runtime/index.ts'

/**
 * Exact amounts. Doubles appear only in indicators, charts and statistics.
 *
 * - `Price` and `Quantity` are whole numbers of the instrument's smallest step in decimals
 *   (61837.63 at 2 decimals is 6183763) and stay below 2^53, so they are exact as JS numbers
 *   and cheap in books and candles.
 * - `Money` is a bigint of 10^-18 of its asset. A price times a quantity of up to 18 decimals
 *   together is exact in it, so no sum of fills, fees and profits ever rounds.
 * - Rounding happens in one place, a fee, and always against us.
 * - On the wire and in the journal all three are decimal strings.
 */
export type Price = number & { readonly [unit]: 'price' }
export type Quantity = number & { readonly [unit]: 'quantity' }
export type Money = bigint & { readonly [unit]: 'money' }
declare const unit: unique symbol

export const MONEY_DECIMALS = 18
export const ZERO_MONEY = 0n as Money

const MONEY_SCALE = 10n ** BigInt(MONEY_DECIMALS)
const DECIMAL_PATTERN = /^([+-]?)(\d+)(?:\.(\d*))?$/

/** Parses plain decimal text ("-12.50") to a bigint of `decimals`; refuses digits beyond them. */
export function parseScaled(text: string, decimals: number, field = 'amount'): bigint {
  const match = DECIMAL_PATTERN.exec(text)
  if (!match) throw badAmount(field, text, 'a plain decimal number such as 12.5')
  const fraction = (match[3] ?? '').replace(/0+$/, '')
  if (fraction.length > decimals) {
    throw badAmount(field, text, `a number of at most ${decimals} decimals`)
  }
  const magnitude = BigInt(match[2] + fraction.padEnd(decimals, '0'))
  return match[1] === '-' ? -magnitude : magnitude
}

/** The shortest exact decimal text: 1250n at 2 decimals is "12.5". */
export function formatScaled(value: bigint, decimals: number): string {
  const negative = value < 0n
  const digits = (negative ? -value : value).toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

export function parseMoney(text: string, field = 'amount'): Money {
  return parseScaled(text, MONEY_DECIMALS, field) as Money
}

export function formatMoney(money: Money): string {
  return formatScaled(money, MONEY_DECIMALS)
}

/** For charts and statistics only. */
export function moneyToNumber(money: Money): number {
  return Number(money) / 1e18
}

/** Parses to a safe whole number of 10^-decimals: the form of prices and quantities. */
export function parseUnits(text: string, decimals: number, field: string): number {
  const units = Number(parseScaled(text, decimals, field))
  if (!Number.isSafeInteger(units)) {
    throw badAmount(field, text, `a number below ${Number.MAX_SAFE_INTEGER / 10 ** decimals}`)
  }
  return units
}

export function formatUnits(units: number, decimals: number): string {
  assert(Number.isSafeInteger(units), 'prices and quantities are safe whole numbers')
  return formatScaled(BigInt(units), decimals)
}

/** price x quantity in the quote asset, exact. */
export function notional(
  price: Price,
  quantity: Quantity,
  decimals: { readonly priceDecimals: number; readonly quantityDecimals: number },
): Money {
  const shift = MONEY_DECIMALS - decimals.priceDecimals - decimals.quantityDecimals
  const product = price * quantity
  // Below 2^53 the double product is exact, and one bigint is made in place of three.
  const exact = Number.isSafeInteger(product) ? BigInt(product) : BigInt(price) * BigInt(quantity)
  return (exact * POWERS_OF_TEN[shift]!) as Money
}

/** A quantity of the base asset as money of that asset. */
export function quantityToMoney(quantity: Quantity, quantityDecimals: number): Money {
  return (BigInt(quantity) * POWERS_OF_TEN[MONEY_DECIMALS - quantityDecimals]!) as Money
}

/**
 * A share of an amount, rounded away from zero: a fee never rounds in our favour.
 * @param rate parts of 10^-8: 0.1 % is 100_000n. Negative rates (rebates) round towards us less.
 */
export function feeOf(amount: Money, rate: bigint): Money {
  const product = amount * rate
  const quotient = product / RATE_SCALE
  return (product > 0n && quotient * RATE_SCALE !== product ? quotient + 1n : quotient) as Money
}

const RATE_DECIMALS = 8
const RATE_SCALE = 10n ** BigInt(RATE_DECIMALS)

/** Parses a rate given as a fraction: "0.001" is 0.1 %. */
export function parseRate(text: string, field: string): bigint {
  return parseScaled(text, RATE_DECIMALS, field)
}

export function formatRate(rate: bigint): string {
  return formatScaled(rate, RATE_DECIMALS)
}

/** Money from a whole number of the asset. */
export function wholeMoney(whole: number): Money {
  return (BigInt(whole) * MONEY_SCALE) as Money
}

const POWERS_OF_TEN = Array.from({ length: MONEY_DECIMALS + 1 }, (_, power) => 10n ** BigInt(power))

function badAmount(field: string, text: string, allowed: string): GenesisError {
  return new GenesisError('bad-input', `${field} is "${text}"; it must be ${allowed}`, {
    details: { field, value: text },
  })
}
