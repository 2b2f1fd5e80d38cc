import { expect, test } from 'vitest'
import { exponential } from '../../runtime/index.ts'
import { logNormalTail } from './normal-tail.ts'

test.each([
  [-8, 1],
  [-3, 0.9986501019683699],
  [-1, 0.8413447460685429],
  [0, 0.5],
  [1, 0.15865525393145705],
  [2, 0.022750131948179195],
  [2.0001, 0.0227447335],
  [3, 0.0013498980316300933],
  [5, 2.8665157187919333e-7],
  [8, 6.220960574271785e-16],
])('above %d lies the share %d', (y, share) => {
  expect(exponential(logNormalTail(y)) / share).toBeCloseTo(1, 6)
})

test('far out it goes on falling and stays finite', () => {
  expect(logNormalTail(100)).toBeCloseTo(-5005.524, 2)
  expect(logNormalTail(1_000)).toBeLessThan(logNormalTail(999))
  expect(Number.isFinite(logNormalTail(1_000_000))).toBe(true)
})
