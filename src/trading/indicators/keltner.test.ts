import fc from 'fast-check'
import { KeltnerChannels } from 'trading-signals'
import { test } from 'vitest'
import { indicatorConformance } from './indicator.conformance.ts'
import {
  expectSameEnd,
  expectSamples,
  referenceBars,
  syntheticBars,
  withoutReference,
} from './market.conformance.ts'
import { Keltner } from './keltner.ts'

indicatorConformance({
  make: () => new Keltner(),
  feed: (indicator, bar) => indicator.update(bar.high, bar.low, bar.close),
  outputs: ({ value, upper, lower }) => [value, upper, lower],
  readyAfter: 20,
})

test.skipIf(withoutReference)('it gives values of the tests of Stock.Indicators', () => {
  const keltner = new Keltner()

  const rows = referenceBars().map((bar) => {
    keltner.update(bar.high, bar.low, bar.close)
    return [keltner.value, keltner.upper, keltner.lower] as const
  })

  expectSamples(
    rows.map(([middle]) => middle),
    [
      [19, 214.52499999999995],
      [249, 255.3872637775541],
      [501, 249.35189668034732],
    ],
  )
  expectSamples(
    rows.map(([, upper]) => upper),
    [
      [19, 217.27319330883594],
      [249, 257.9278403774089],
      [501, 262.18729460652884],
    ],
  )
  expectSamples(
    rows.map((row) => row[2]),
    [
      [19, 211.77680669116396],
      [249, 252.84668717769924],
      [501, 236.5164987541658],
    ],
  )
})

test('once the seeds are forgotten it agrees with trading-signals', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const bars = syntheticBars(seed, 900)
      const keltner = new Keltner()

      const uppers = bars.map((bar) => {
        keltner.update(bar.high, bar.low, bar.close)
        return keltner.upper
      })

      const oracle = new KeltnerChannels().updates(bars)
      expectSameEnd(
        uppers,
        oracle.map((of) => of?.upper),
        { skip: 600 },
      )
    }),
  )
})
