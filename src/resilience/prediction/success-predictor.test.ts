import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../runtime/index.ts'
import { LatencyPredictor } from './latency-predictor.ts'
import { SuccessPredictor } from './success-predictor.ts'

function taught(count: number, succeeds: (call: number) => boolean, leftMs = 1_000) {
  const success = new SuccessPredictor()
  for (let call = 0; call < count; call++) success.learn(leftMs, succeeds(call), call)
  return success
}

test('before it has learnt anything it is hopeful, and not certain', () => {
  expect(new SuccessPredictor().probability(1_000)).toBe(0.95)
})

test('what always succeeds it trusts, what always fails it does not', () => {
  expect(taught(1_000, () => true).probability(1_000)).toBeGreaterThan(0.99)
  expect(taught(1_000, () => false).probability(1_000)).toBeLessThan(0.05)
})

test.each([0.2, 0.5, 0.8, 0.95])('when %d of calls succeed, that is what it says', (share) => {
  const random = createRandom(5)
  const success = taught(5_000, () => random.next() < share)
  let stated = 0

  for (let call = 0; call < 20_000; call++) {
    stated += success.probability(1_000) / 20_000
    success.learn(1_000, random.next() < share, call)
  }

  expect(Math.abs(stated - share)).toBeLessThan(0.02)
})

test('a call that was out of time by just what is expected does not spoil what it knows', () => {
  const latency = new LatencyPredictor()
  for (let call = 0; call < 50; call++) latency.record(100, call)
  const success = new SuccessPredictor({ latency })
  for (let call = 0; call < 50; call++) success.learn(1_000, true, call)

  for (const leftMs of [-latency.expectedMs, -latency.p95Ms, -99.9, -1e9, 0]) {
    success.learn(leftMs, false, 50)
    expect(success.probability(leftMs)).toBeLessThan(0.7)
  }
  for (let call = 0; call < 200; call++) success.learn(1_000, true, call)

  expect(success.probability(1_000)).toBeGreaterThan(0.9)
})

test('a few failures in a row are enough to doubt, a few successes to hope again', () => {
  const success = taught(1_000, () => true)

  for (let call = 0; call < 5; call++) success.learn(1_000, false, call)
  expect(success.probability(1_000)).toBeLessThan(0.5)

  for (let call = 0; call < 10; call++) success.learn(1_000, true, call)
  expect(success.probability(1_000)).toBeGreaterThan(0.7)
})

test('with less time left than calls take, success is unlikely; with more, it is not', () => {
  const random = createRandom(6)
  const latency = new LatencyPredictor()
  const success = new SuccessPredictor({ latency })

  for (let call = 0; call < 5_000; call++) {
    const tookMs = 400 + random.exponential(100)
    const leftMs = random.next() < 0.5 ? 250 : 3_000
    if (tookMs <= leftMs) latency.record(tookMs, call)
    else latency.recordCensored(leftMs, call)
    success.learn(leftMs, tookMs <= leftMs, call)
  }

  expect(success.probability(250)).toBeLessThan(0.15)
  expect(success.probability(3_000)).toBeGreaterThan(0.85)
  expect(success.probability(Infinity)).toBeGreaterThan(0.85)
})

test('whatever it is taught, it states a probability', () => {
  const lessons = fc.array(
    fc.record({
      leftMs: fc.oneof(fc.constant(0), fc.constant(Infinity), fc.nat(100_000)),
      tookMs: fc.oneof(fc.constant(0), fc.nat(100_000)),
      succeeded: fc.boolean(),
    }),
    { maxLength: 300 },
  )
  fc.assert(
    fc.property(lessons, (taughtHere) => {
      const latency = new LatencyPredictor()
      const success = new SuccessPredictor({ latency })

      for (const { leftMs, tookMs, succeeded } of taughtHere) {
        latency.record(tookMs, 0)
        success.learn(leftMs, succeeded, 0)
      }

      for (const leftMs of [0, 1, 1_000, Infinity]) {
        const stated = success.probability(leftMs)
        expect(stated >= 0 && stated <= 1).toBe(true)
      }
    }),
  )
})

test('asking after every outcome gives the same probability as asking at the end', () => {
  const [asked, left] = [new SuccessPredictor(), new SuccessPredictor()]

  for (let index = 0; index < 1_003; index++) {
    for (const each of [asked, left]) each.learn(100, index % 300 !== 7, index)
    expect(asked.probability(100)).toBeGreaterThan(0)
  }

  expect(left.probability(100)).toBe(asked.probability(100))
})
