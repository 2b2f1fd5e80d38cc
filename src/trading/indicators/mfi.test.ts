import fc from 'fast-check'
import { MFI } from 'trading-signals'
import { test } from 'vitest'
import { indicatorConformance } from './indicator.conformance.ts'
import {
  expectSameSeries,
  expectSamples,
  referenceBars,
  syntheticBars,
  withoutReference,
} from './market.conformance.ts'
import { Mfi } from './mfi.ts'

indicatorConformance({
  make: () => new Mfi(14),
  feed: (indicator, bar) => indicator.update(bar.high, bar.low, bar.close, bar.volume),
  outputs: ({ value }) => [value],
  readyAfter: 15,
})

test.skipIf(withoutReference)('it gives values of the tests of Stock.Indicators', () => {
  const mfi = new Mfi(14)

  const values = referenceBars().map((bar) => mfi.update(bar.high, bar.low, bar.close, bar.volume))

  expectSamples(values, [
    [14, 47.81444632100904],
    [100, 60.886398469606334],
    [249, 66.00714159805119],
    [501, 39.949377041250514],
  ])
})

test('it agrees with trading-signals', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, period) => {
      const bars = syntheticBars(seed, 300)
      const mfi = new Mfi(period)

      const values = bars.map((bar) => mfi.update(bar.high, bar.low, bar.close, bar.volume))

      expectSameSeries(values, new MFI(period).updates(bars))
    }),
  )
})
