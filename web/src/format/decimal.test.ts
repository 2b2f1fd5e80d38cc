import { expect, test } from 'vitest'
import { formatDecimal, formatPercent, productOf, signOf, sumOf } from './decimal.ts'

test.each([
  ['0', {}, '0'],
  ['1234567.891', {}, '1,234,567.891'],
  ['1234567.895', { decimals: 2 }, '1,234,567.90'],
  ['-1234.5', { decimals: 2 }, '\u22121,234.50'],
  ['12', { decimals: 2, plus: true }, '+12.00'],
  ['-0.004', { decimals: 2, plus: true }, '0.00'],
  ['0.005', { decimals: 2 }, '0.01'],
  ['999.999', { decimals: 2 }, '1,000.00'],
  ['9007199254740993.000000000000000001', {}, '9,007,199,254,740,993.000000000000000001'],
  ['61837.6', { decimals: 0 }, '61,838'],
] as const)('%s is shown as %o %s', (text, shape, shown) => {
  expect(formatDecimal(text, shape)).toBe(shown)
})

test('sums and products are exact where floats are not', () => {
  expect(sumOf(['0.1', '0.2'])).toBe('0.3')
  expect(sumOf(['-1.05', '1', '0.05'])).toBe('0.00')
  expect(sumOf([])).toBe('0')
  expect(productOf('61837.63', '-0.00001')).toBe('-0.6183763')
})

test('a fraction is shown as per cent', () => {
  expect(formatPercent('0.0125')).toBe('1.25 %')
  expect(formatPercent('1')).toBe('100.00 %')
  expect(formatPercent('-0.5', 0)).toBe('\u221250 %')
})

test('the sign is that of the amount, and nothing has none', () => {
  expect([signOf('-0.01'), signOf('0.00'), signOf('-0'), signOf('3')]).toEqual([-1, 0, 0, 1])
})
