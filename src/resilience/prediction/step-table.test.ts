import { expect, test } from 'vitest'
import { stepTable } from './step-table.ts'

test.each([
  [49, 0.99],
  [50, 0.95],
  [100, 0.85],
  [200, 0.65],
  [500, 0.4],
  [1_000, 0.2],
])('at a mean of %d ms it says %d', (meanMs, probability) => {
  expect(stepTable(meanMs, false)).toBe(probability)
})

test('while latency rises it says 0.9 - 2 x mean, and 0.1 at least', () => {
  expect(stepTable(100, true)).toBeCloseTo(0.7, 12)
  expect(stepTable(1_000, true)).toBe(0.1)
})
