import fc from 'fast-check'
import { expect, test } from 'vitest'
import { indicatorConformance } from './indicator.conformance.ts'
import { expectSameSeries, syntheticBars } from './market.conformance.ts'
import { StandardDeviation } from './standard-deviation.ts'

indicatorConformance({
  make: () => new StandardDeviation(10),
  feed: (indicator, bar) => indicator.update(bar.close),
  outputs: ({ value, mean }) => [value, mean],
  readyAfter: 10,
})

test('it agrees with the direct computation', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 60 }), (seed, period) => {
      const closes = syntheticBars(seed, 300).map((bar) => bar.close)
      const deviation = new StandardDeviation(period)

      const values = closes.map((close) => deviation.update(close))

      expectSameSeries(
        values,
        closes.map((_, bar) => directDeviation(closes, bar, period)),
      )
    }),
  )
})

test('a small deviation of large prices does not drown', () => {
  const deviation = new StandardDeviation(4)

  for (const price of [1e9, 1e9 + 1, 1e9, 1e9 + 1, 1e9, 1e9 + 1]) deviation.update(price)

  expect(deviation.value).toBe(0.5)
  expect(deviation.mean).toBe(1e9 + 0.5)
})

test('after a jump the flat prices that follow are exactly flat', () => {
  const deviation = new StandardDeviation(5)
  for (let bar = 0; bar < 8; bar++) deviation.update(0.1)

  for (let bar = 0; bar < 5; bar++) deviation.update(70_000.3)

  expect(deviation.value).toBe(0)
  expect(deviation.mean).toBe(70_000.3)
})

function directDeviation(values: readonly number[], bar: number, period: number): number {
  if (bar < period - 1) return Number.NaN
  const window = values.slice(bar - period + 1, bar + 1)
  const mean = window.reduce((sum, value) => sum + value, 0) / period
  return Math.sqrt(window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / period)
}
