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
  const fraction = withoutLastZeros(match[3] ?? '')
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
  const fraction = withoutLastZeros(digits.slice(digits.length - decimals))
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

function withoutLastZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === DIGIT_ZERO) end--
  return digits.slice(0, end)
}

export function parseMoney(text: string, field = 'amount'): Money {
  return parseScaled(text, MONEY_DECIMALS, field) as Money
}

export function formatMoney(money: Money): string {
  return formatScaled(money, MONEY_DECIMALS)
}

/**
 * The exact decimal text of a double, as a person would write it: 1e-7 is "0.0000001".
 *
 * Sizes given as JS numbers enter the exact world through it, so 0.1 is one tenth.
 */
export function decimalText(value: number): string {
  assert(Number.isFinite(value), 'only finite numbers have a decimal text')
  const text = String(value)
  const mark = text.indexOf('e')
  if (mark < 0) return text
  const [whole, fraction = ''] = text.slice(0, mark).replace('-', '').split('.')
  const exponent = Number(text.slice(mark + 1))
  const digits = whole! + fraction
  const sign = value < 0 ? '-' : ''
  if (exponent < 0) return `${sign}0.${digits.padStart(digits.length - exponent - 1, '0')}`
  return sign + digits.padEnd(exponent + 1, '0')
}

/** For charts and statistics only. */
export function moneyToNumber(money: Money): number {
  // In two parts: the double nearest to 10^18 times an amount is off in its 16th digit.
  return Number(money / MONEY_SCALE) + Number(money % MONEY_SCALE) / 1e18
}

/** Parses to a safe whole number of 10^-decimals: the form of prices and quantities. */
export function parseUnits(text: string, decimals: number, field: string): number {
  const fast = parsePlainUnits(text, decimals)
  return fast >= 0 ? fast : parseAnyUnits(text, decimals, field)
}

/** Depth streams are thousands of "61837.63000000" a second: one pass, no regular expression. */
function parsePlainUnits(text: string, decimals: number): number {
  if (!isDigit(text.charCodeAt(0))) return -1
  let units = 0
  let fractionDigits = -1
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (isDigit(code)) {
      if (fractionDigits === decimals) {
        if (code !== DIGIT_ZERO) return -1
      } else {
        units = units * 10 + (code - DIGIT_ZERO)
        if (fractionDigits >= 0) fractionDigits++
      }
    } else if (code === POINT && fractionDigits < 0) {
      fractionDigits = 0
    } else {
      return -1
    }
  }
  units *= powerOfTen(decimals - Math.max(fractionDigits, 0))
  return units <= Number.MAX_SAFE_INTEGER ? units : -1
}

const DIGIT_ZERO = 48
const POINT = 46

function isDigit(code: number): boolean {
  return code >= DIGIT_ZERO && code <= DIGIT_ZERO + 9
}

/** Signs, and every text that is to be refused with a sentence. */
function parseAnyUnits(text: string, decimals: number, field: string): number {
  const units = Number(parseScaled(text, decimals, field))
  if (!Number.isSafeInteger(units)) {
    throw badAmount(field, text, `at most ${formatUnits(Number.MAX_SAFE_INTEGER, decimals)}`)
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
  assert(shift >= 0, 'priceDecimals + quantityDecimals is at most 18')
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
 * @param rate parts of 10^-8: 0.1 % is 100_000n. A rebate (negative) rounds towards zero.
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
const POWERS_AS_NUMBERS = POWERS_OF_TEN.map(Number)

/** 10^power as a double, exact for 0 to 18. */
export function powerOfTen(power: number): number {
  const value = POWERS_AS_NUMBERS[power]
  assert(value !== undefined, 'decimals are whole numbers from 0 to 18')
  return value
}

function badAmount(field: string, text: string, allowed: string): GenesisError {
  return new GenesisError('bad-input', `${field} is "${text}"; it must be ${allowed}`, {
    details: { field, value: text },
  })
}
