import fc from 'fast-check'
import { EMA, MACD } from 'trading-signals'
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
import { Macd } from './macd.ts'

indicatorConformance({
  make: () => new Macd(),
  feed: (indicator, bar) => indicator.update(bar.close),
  outputs: ({ value, signal, histogram }) => [value, signal, histogram],
  readyAfter: 26,
})

test.skipIf(withoutReference)('it gives the recorded values of Stock.Indicators', () => {
  const macd = new Macd()

  const rows = referenceBars().map((bar) => {
    macd.update(bar.close)
    return { value: macd.value, signal: macd.signal, histogram: macd.histogram }
  })

  const { macd: values, signal, histogram } = referenceValues('macd')
  expectSameSeries(
    rows.map((row) => row.value),
    values!,
  )
  expectSameSeries(
    rows.map((row) => row.signal),
    signal!,
  )
  expectSameSeries(
    rows.map((row) => row.histogram),
    histogram!,
  )
})

// @ixjb94/indicators is no oracle here: its two averages begin with the first price.
test('once the seeds are forgotten it agrees with trading-signals', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const closes = syntheticBars(seed, 900).map((bar) => bar.close)
      const macd = new Macd()
      const oracle = new MACD(new EMA(12), new EMA(26), new EMA(9)).updates(closes)

      const rows = closes.map((close) => [macd.update(close), macd.signal] as const)

      const line = rows.map(([value]) => value)
      const signal = rows.map((row) => row[1])
      expectSameEnd(
        line,
        oracle.map((of) => of?.macd),
        { skip: 600 },
      )
      expectSameEnd(
        signal,
        oracle.map((of) => of?.signal),
        { skip: 600 },
      )
    }),
  )
})

test('a fast period that is not below the slow one is refused', () => {
  expect(() => new Macd({ fast: 26 })).toThrow('fast is 26; it must be below slow, 26')
})
