import { IndicatorsSync } from '@ixjb94/indicators'
import fc from 'fast-check'
import { ATR } from 'trading-signals'
import { test } from 'vitest'
import { indicatorConformance } from './indicator.conformance.ts'
import {
  columns,
  expectSameEnd,
  expectSameSeries,
  referenceBars,
  referenceValues,
  syntheticBars,
  withoutReference,
} from './market.conformance.ts'
import { Atr } from './atr.ts'

indicatorConformance({
  make: () => new Atr(14),
  feed: (indicator, bar) => indicator.update(bar.high, bar.low, bar.close),
  outputs: ({ value }) => [value],
  readyAfter: 15,
})

test.skipIf(withoutReference)('it gives the recorded values of Stock.Indicators', () => {
  const atr = new Atr(14)

  const values = referenceBars().map((bar) => atr.update(bar.high, bar.low, bar.close))

  expectSameSeries(values, referenceValues('atr')['atr']!)
})

test('once the first bar is forgotten it agrees with trading-signals and @ixjb94', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 20 }), (seed, period) => {
      const bars = syntheticBars(seed, 1000)
      const { high, low, close } = columns(bars)
      const atr = new Atr(period)

      const values = bars.map((bar) => atr.update(bar.high, bar.low, bar.close))

      expectSameEnd(values, new ATR(period).updates(bars), { skip: 700 })
      expectSameEnd(values, new IndicatorsSync().atr(high, low, close, period), { skip: 700 })
    }),
  )
})
