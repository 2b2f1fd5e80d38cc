import { IndicatorsSync } from '@ixjb94/indicators'
import fc from 'fast-check'
import { RSI } from 'trading-signals'
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
import { Rsi } from './rsi.ts'

indicatorConformance({
  make: () => new Rsi(14),
  feed: (indicator, bar) => indicator.update(bar.close),
  outputs: ({ value }) => [value],
  readyAfter: 15,
})

test.skipIf(withoutReference)('it gives the recorded values of Stock.Indicators', () => {
  const rsi = new Rsi(14)

  const values = referenceBars().map((bar) => rsi.update(bar.close))

  expectSameSeries(values, referenceValues('rsi')['rsi']!)
})

test('it agrees with trading-signals and @ixjb94/indicators where prices have moved', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 30 }), (seed, period) => {
      const closes = movingCloses(seed)
      const rsi = new Rsi(period)

      const values = closes.map((close) => rsi.update(close))

      expectSameSeries(values, new RSI(period).updates(closes))
      expectSameEnd(values, new IndicatorsSync().rsi(closes, period))
    }),
  )
})

test('it is 100 where prices only rose, 0 where they only fell, 50 where they stood', () => {
  const rsiOf = (step: number) => {
    const rsi = new Rsi(3)
    for (let bar = 0; bar < 5; bar++) rsi.update(10 + bar * step)
    return rsi.value
  }

  expect([rsiOf(1), rsiOf(-1), rsiOf(0)]).toStrictEqual([100, 0, 50])
})

/** With a fall and a rise at the start, since the oracles disagree where nothing moved. */
function movingCloses(seed: number): number[] {
  return [100, 99, 101, ...syntheticBars(seed, 300).map((bar) => bar.close)]
}
