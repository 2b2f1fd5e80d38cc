import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Histogram } from './histogram.ts'

test('an empty histogram says zero everywhere', () => {
  const histogram = new Histogram()

  expect(histogram.snapshot()).toEqual({
    count: 0,
    min: 0,
    mean: 0,
    max: 0,
    p50: 0,
    p90: 0,
    p99: 0,
    p999: 0,
  })
})

test('count, mean, min and max are exact', () => {
  const histogram = new Histogram()

  for (let value = 1; value <= 1_000; value++) histogram.record(value)

  expect([histogram.count, histogram.mean, histogram.min, histogram.max]).toEqual([
    1_000, 500.5, 1, 1_000,
  ])
})

for (const digits of [2, 3] as const) {
  test(`every quantile is right to ${digits} digits`, () => {
    const value = fc.double({ min: 0.001, max: 3_600_000, noNaN: true })

    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const histogram = new Histogram({ digits })
          for (const each of values) histogram.record(each)
          const sorted = values.toSorted((a, b) => a - b)
          const exact = sorted[Math.max(0, Math.ceil(share * values.length) - 1)]!

          const quantile = histogram.quantile(share)

          expect(quantile).toBeGreaterThanOrEqual(exact)
          expect(quantile).toBeLessThanOrEqual(exact * (1 + 10 ** -digits))
        },
      ),
    )
  })
}

test('values outside the range are counted at its ends, and max stays exact', () => {
  const histogram = new Histogram({ lowest: 1, highest: 100 })

  for (const value of [-5, 0, 1e12, Infinity]) histogram.record(value)

  expect([histogram.count, histogram.min, histogram.max]).toEqual([4, -5, Infinity])
  expect(histogram.quantile(1)).toBe(Infinity)
  expect(histogram.quantile(0.5)).toBeLessThan(1.01)
})

test('what is not a number is a programmer error', () => {
  expect(() => new Histogram().record(Number.NaN)).toThrow('a recorded value is a number')
})

test('merging equals recording all in one', () => {
  const [left, right, all] = [new Histogram(), new Histogram(), new Histogram()]

  for (let value = 1; value < 500; value++) {
    ;(value % 3 === 0 ? left : right).record(value)
    all.record(value)
  }
  left.merge(right)

  expect(left.snapshot()).toEqual(all.snapshot())
})

test('histograms of different shapes do not merge', () => {
  expect(() => new Histogram().merge(new Histogram({ digits: 3 }))).toThrow('same range')
})

test('a reset histogram is as new', () => {
  const histogram = new Histogram()
  histogram.record(7)

  histogram.reset()
  histogram.record(3)

  expect(histogram.snapshot()).toMatchObject({ count: 1, min: 3, max: 3, p50: 3 })
})
