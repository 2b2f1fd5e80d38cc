import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Indicator } from './indicator.ts'
import { syntheticBars, type TestBar } from './market.conformance.ts'

export interface IndicatorCase<Kind extends Indicator> {
  readonly make: () => Kind
  readonly feed: (indicator: Kind, bar: TestBar) => void
  /** Every output, `value` first. */
  readonly outputs: (indicator: Kind) => number[]
  /** Bars until `value` is ready. */
  readonly readyAfter: number
}

/** What every indicator owes, whatever it computes. One call in each indicator's test. */
export function indicatorConformance<Kind extends Indicator>(of: IndicatorCase<Kind>): void {
  test('it is NaN until it has seen enough bars and finite from then on', () => {
    const indicator = of.make()

    const values = syntheticBars(1, 300).map((bar) => {
      of.feed(indicator, bar)
      return indicator.value
    })

    expect(values.findIndex((value) => !Number.isNaN(value))).toBe(of.readyAfter - 1)
    expect(values.slice(of.readyAfter - 1).every(Number.isFinite)).toBe(true)
  })

  test('restored from a checkpoint at any bar it continues bit for bit', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(120), fc.nat(80), (seed, before, after) => {
        const bars = syntheticBars(seed, before + after)
        const original = of.make()
        for (const bar of bars.slice(0, before)) of.feed(original, bar)

        const restored = of.make()
        restored.restore(JSON.parse(JSON.stringify(original.snapshot())))

        for (const bar of bars.slice(before)) {
          of.feed(original, bar)
          of.feed(restored, bar)
          expect(of.outputs(restored)).toStrictEqual(of.outputs(original))
        }
        expect(restored.snapshot()).toStrictEqual(original.snapshot())
      }),
      { numRuns: 60 },
    )
  })

  test('a state of another length is refused', () => {
    const state = of.make().snapshot()

    expect(() => of.make().restore([...state, 1])).toThrow(/does not fit/)
    expect(() => of.make().restore(state.slice(1))).toThrow(/does not fit/)
  })

  test('flat bars without volume give finite values', () => {
    const indicator = of.make()
    const bar = { open: 0.1, high: 0.1, low: 0.1, close: 0.1, volume: 0 }

    for (let count = 0; count < 200; count++) of.feed(indicator, bar)

    expect(of.outputs(indicator).every(Number.isFinite)).toBe(true)
  })
}
