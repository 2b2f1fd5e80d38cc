import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../runtime/index.ts'
import { Backoff } from './backoff.ts'

const random = createRandom(1)

test('without jitter the wait doubles up to its cap', () => {
  const backoff = new Backoff({ baseMs: 100, maxMs: 1_000, jitter: 'none', random })

  const delays = [1, 2, 3, 4, 5, 6].map((failures) => backoff.delayMs(failures, 0))

  expect(delays).toEqual([100, 200, 400, 800, 1_000, 1_000])
})

test('full jitter spreads evenly from 0 to the doubled wait', () => {
  const backoff = new Backoff({ baseMs: 100, random })

  const delays = Array.from({ length: 4_000 }, () => backoff.delayMs(3, 0))
  const mean = delays.reduce((sum, delayMs) => sum + delayMs, 0) / delays.length

  expect(Math.min(...delays)).toBeLessThan(10)
  expect(Math.max(...delays)).toBeGreaterThan(390)
  expect(mean).toBeGreaterThan(190)
  expect(mean).toBeLessThan(210)
})

test('decorrelated jitter lies between the base and three times the wait before', () => {
  const backoff = new Backoff({ baseMs: 100, maxMs: 700, jitter: 'decorrelated', random })

  const delays = Array.from({ length: 1_000 }, () => backoff.delayMs(4, 200))

  expect(Math.min(...delays)).toBeGreaterThanOrEqual(100)
  expect(Math.max(...delays)).toBeLessThanOrEqual(600)
  expect(backoff.delayMs(9, 10_000)).toBeLessThanOrEqual(700)
})

test('whatever the number of failures, a wait is a number between 0 and its cap', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('full', 'decorrelated', 'none' as const),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.integer({ min: 0, max: 1e9 }),
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      (jitter, baseMs, failures, beforeMs) => {
        const backoff = new Backoff({ baseMs, maxMs: 1e6, jitter, random })
        const delayMs = backoff.delayMs(failures, beforeMs)
        expect(delayMs >= 0 && delayMs <= 1e6).toBe(true)
      },
    ),
  )
})

test('options outside their range are named', () => {
  expect(() => new Backoff({ baseMs: -1, random })).toThrow('baseMs is 0 or more, not -1')
  expect(() => new Backoff({ baseMs: 10, maxMs: 5, random })).toThrow('maxMs is at least baseMs')
})
