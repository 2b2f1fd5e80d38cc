import { IndicatorsSync } from '@ixjb94/indicators'
import fc from 'fast-check'
import { CCI } from 'trading-signals'
import { expect, test } from 'vitest'
import { indicatorConformance } from './indicator.conformance.ts'
import {
  columns,
  expectSameEnd,
  expectSameSeries,
  expectSamples,
  referenceBars,
  syntheticBars,
  withoutReference,
} from './market.conformance.ts'
import { Cci } from './cci.ts'

indicatorConformance({
  make: () => new Cci(20),
  feed: (indicator, bar) => indicator.update(bar.high, bar.low, bar.close),
  outputs: ({ value }) => [value],
  readyAfter: 20,
})

test.skipIf(withoutReference)('it gives values of the tests of Stock.Indicators', () => {
  const cci = new Cci(20)

  const values = referenceBars().map((bar) => cci.update(bar.high, bar.low, bar.close))

  expectSamples(values, [
    [19, 18.39120471093807],
    [100, 170.76414014905734],
    [249, 83.74474309745908],
    [501, -52.99456594699088],
  ])
})

test('it agrees with trading-signals and @ixjb94/indicators wherever prices moved', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 40 }), (seed, period) => {
      const bars = syntheticBars(seed, 300)
      const { high, low, close } = columns(bars)
      const cci = new Cci(period)

      const values = bars.map((bar) => cci.update(bar.high, bar.low, bar.close))

      // The oracles round the mean, of which a nearly flat window makes much and a flat one 0 / 0.
      const unlessFlat = (value: number | null, bar: number) => (values[bar] === 0 ? 0 : value)
      const second = new IndicatorsSync().cci(high, low, close, period)
      const missing = Array.from({ length: bars.length - second.length }, () => null)
      expectSameSeries(values, new CCI(period).updates(bars).map(unlessFlat), 1e-6)
      expectSameEnd(values, [...missing, ...second].map(unlessFlat), {
        skip: period,
        tolerance: 1e-6,
      })
    }),
  )
})

test('bars whose typical prices differ by their rounding only are flat', () => {
  const cci = new Cci(2)

  cci.update(0.18, 0.02, 0.1)
  cci.update(0.1, 0.1, 0.1)

  expect((0.18 + 0.02 + 0.1) / 3).not.toBe((0.1 + 0.1 + 0.1) / 3)
  expect(cci.value).toBe(0)
})

test('a flat market is exactly 0', () => {
  const cci = new Cci(3)

  for (let bar = 0; bar < 5; bar++) cci.update(0.1, 0.1, 0.1)

  expect(cci.value).toBe(0)
})
