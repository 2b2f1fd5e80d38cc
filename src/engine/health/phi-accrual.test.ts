import { expect, test } from 'vitest'
import { createRandom } from '../../runtime/index.ts'
import { PhiAccrual } from './phi-accrual.ts'

/** Beats every 100 ms on average, with the given deviation; returns the time of the last. */
function beating(phi: PhiAccrual, deviationMs: number, beats = 200): number {
  const random = createRandom(1)
  let now = 0
  for (let beat = 0; beat < beats; beat += 1) {
    now += Math.max(1, 100 + deviationMs * random.normal())
    phi.heartbeat(now)
  }
  return now
}

test('a silence is as suspicious as it is improbable', () => {
  const phi = new PhiAccrual({ nowMs: 0, expectedGapMs: 100 })
  const last = beating(phi, 20)

  expect(phi.phi(last + 50)).toBeLessThan(0.1)
  expect(phi.phi(last + 100)).toBeCloseTo(0.3, 1)
  // Three deviations out: 1.35 in 1,000.
  expect(phi.phi(last + 160)).toBeGreaterThan(2)
  expect(phi.phi(last + 160)).toBeLessThan(4)
  expect(phi.phi(last + 1_000)).toBeGreaterThan(100)
})

test('whoever is irregular is given more time', () => {
  const regular = new PhiAccrual({ nowMs: 0, expectedGapMs: 100 })
  const irregular = new PhiAccrual({ nowMs: 0, expectedGapMs: 100 })
  const [one, other] = [beating(regular, 10), beating(irregular, 40)]

  expect(regular.phi(one + 200)).toBeGreaterThan(8)
  expect(irregular.phi(other + 200)).toBeLessThan(3)
})

test('of suspicions at phi 2 about one in a hundred is wrong', () => {
  const phi = new PhiAccrual({ nowMs: 0, expectedGapMs: 100, window: 1_000 })
  const random = createRandom(2)
  let now = 0
  let wrong = 0
  for (let beat = 0; beat < 20_000; beat += 1) {
    now += Math.max(1, 100 + 20 * random.normal())
    if (beat >= 1_000 && phi.phi(now) >= 2) wrong += 1
    phi.heartbeat(now)
  }

  expect(wrong / 19_000).toBeGreaterThan(0.007)
  expect(wrong / 19_000).toBeLessThan(0.013)
})

test('one that never spoke is suspected by the gap it was expected to keep', () => {
  const phi = new PhiAccrual({ nowMs: 1_000, expectedGapMs: 100 })

  expect(phi.phi(1_050)).toBeLessThan(0.1)
  expect(phi.phi(1_300)).toBeGreaterThan(8)
})

test('a metronome is not suspected for a millisecond', () => {
  const phi = new PhiAccrual({ nowMs: 0, expectedGapMs: 100 })
  const last = beating(phi, 0)

  expect(phi.phi(last + 101)).toBeLessThan(0.5)
})

test('an accepted pause is nothing special', () => {
  const phi = new PhiAccrual({ nowMs: 0, expectedGapMs: 100, acceptedPauseMs: 3_000 })
  const last = beating(phi, 10)

  expect(phi.phi(last + 3_000)).toBeLessThan(0.1)
  expect(phi.phi(last + 3_300)).toBeGreaterThan(8)
})

test('a gap that has left the window is forgotten', () => {
  const phi = new PhiAccrual({ nowMs: 0, expectedGapMs: 100, window: 10 })
  phi.heartbeat(60_000)
  for (let beat = 1; beat <= 10; beat += 1) phi.heartbeat(60_000 + 100 * beat)

  expect(phi.phi(61_200)).toBeGreaterThan(3)
})
