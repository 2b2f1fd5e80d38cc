import { IndicatorsSync } from '@ixjb94/indicators'
import fc from 'fast-check'
import { StochasticOscillator } from 'trading-signals'
import { test } from 'vitest'
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
import { Stochastic } from './stochastic.ts'

indicatorConformance({
  make: () => new Stochastic(),
  feed: (indicator, bar) => indicator.update(bar.high, bar.low, bar.close),
  outputs: ({ value, signal }) => [value, signal],
  readyAfter: 16,
})

test.skipIf(withoutReference)('it gives values of the tests of Stock.Indicators', () => {
  const stochastic = new Stochastic()

  const rows = referenceBars().map((bar) => {
    stochastic.update(bar.high, bar.low, bar.close)
    return [stochastic.value, stochastic.signal] as const
  })

  expectSamples(
    rows.map(([k]) => k),
    [
      [15, 81.1252998993887],
      [100, 95.83733730737625],
      [249, 83.20200121710185],
      [501, 43.13534970567061],
    ],
  )
  expectSamples(
    rows.map(([, d]) => d),
    [
      [100, 92.56802961406008],
      [249, 83.0812628938102],
      [501, 35.56744038514107],
    ],
  )
})

test('it agrees with trading-signals and @ixjb94/indicators', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 40 }), (seed, period) => {
      const bars = syntheticBars(seed, 300)
      const { high, low, close } = columns(bars)
      const stochastic = new Stochastic({ period })
      const options = { kPeriod: period, kSlowingPeriod: 3, dPeriod: 3 }
      const oracle = new StochasticOscillator(options).updates(bars)
      const [k] = new IndicatorsSync().stoch(high, low, close, period, 3, 3)

      const rows = bars.map((bar) => {
        stochastic.update(bar.high, bar.low, bar.close)
        return [stochastic.value, stochastic.signal] as const
      })

      expectSameSeries(
        rows.map(([, d]) => d),
        oracle.map((of) => of?.stochD),
      )
      expectSameEnd(
        rows.map(([value]) => value),
        k!,
      )
    }),
  )
})
