import { expect, test } from 'vitest'
import { createRandom } from '../../runtime/index.ts'
import { LatencyLine } from './latency-line.ts'

test('Nothing overtakes, and every delay is within its bounds.', () => {
  const line = new LatencyLine<number>({ minMs: 5, meanMs: 20, maxMs: 60 }, createRandom(1))
  for (let now = 0; now < 200; now++) line.push(now, now)

  let last = 0
  for (let expected = 0; expected < 200; expected++) {
    const due = line.nextDue
    expect(due).toBeGreaterThanOrEqual(Math.max(last, expected + 5))
    expect(due).toBeLessThanOrEqual(expected + 60)
    expect(line.shift()).toBe(expected)
    last = due
  }
  expect(line.nextDue).toBe(Infinity)
})

test('Without a latency an item is due when it is sent.', () => {
  const line = new LatencyLine<string>(null, createRandom(1))

  line.push('a', 7)

  expect([line.nextDue, line.length, line.shift()]).toEqual([7, 1, 'a'])
})
