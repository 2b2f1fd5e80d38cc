import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LatencySample } from './latency-sample.ts'

function medianOf(latenciesMs: Iterable<number>): number {
  const sample = new LatencySample()
  for (const latencyMs of latenciesMs) sample.add(latencyMs)
  return sample.median()
}

test('the median is the middle, or between the two in the middle', () => {
  expect(medianOf([])).toBe(0)
  expect(medianOf([7])).toBe(7)
  expect(medianOf([9, 1, 5])).toBe(5)
  expect(medianOf([9, 1, 5, 6])).toBe(5.5)
})

test('one pause in a hundred does not move it', () => {
  expect(medianOf(Array.from({ length: 1_000 }, (_, i) => (i % 100 === 0 ? 5_000 : 10)))).toBe(10)
})

test('a cleared sample starts anew', () => {
  const sample = new LatencySample()
  for (let count = 0; count < 1_000; count++) sample.add(100)

  sample.clear()
  sample.add(3)

  expect([sample.count, sample.median()]).toEqual([1, 3])
})

test('property: of a long row in rising order the median is near the middle', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), (length) => {
      const median = medianOf(Array.from({ length }, (_, index) => index))

      expect(Math.abs(median - (length - 1) / 2)).toBeLessThanOrEqual(length / 32 + 1)
    }),
  )
})
