import fc from 'fast-check'
import { BollingerBands } from 'trading-signals'
import { expect, test } from 'vitest'
import { indicatorConformance } from './indicator.conformance.ts'
import {
  expectSameSeries,
  referenceBars,
  referenceValues,
  syntheticBars,
  withoutReference,
} from './market.conformance.ts'
import { Bollinger } from './bollinger.ts'

indicatorConformance({
  make: () => new Bollinger(),
  feed: (indicator, bar) => indicator.update(bar.close),
  outputs: ({ value, upper, lower, percentB, width }) => [value, upper, lower, percentB, width],
  readyAfter: 20,
})

test.skipIf(withoutReference)('it gives the recorded values of Stock.Indicators', () => {
  const bands = new Bollinger()

  const rows = referenceBars().map((bar) => {
    bands.update(bar.close)
    return {
      sma: bands.value,
      upperBand: bands.upper,
      lowerBand: bands.lower,
      percentB: bands.percentB,
      width: bands.width,
    }
  })

  const expected = referenceValues('bb')
  for (const name of ['sma', 'upperBand', 'lowerBand', 'percentB', 'width'] as const) {
    expectSameSeries(
      rows.map((row) => row[name]),
      expected[name]!,
    )
  }
})

// @ixjb94/indicators is no oracle here: it subtracts large squares and is up to 1e-8 off.
test('it agrees with trading-signals', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 60 }), (seed, period) => {
      const closes = syntheticBars(seed, 300).map((bar) => bar.close)
      const bands = new Bollinger({ period })
      const oracle = new BollingerBands(period, 2).updates(closes)

      const uppers = closes.map((close) => {
        bands.update(close)
        return bands.upper
      })

      expectSameSeries(
        uppers,
        oracle.map((of) => of?.upper),
      )
    }),
  )
})

test('deviations of 0 are refused by name', () => {
  expect(() => new Bollinger({ deviations: 0 })).toThrow('deviations is 0; it must be above 0')
})
