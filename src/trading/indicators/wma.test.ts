import { IndicatorsSync } from '@ixjb94/indicators'
import fc from 'fast-check'
import { WMA } from 'trading-signals'
import { test } from 'vitest'
import { indicatorConformance } from './indicator.conformance.ts'
import {
  expectSameEnd,
  expectSameSeries,
  expectSamples,
  referenceBars,
  syntheticBars,
  withoutReference,
} from './market.conformance.ts'
import { Wma } from './wma.ts'

indicatorConformance({
  make: () => new Wma(10),
  feed: (indicator, bar) => indicator.update(bar.close),
  outputs: ({ value }) => [value],
  readyAfter: 10,
})

test.skipIf(withoutReference)('it gives values of the tests of Stock.Indicators', () => {
  const wma = new Wma(14)

  const values = referenceBars().map((bar) => wma.update(bar.close))

  expectSamples(values, [
    [13, 214.00314285714285],
    [100, 227.50009523809527],
    [249, 257.20533333333333],
    [501, 243.36971428571428],
  ])
})

test('it agrees with trading-signals and @ixjb94/indicators', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 60 }), (seed, period) => {
      const closes = syntheticBars(seed, 300).map((bar) => bar.close)
      const wma = new Wma(period)

      const values = closes.map((close) => wma.update(close))

      expectSameSeries(values, new WMA(period).updates(closes))
      expectSameEnd(values, new IndicatorsSync().wma(closes, period))
    }),
  )
})
