import fc from 'fast-check'
import { SuperTrend } from 'trading-signals'
import { expect, test } from 'vitest'
import { indicatorConformance } from './indicator.conformance.ts'
import {
  expectSameEnd,
  expectSamples,
  referenceBars,
  syntheticBars,
  withoutReference,
} from './market.conformance.ts'
import { Supertrend } from './supertrend.ts'

indicatorConformance({
  make: () => new Supertrend(),
  feed: (indicator, bar) => indicator.update(bar.high, bar.low, bar.close),
  outputs: ({ value, direction }) => [value, direction],
  readyAfter: 11,
})

test.skipIf(withoutReference)('it gives values of the tests of Stock.Indicators', () => {
  const supertrend = new Supertrend()

  const values = referenceBars().map((bar) => supertrend.update(bar.high, bar.low, bar.close))

  expectSamples(values, [
    [10, 210.059],
    [100, 225.365318869875],
    [249, 254.004135100218],
    [501, 251.807983370328],
  ])
})

test('once the first bar is forgotten it agrees with trading-signals', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const bars = syntheticBars(seed, 1200)
      const supertrend = new Supertrend()

      const values = bars.map((bar) => supertrend.update(bar.high, bar.low, bar.close))

      const oracle = new SuperTrend().updates(bars)
      expectSameEnd(
        values,
        oracle.map((of) => of?.supertrend),
        { skip: 800 },
      )
    }),
  )
})

test('in a rising trend the line never falls', () => {
  const supertrend = new Supertrend()
  let line = 0
  for (let bar = 0; bar < 100; bar++) {
    supertrend.update(bar + 2, bar, bar + 1 + (bar % 2))
    if (supertrend.ready) expect(supertrend.value).toBeGreaterThanOrEqual(line)
    line = supertrend.ready ? supertrend.value : 0
  }

  expect(supertrend.direction).toBe(1)
})
