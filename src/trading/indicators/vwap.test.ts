import fc from 'fast-check'
import { VWAP } from 'trading-signals'
import { expect, test } from 'vitest'
import { indicatorConformance } from './indicator.conformance.ts'
import {
  expectSameSeries,
  expectSamples,
  referenceBars,
  syntheticBars,
  type TestBar,
  withoutReference,
} from './market.conformance.ts'
import { Vwap } from './vwap.ts'

indicatorConformance({
  make: () => new Vwap(),
  feed: (indicator, bar) => indicator.update(bar.close, bar.volume),
  outputs: ({ value }) => [value],
  readyAfter: 1,
})

test.skipIf(withoutReference)('it gives values of the tests of Stock.Indicators', () => {
  const vwap = new Vwap()

  const values = referenceBars().map((bar) => vwap.update(typical(bar), bar.volume))

  expectSamples(values, [
    [0, 212.5566666666667],
    [100, 221.76695962485834],
    [249, 232.47714655686508],
    [501, 250.37004770976762],
  ])
})

test('it agrees with trading-signals on every bar with volume', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const bars = syntheticBars(seed, 300).filter((bar) => bar.volume > 0)
      const vwap = new Vwap()

      const values = bars.map((bar) => vwap.update(typical(bar), bar.volume))

      expectSameSeries(values, new VWAP().updates(bars))
    }),
  )
})

test('a new session starts again', () => {
  const vwap = new Vwap()
  vwap.update(10, 5, 1)
  vwap.update(20, 5, 1)

  expect(vwap.value).toBe(15)
  expect(vwap.update(30, 5, 2)).toBe(30)
})

function typical({ high, low, close }: TestBar): number {
  return (high + low + close) / 3
}
