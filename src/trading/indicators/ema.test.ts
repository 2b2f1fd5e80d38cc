import { IndicatorsSync } from '@ixjb94/indicators'
import fc from 'fast-check'
import { EMA } from 'trading-signals'
import { test } from 'vitest'
import { indicatorConformance } from './indicator.conformance.ts'
import {
  expectSameEnd,
  expectSameSeries,
  referenceBars,
  referenceValues,
  syntheticBars,
  withoutReference,
} from './market.conformance.ts'
import { Ema } from './ema.ts'

indicatorConformance({
  make: () => new Ema(10),
  feed: (indicator, bar) => indicator.update(bar.close),
  outputs: ({ value }) => [value],
  readyAfter: 10,
})

test.skipIf(withoutReference)('it gives the recorded values of Stock.Indicators', () => {
  const ema = new Ema(20)

  const values = referenceBars().map((bar) => ema.update(bar.close))

  expectSameSeries(values, referenceValues('ema')['ema']!)
})

test('once the seed is forgotten it agrees with trading-signals and @ixjb94/indicators', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, period) => {
      const closes = syntheticBars(seed, 800).map((bar) => bar.close)
      const ema = new Ema(period)

      const values = closes.map((close) => ema.update(close))

      expectSameEnd(values, new EMA(period).updates(closes), { skip: 600 })
      expectSameEnd(values, new IndicatorsSync().ema(closes, period), { skip: 600 })
    }),
  )
})
