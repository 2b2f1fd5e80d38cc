import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decimalText,
  feeOf,
  formatMoney,
  formatRate,
  formatUnits,
  type Money,
  moneyToNumber,
  notional,
  parseMoney,
  parseRate,
  parseScaled,
  parseUnits,
  type Price,
  type Quantity,
  quantityToMoney,
  wholeMoney,
} from './money.ts'

const Exact = Decimal.clone({ precision: 200, toExpNeg: -100, toExpPos: 100 })

test('every amount survives text and back, to the last digit', () => {
  fc.assert(
    fc.property(fc.bigInt(-(10n ** 40n), 10n ** 40n), (raw) => {
      const text = formatMoney(raw as Money)

      expect(parseMoney(text)).toBe(raw)
      expect(text).toBe(new Exact(raw.toString()).div('1e18').toString())
    }),
  )
})

test('units of every scale survive text and back', () => {
  const units = fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })

  fc.assert(
    fc.property(units, fc.integer({ min: 0, max: 18 }), (value, decimals) => {
      expect(parseUnits(formatUnits(value, decimals), decimals, 'price')).toBe(
        value === 0 ? 0 : value,
      )
    }),
  )
})

test('the fast parser and the exact one agree on every plain text', () => {
  const digits = fc.stringMatching(/^\d{1,12}(\.\d{0,8})?$/)

  fc.assert(
    fc.property(digits, fc.integer({ min: 0, max: 8 }), (text, decimals) => {
      const exact = outcome(() => Number(parseScaled(text, decimals)))
      const fast = outcome(() => parseUnits(text, decimals, 'amount'))

      if (typeof exact === 'number' && exact > Number.MAX_SAFE_INTEGER) return
      expect(fast).toBe(exact)
    }),
  )
})

test('price times quantity is exact', () => {
  const price = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
  const quantity = fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })
  const decimals = fc.integer({ min: 0, max: 9 })

  fc.assert(
    fc.property(price, quantity, decimals, decimals, (p, q, priceDecimals, quantityDecimals) => {
      const money = notional(p as Price, q as Quantity, { priceDecimals, quantityDecimals })

      const expected = new Exact(p).mul(q).div(new Exact(10).pow(priceDecimals + quantityDecimals))
      expect(formatMoney(money)).toBe(expected.toString().replace(/^-0$/, '0'))
    }),
  )
})

test('a fee is never below the exact share, and above it by less than one unit', () => {
  const rate = fc.bigInt(-100_000_000n, 100_000_000n)

  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 30n), rate, (amount, parts) => {
      const fee = new Exact(feeOf(amount as Money, parts).toString())

      const excess = fee.minus(new Exact(amount.toString()).mul(parts.toString()).div('1e8'))
      expect(excess.gte(0) && excess.lt(1)).toBe(true)
    }),
  )
})

test('a decimal text names the same double without an exponent', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = decimalText(value)

      expect(text).toMatch(/^-?\d+(\.\d+)?$/)
      expect(Number(text)).toBe(value === 0 ? 0 : value)
      expect(new Exact(text).eq(new Exact(value))).toBe(true)
    }),
  )
})

test('digits beyond the scale are refused, not rounded', () => {
  expect(() => parseUnits('1.234', 2, 'limitPrice')).toThrow(
    'limitPrice is "1.234"; it must be a number of at most 2 decimals',
  )
})

test.each(['', '.', '.5', '1e3', '0x10', '1,5', ' 1', '1 ', 'NaN', '--1', '1.2.3'])(
  'text that is no plain decimal is refused: "%s"',
  (text) => {
    expect(() => parseUnits(text, 8, 'quantity')).toThrow('a plain decimal number such as 12.5')
  },
)

test('a number beyond the safe whole numbers is refused', () => {
  expect(() => parseUnits('90071992547409.92', 2, 'price')).toThrow(
    'price is "90071992547409.92"; it must be at most 90071992547409.91',
  )
  expect(parseUnits('90071992547409.91', 2, 'price')).toBe(Number.MAX_SAFE_INTEGER)
})

test('trailing zeros beyond the scale are no digits', () => {
  expect(parseUnits('61837.63000000', 2, 'price')).toBe(6_183_763)
})

test('a signed text is parsed', () => {
  expect(parseUnits('-12.50', 2, 'price')).toBe(-1250)
  expect(parseUnits('+12.5', 2, 'price')).toBe(1250)
})

test('rates, whole amounts and quantities share one scale with money', () => {
  expect(parseRate('0.001', 'fee')).toBe(100_000n)
  expect(formatRate(100_000n)).toBe('0.001')
  expect(formatMoney(wholeMoney(-3))).toBe('-3')
  expect(formatMoney(quantityToMoney(150 as Quantity, 2))).toBe('1.5')
  expect(moneyToNumber(parseMoney('1234.5'))).toBe(1234.5)
})

function outcome<Value>(run: () => Value): Value | string {
  try {
    return run()
  } catch (error) {
    return (error as Error).message
  }
}
