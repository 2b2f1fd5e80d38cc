import { IndicatorsSync } from '@ixjb94/indicators'
import fc from 'fast-check'
import { SMA } from 'trading-signals'
import { expect, test } from 'vitest'
import { indicatorConformance } from './indicator.conformance.ts'
import {
  expectSameEnd,
  expectSameSeries,
  referenceBars,
  referenceValues,
  syntheticBars,
  withoutReference,
} from './market.conformance.ts'
import { Sma } from './sma.ts'

indicatorConformance({
  make: () => new Sma(10),
  feed: (indicator, bar) => indicator.update(bar.close),
  outputs: ({ value }) => [value],
  readyAfter: 10,
})

test.skipIf(withoutReference)('it gives the recorded values of Stock.Indicators', () => {
  const sma = new Sma(20)

  const values = referenceBars().map((bar) => sma.update(bar.close))

  expectSameSeries(values, referenceValues('sma')['sma']!)
})

test('it agrees with trading-signals and @ixjb94/indicators', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (seed, period) => {
      const closes = syntheticBars(seed, 300).map((bar) => bar.close)
      const sma = new Sma(period)

      const values = closes.map((close) => sma.update(close))

      expectSameSeries(values, new SMA(period).updates(closes))
      expectSameEnd(values, new IndicatorsSync().sma(closes, period))
    }),
  )
})

test('a period that is no whole number above 0 is refused by name', () => {
  expect(() => new Sma(0)).toThrow('period is 0; it must be a whole number from 1 to 100000')
  expect(() => new Sma(2.5)).toThrow('period is 2.5')
})
