import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../runtime/index.ts'
import type { Criticality } from '../criticality.ts'
import { Events, type ResilienceEvent } from '../events.ts'
import type { OnceOutcome } from '../outcome.ts'
import { refusal } from '../refusal.ts'
import { adaptiveLimiter, type AdaptiveLimiterOptions } from './adaptive-limiter.ts'
import { fatal, lost, overload, SimulatedCalls, timedOut, transient } from './simulated-calls.ts'
import { runFor, SimulatedServer } from './simulated-server.ts'

function limited(options: AdaptiveLimiterOptions = {}) {
  const limiter = adaptiveLimiter({ random: createRandom(1), ...options })
  return { limiter, calls: new SimulatedCalls(limiter) }
}

/** Keeps the limiter as full as it lets itself be, for so long. */
function saturate(calls: SimulatedCalls, forMs: number): void {
  const { clock } = calls
  for (const endMs = clock.monotonicMs() + forMs; clock.monotonicMs() < endMs;) {
    while (calls.send().result === undefined);
    runFor(calls, 10)
  }
}

function goodput(calls: SimulatedCalls) {
  const ok = calls.sent.filter((call) => call.result === 'ok')
  const tookMs = ok.map(({ attempt: { call } }) => call.nowMs - call.startedAtMs)
  const sorted = tookMs.toSorted((a, b) => a - b)
  return { count: ok.length, p99Ms: sorted[Math.floor(sorted.length * 0.99)] as number }
}

test('every call takes exactly the timeout: the limit falls', () => {
  const { limiter, calls } = limited({ limit: 20 })
  calls.serve = (call) => call.answerAfter(5_000, timedOut)

  saturate(calls, 60_000)

  expect(limiter.limit).toBe(1)
})

test('every call takes exactly the timeout of a side that only says the reply was lost', () => {
  const { limiter, calls } = limited({ limit: 20 })
  calls.serve = (call) => call.answerAfter(5_000, lost)

  saturate(calls, 60_000)

  expect(limiter.limit).toBe(1)
})

test('one call after the other that times out makes the limit fall, too', () => {
  const { limiter, calls } = limited({ limit: 20 })
  for (let call = 0; call < 100; call++) {
    calls.send().answerAfter(5_000, timedOut)
    runFor(calls, 5_000)
  }

  expect(limiter.limit).toBeLessThanOrEqual(2)
})

test('a side that recovers gets its calls back', () => {
  const { limiter, calls } = limited()
  calls.serve = (call) => call.answerAfter(1_000, timedOut)
  saturate(calls, 30_000)
  expect(limiter.limit).toBe(1)

  calls.serve = (call) => call.answerAfter(10)
  saturate(calls, 10_000)

  expect(limiter.limit).toBeGreaterThan(20)
})

test('three times too much load: almost all of what can be done is done, and without a queue', () => {
  const { limiter, calls } = limited()
  const server = new SimulatedServer(calls, { servers: 20, meanMs: 10 })
  server.load(6_000, 5_000, () => calls.send())
  calls.sent.length = 0

  server.load(6_000, 20_000, () => calls.send())

  // 20 servers of 10 ms do 2 000 a second; one call alone has its p99 at 46 ms.
  const { count, p99Ms } = goodput(calls)
  expect(count / 40_000).toBeGreaterThan(0.95)
  expect(p99Ms).toBeLessThan(60)
  expect(limiter.limit).toBeLessThan(45)
})

test('a load the other side can take is not refused', () => {
  const { limiter, calls } = limited()
  const server = new SimulatedServer(calls, { servers: 20, meanMs: 10 })

  server.load(1_200, 20_000, () => calls.send())

  expect(limiter.refused / calls.sent.length).toBeLessThan(0.01)
})

test('when half of the other side is gone the limit follows, and when it is back, too', () => {
  const { limiter, calls } = limited()
  const server = new SimulatedServer(calls, { servers: 40, meanMs: 10 })
  server.load(8_000, 8_000, () => calls.send())
  const whole = limiter.limit

  server.servers = 10
  server.load(8_000, 8_000, () => calls.send())
  const quarter = limiter.limit
  server.servers = 40
  server.load(8_000, 12_000, () => calls.send())

  expect(quarter).toBeLessThan(whole / 2)
  expect(limiter.limit).toBeGreaterThan(whole / 2)
})

test('under overload the five levels are served in order, and the lowest goes first', () => {
  const { calls } = limited()
  const server = new SimulatedServer(calls, { servers: 20, meanMs: 10 })
  // Each level wants half of the capacity: two levels fit, and peaks of the first are kept free.
  const send = () => calls.send({ criticality: Math.floor(pick.next() * 5) as Criticality })
  const pick = createRandom(3)
  server.load(5_000, 5_000, send)
  calls.sent.length = 0

  server.load(5_000, 20_000, send)

  const served = [0, 1, 2, 3, 4].map((level) => {
    const ofLevel = calls.sent.filter((call) => call.attempt.call.criticality === level)
    return ofLevel.filter((call) => call.result !== 'overloaded').length / ofLevel.length
  })
  const [sheddable, degraded, normal, important, essential] = served as [
    number,
    number,
    number,
    number,
    number,
  ]
  expect(essential).toBeGreaterThan(0.98)
  expect(important).toBeGreaterThan(0.7)
  expect(important).toBeGreaterThan(normal)
  expect(normal).toBeGreaterThan(degraded)
  expect(degraded).toBeGreaterThanOrEqual(sheddable)
  expect(sheddable).toBeLessThan(0.1)
  expect(essential + important + normal + degraded + sheddable).toBeGreaterThan(1.8)
})

test('calls of the lowest level alone may use all but the one place kept for essential ones', () => {
  const { limiter, calls } = limited({ limit: 20 })

  calls.sendMany(30, { criticality: 0 })
  const essential = calls.send({ criticality: 4 })

  expect(calls.running).toHaveLength(20)
  expect(essential.hasRun).toBe(true)
  expect([limiter.headroom, limiter.refused]).toEqual([0, 11])
})

test.each([
  ['an abort', refusal('aborted')],
  ['a refusal further in', refusal('circuit-open')],
  ['a fatal error', fatal],
  ['a quick failure', transient],
] satisfies [string, OnceOutcome<unknown>][])(
  '%s gives the place back and is no sample',
  (_what, outcome) => {
    const { limiter, calls } = limited()
    calls.serve = (call) => call.answerAfter(1, outcome)

    saturate(calls, 5_000)
    runFor(calls, 10)

    expect([limiter.limit, limiter.baselineMs, limiter.inFlight]).toEqual([20, 0, 0])
  },
)

test('calls given up by their caller give their places back', () => {
  const { limiter, calls } = limited()
  calls.sendMany(10).forEach((call) => call.giveUp())

  expect([limiter.inFlight, limiter.headroom]).toEqual([0, 20])
})

test('overload replies make the limit fall', () => {
  const { limiter, calls } = limited()
  calls.serve = (call) => call.answerAfter(1, overload)

  saturate(calls, 5_000)

  expect(limiter.limit).toBe(1)
})

test('a deadline too short for a usual call says nothing about load', () => {
  const { limiter, calls } = limited()
  calls.serve = (call) => call.answerAfter(20)
  saturate(calls, 5_000)
  const { limit } = limiter

  calls.serve = (call) => call.answerAfter(10, timedOut)
  saturate(calls, 5_000)

  expect(limiter.limit).toBe(limit)
})

test('a call that was retried is no sample: its time includes our own waiting', () => {
  const { limiter, calls } = limited()
  const retried = { ok: true, value: 1, source: 'live', attempts: 3, elapsedMs: 900 } as const
  calls.serve = (call) => call.answerAfter(900, retried)

  saturate(calls, 20_000)

  expect([limiter.limit, limiter.baselineMs]).toEqual([20, 0])
})

test('whoever listens hears of a changed limit', () => {
  const events = new Events('orders')
  const heard: ResilienceEvent[] = []
  events.on((event) => heard.push(event))
  const { calls } = limited({ events })
  calls.serve = (call) => call.answerAfter(1, overload)

  saturate(calls, 200)

  expect(heard[0]).toEqual({ policy: 'orders', type: 'limit.changed', from: 20, to: 10 })
})

test('in shadow nothing is refused, and what would have been is counted', () => {
  const { limiter, calls } = limited({ limit: 5, shadow: true })

  calls.sendMany(8)

  expect(calls.running).toHaveLength(8)
  expect([limiter.refused, limiter.wouldRefuse]).toEqual([0, 4])
})

test('property: never more than the limit is in flight, and every call has one outcome', () => {
  const outcomes = [undefined, timedOut, overload, transient, fatal]
  const action = fc.oneof(
    fc.record({ send: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ answer: fc.nat(20), how: fc.nat(4) }),
    fc.record({ giveUp: fc.nat(100) }),
    fc.record({ waitMs: fc.integer({ min: 1, max: 200 }) }),
  )

  fc.assert(
    fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
      const { limiter, calls } = limited({ limit: 4, limitMax: 12 })
      for (const step of actions) {
        if ('send' in step) {
          const call = calls.send({ criticality: step.send as Criticality })
          if (call.hasRun) expect(limiter.inFlight).toBeLessThanOrEqual(limiter.limit)
        } else if ('answer' in step) calls.running[step.answer]?.answer(outcomes[step.how])
        else if ('giveUp' in step) calls.sent[step.giveUp]?.giveUp()
        else runFor(calls, step.waitMs)
        expect(limiter.inFlight).toBe(calls.sent.filter((call) => call.result === undefined).length)
      }
      for (const call of calls.sent) call.giveUp()
      expect(limiter.inFlight).toBe(0)
      expect(calls.sent.every((call) => call.outcomes.length === 1)).toBe(true)
    }),
  )
})
