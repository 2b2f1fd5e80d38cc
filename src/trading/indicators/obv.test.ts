import fc from 'fast-check'
import { OBV } from 'trading-signals'
import { test } from 'vitest'
import { indicatorConformance } from './indicator.conformance.ts'
import {
  expectSameEnd,
  expectSamples,
  referenceBars,
  syntheticBars,
  withoutReference,
} from './market.conformance.ts'
import { Obv } from './obv.ts'

indicatorConformance({
  make: () => new Obv(),
  feed: (indicator, bar) => indicator.update(bar.close, bar.volume),
  outputs: ({ value }) => [value],
  readyAfter: 1,
})

test.skipIf(withoutReference)('it gives values of the tests of Stock.Indicators', () => {
  const obv = new Obv()

  const values = referenceBars().map((bar) => obv.update(bar.close, bar.volume))

  expectSamples(values, [
    [0, 0],
    [100, 494183424],
    [249, 1780918888],
    [501, 539843504],
  ])
})

test('it agrees with trading-signals', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const bars = syntheticBars(seed, 300)
      const obv = new Obv()

      const values = bars.map((bar) => obv.update(bar.close, bar.volume))

      expectSameEnd(values, new OBV(2).updates(bars), { skip: 2 })
    }),
  )
})
