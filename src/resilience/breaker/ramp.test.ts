import { expect, test } from 'vitest'
import { Ramp } from './ramp.ts'

const admitted = (ramp: Ramp, step: number, percent: number, calls: number) =>
  Array.from({ length: calls }, () => ramp.admits(step, percent)).filter(Boolean).length

test.each([5, 10, 25, 50, 100])('at %d % that share of a thousand calls passes', (percent) => {
  const passed = admitted(new Ramp(), 1, percent, 1_000)

  expect(passed - percent * 10).toBeGreaterThanOrEqual(0)
  expect(passed - percent * 10).toBeLessThanOrEqual(3)
})

test('the first few calls of every step pass, so that a quiet client is not refused', () => {
  const ramp = new Ramp()

  expect([admitted(ramp, 1, 5, 3), admitted(ramp, 2, 10, 3)]).toEqual([3, 3])
})
