import { IndicatorsSync } from '@ixjb94/indicators'
import fc from 'fast-check'
import { DonchianChannels } from 'trading-signals'
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
import { Donchian } from './donchian.ts'

indicatorConformance({
  make: () => new Donchian(20),
  feed: (indicator, bar) => indicator.update(bar.high, bar.low),
  outputs: ({ value, upper, lower }) => [value, upper, lower],
  readyAfter: 20,
})

test.skipIf(withoutReference)("its value of the bar before is Stock.Indicators' channel", () => {
  const channel = new Donchian(20)

  const rows = referenceBars().map((bar) => {
    const before = [channel.upper, channel.lower] as const
    channel.update(bar.high, bar.low)
    return before
  })

  expectSamples(
    rows.map(([upper]) => upper),
    [
      [20, 217.02],
      [100, 229.7],
      [249, 258.7],
      [501, 273.59],
    ],
  )
  expectSamples(
    rows.map(([, lower]) => lower),
    [
      [20, 211.52],
      [100, 223.39],
      [249, 249.87],
      [501, 229.42],
    ],
  )
})

test('it agrees with trading-signals and @ixjb94/indicators', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (seed, period) => {
      const bars = syntheticBars(seed, 300)
      const channel = new Donchian(period)

      const rows = bars.map((bar) => {
        channel.update(bar.high, bar.low)
        return [channel.upper, channel.lower] as const
      })

      const uppers = rows.map(([upper]) => upper)
      const lowers = rows.map(([, lower]) => lower)
      const oracle = new DonchianChannels(period).updates(bars)
      const { high, low } = columns(bars)
      expectSameSeries(
        lowers,
        oracle.map((of) => of?.lower),
      )
      expectSameEnd(uppers, new IndicatorsSync().max(high, period))
      expectSameEnd(lowers, new IndicatorsSync().min(low, period))
    }),
  )
})
