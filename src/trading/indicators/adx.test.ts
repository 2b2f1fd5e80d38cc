import fc from 'fast-check'
import { ADX } from 'trading-signals'
import { test } from 'vitest'
import { indicatorConformance } from './indicator.conformance.ts'
import {
  expectSameEnd,
  expectSamples,
  referenceBars,
  syntheticBars,
  type TestBar,
  withoutReference,
} from './market.conformance.ts'
import { Adx } from './adx.ts'

indicatorConformance({
  make: () => new Adx(14),
  feed: (indicator, bar) => indicator.update(bar.high, bar.low, bar.close),
  outputs: ({ value, plusDi, minusDi }) => [value, plusDi, minusDi],
  readyAfter: 28,
})

test.skipIf(withoutReference)('it gives values of the tests of Stock.Indicators', () => {
  const adx = new Adx(14)

  const rows = referenceBars().map((bar) => {
    adx.update(bar.high, bar.low, bar.close)
    return [adx.value, adx.plusDi, adx.minusDi] as const
  })

  expectSamples(
    rows.map(([value]) => value),
    [
      [27, 15.945852232273458],
      [100, 19.199097680765135],
      [249, 30.491957735676724],
      [501, 34.298699144618226],
    ],
  )
  expectSamples(
    rows.map(([, plus]) => plus),
    [
      [27, 33.70084321980573],
      [501, 17.75652311356243],
    ],
  )
  expectSamples(
    rows.map((row) => row[2]),
    [
      [27, 16.73992750151572],
      [501, 31.15096867463606],
    ],
  )
})

test('once the first bars are forgotten it agrees with trading-signals', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 14 }), (seed, period) => {
      const bars = withoutTies(syntheticBars(seed, 1800))
      const adx = new Adx(period)

      const values = bars.map((bar) => adx.update(bar.high, bar.low, bar.close))

      expectSameEnd(values, new ADX(period).updates(bars), { skip: 800 })
    }),
  )
})

/** The oracle counts a bar that reaches as far up as down twice; Wilder does not count it. */
function withoutTies(bars: readonly TestBar[]): TestBar[] {
  const kept: TestBar[] = []
  for (const bar of bars) {
    const before = kept.at(-1)
    const rise = before ? bar.high - before.high : 0
    const fall = before ? before.low - bar.low : 0
    if (rise <= 0 || Math.abs(rise - fall) > 1e-9) kept.push(bar)
  }
  return kept
}
