import { expect, test } from 'vitest'
import { createRandom } from '../../runtime/index.ts'
import { adaptiveLimiter, type AdaptiveLimiterOptions } from '../limits/adaptive-limiter.ts'
import { bulkhead } from '../limits/bulkhead.ts'
import { clientThrottle, type ClientThrottleOptions } from '../limits/client-throttle.ts'
import { SimulatedCalls, timedOut, transient } from '../limits/simulated-calls.ts'
import { runFor } from '../limits/simulated-server.ts'
import { refusal } from '../refusal.ts'

/** Named cases of other people's suites: file, case, and what of it holds here. */
const VEGAS = 'Netflix concurrency-limits VegasLimitTest.java'
const GRADIENT = 'Envoy gradient_controller_test.cc'
const THROTTLER = 'failsafe-go adaptivethrottler/adaptivethrottler_test.go'

function limited(options: AdaptiveLimiterOptions = {}) {
  const limiter = adaptiveLimiter({ random: createRandom(1), ...options })
  return { limiter, calls: new SimulatedCalls(limiter) }
}

function throttled(options: ClientThrottleOptions) {
  const throttle = clientThrottle({ random: createRandom(1), ...options })
  return { throttle, calls: new SimulatedCalls(throttle) }
}

/** Keeps so many calls of that latency in flight, for so long. */
function keepInFlight(calls: SimulatedCalls, count: number, latencyMs: number, forMs: number) {
  calls.serve = (call) => call.answerAfter(latencyMs)
  for (let ms = 0; ms < forMs; ms += latencyMs) {
    calls.sendMany(count)
    runFor(calls, latencyMs)
  }
}

test(`${VEGAS}: increaseLimit`, () => {
  const { limiter, calls } = limited({ limit: 10 })

  keepInFlight(calls, 10, 10, 3_000)

  expect(limiter.limit).toBeGreaterThan(10)
})

test(`${VEGAS}: decreaseLimit`, () => {
  const { limiter, calls } = limited({ limit: 10 })
  keepInFlight(calls, 10, 10, 1_000)
  const before = limiter.limit

  keepInFlight(calls, before, 50, 2_000)

  expect(limiter.limit).toBeLessThan(before)
})

test(`${VEGAS}: noChangeIfWithinThresholds; unused room does not grow`, () => {
  const { limiter, calls } = limited({ limit: 20 })

  keepInFlight(calls, 8, 10, 10_000)

  expect(limiter.limit).toBe(20)
})

test('failsafe-go adaptivelimiter/adaptivelimiter_test.go: should prevent max limit decrease on inflight dip', () => {
  const { limiter, calls } = limited({ limit: 10 })
  keepInFlight(calls, 10, 10, 2_000)
  const before = limiter.limit

  keepInFlight(calls, 2, 10, 2_000)

  expect(limiter.limit).toBe(before)
})

test(`${GRADIENT}: MinRTTEpoch; a sample sent under another limit is left out`, () => {
  const { limiter, calls } = limited({ limit: 10 })
  calls.serve = () => undefined
  const early = calls.sendMany(4)
  keepInFlight(calls, 6, 10, 3_000)
  const { limit, baselineMs } = limiter
  expect(limit).not.toBe(10)

  early.forEach((call) => call.answer())

  expect(limiter).toMatchObject({ limit, baselineMs, inFlight: 0 })
})

test(`${GRADIENT}: CancelLatencySample; a call given up frees its place and says nothing`, () => {
  const { limiter, calls } = limited({ limit: 10 })
  const given = calls.sendMany(10)
  runFor(calls, 60_000)

  given.forEach((call) => call.giveUp(refusal('aborted')))

  expect(limiter).toMatchObject({ limit: 10, inFlight: 0, baselineMs: 0 })
})

test('Netflix concurrency-limits #137: every call takes exactly the timeout; the limit falls', () => {
  const { limiter, calls } = limited({ limit: 20 })
  calls.serve = (call) => call.answerAfter(1_000, timedOut)

  for (let seconds = 0; seconds < 30; seconds++) {
    calls.sendMany(20)
    runFor(calls, 1_000)
  }

  expect(limiter.limit).toBe(1)
})

test(`${THROTTLER}: should not reject when execution threshold is not met`, () => {
  const { throttle, calls } = throttled({ volumeMin: 20 })
  calls.serve = (call) => call.answer(transient)

  calls.sendMany(20)
  expect(throttle.refused).toBe(0)
  calls.sendMany(20)

  expect(throttle.refused).toBeGreaterThan(0)
})

test(`${THROTTLER}: should respect max rejection rate`, () => {
  const { throttle, calls } = throttled({ rejectMax: 0.5 })
  calls.serve = (call) => call.answer(transient)

  calls.sendMany(2_000)

  expect(throttle.rejection(2, calls.clock.monotonicMs())).toBe(0.5)
  expect(throttle.refused / 2_000).toBeCloseTo(0.5, 1)
})

test('cockatiel src/BulkheadPolicy.test.ts: should process next queued item when previous item was aborted', () => {
  const limit = bulkhead({ running: 1, waiting: 10 })
  const calls = new SimulatedCalls(limit)
  const [first, second, third] = calls.sendMany(3)

  second?.giveUp(refusal('aborted'))
  first?.answer()
  third?.answer()

  expect([first, second, third].map((call) => call?.result)).toEqual(['ok', 'aborted', 'ok'])
  expect([limit.running, limit.waiting]).toEqual([0, 0])
})

test('cockatiel src/BulkheadPolicy.test.ts: queues requests, and rejects after queue limit', () => {
  const calls = new SimulatedCalls(bulkhead({ running: 2, waiting: 2 }))

  const sent = calls.sendMany(5)

  expect(sent.map((call) => call.result)).toEqual([...Array(4).fill(undefined), 'queue-full'])
})

test('Netflix concurrency-limits LifoBlockingLimiterTest.java: timeoutAcquireRaceCondition', () => {
  const limit = bulkhead({ running: 1, waiting: 1_000 })
  const calls = new SimulatedCalls(limit)

  for (let round = 0; round < 10; round++) {
    const one = calls.send()
    const waiters = calls.sendMany(10)
    // The place comes free in the instant in which they all give up; one may get it while it does.
    waiters[0]?.giveUp(refusal('no-time'))
    one.answer()
    waiters.forEach((waiter) => (waiter.hasRun ? waiter.answer() : waiter.giveUp()))
    expect([limit.running, limit.waiting]).toEqual([0, 0])
  }
})
