import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Criticality } from '../criticality.ts'
import { rateLimiter } from './rate-limiter.ts'
import { SimulatedCalls, timedOut } from './simulated-calls.ts'

test('a start too many is refused, with the time to come again', async () => {
  const limit = rateLimiter({ limit: 2, perMs: 1_000 })
  const calls = new SimulatedCalls(limit)
  calls.send()
  await calls.clock.advance(300)
  calls.send()
  await calls.clock.advance(100)

  const third = calls.send()

  expect(third.outcomes[0]).toMatchObject({ refused: 'rate-limited', retryAfterMs: 600 })
  expect([limit.started, limit.refused]).toEqual([2, 1])
})

test('the next may start as soon as the one `limit` before it is old enough', async () => {
  const calls = new SimulatedCalls(rateLimiter({ limit: 2, perMs: 1_000 }))
  calls.sendMany(2)

  await calls.clock.advance(999)
  const early = calls.send()
  await calls.clock.advance(1)
  const [third, fourth, fifth] = calls.sendMany(3)

  expect([early, third, fourth, fifth].map((call) => call?.hasRun)).toEqual([
    false,
    true,
    true,
    false,
  ])
})

test('waiters start in their turn, the most critical first', async () => {
  const limit = rateLimiter({ limit: 1, perMs: 100, waiting: 3 })
  const calls = new SimulatedCalls(limit)
  calls.send()
  const low = calls.send({ criticality: 0 })
  const high = calls.send({ criticality: 3 })

  await calls.clock.advance(100)
  expect([low.hasRun, high.hasRun]).toEqual([false, true])
  await calls.clock.advance(100)

  expect(low.hasRun).toBe(true)
  expect(low.attempt.call.nowMs).toBe(200)
  expect(limit.waiting).toBe(0)
})

test('an aborted waiter leaves at once, and its turn goes to the next', async () => {
  const limit = rateLimiter({ limit: 1, perMs: 100, waiting: 1 })
  const calls = new SimulatedCalls(limit)
  calls.send()
  const gone = calls.send()

  gone.giveUp()
  const next = calls.send()
  await calls.clock.advance(100)

  expect([gone.result, gone.hasRun, next.hasRun]).toEqual(['aborted', false, true])
})

test('nobody waits for a turn that comes after its deadline', () => {
  const calls = new SimulatedCalls(rateLimiter({ limit: 1, perMs: 1_000, waiting: 5 }))
  calls.send()

  const hopeless = calls.send({ deadlineMs: 500 })
  const patient = calls.send({ deadlineMs: 5_000 })

  expect([hopeless.result, patient.result]).toEqual(['rate-limited', undefined])
})

test('a waiter whose deadline comes first is told that there was no time', async () => {
  const limit = rateLimiter({ limit: 1, perMs: 100, waiting: 5 })
  const calls = new SimulatedCalls(limit)
  calls.sendMany(2)
  const late = calls.send({ deadlineMs: 150 })

  await calls.clock.advance(150)
  late.giveUp(timedOut)

  expect(late.result).toBe('no-time')
  expect([limit.left, limit.waiting]).toEqual([1, 0])
})

test('a full line gives its least critical place to a more critical newcomer', () => {
  const calls = new SimulatedCalls(rateLimiter({ limit: 1, perMs: 1_000, waiting: 1 }))
  calls.send()
  const low = calls.send({ criticality: 1 })

  const high = calls.send({ criticality: 2 })

  expect([low.result, high.result]).toEqual(['rate-limited', undefined])
})

test('setting the wall clock back an hour changes nothing', async () => {
  const calls = new SimulatedCalls(rateLimiter({ limit: 1, perMs: 1_000 }))
  calls.send()

  calls.clock.stepWallClock(-3_600_000)
  await calls.clock.advance(1_000)

  expect(calls.send().hasRun).toBe(true)
})

test('in shadow everything starts, and what would have been refused is counted', () => {
  const limit = rateLimiter({ limit: 1, perMs: 1_000, shadow: true })
  const calls = new SimulatedCalls(limit)

  calls.sendMany(5)

  expect(calls.sent.every((call) => call.hasRun)).toBe(true)
  expect([limit.wouldRefuse, limit.refused]).toEqual([4, 0])
})

test('an idle limiter has no timer', async () => {
  const limit = rateLimiter({ limit: 1, perMs: 100, waiting: 2 })
  const calls = new SimulatedCalls(limit)
  calls.sendMany(3)

  await calls.clock.advance(1_000)

  expect(calls.clock.timerCount).toBe(0)
})

test('property: no window of `perMs`, wherever it is laid, holds more than `limit` starts', async () => {
  const arrivals = fc.array(
    fc.record({
      gapMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 }), fc.constant(500)),
      level: fc.integer({ min: 0, max: 4 }),
      abortsNext: fc.boolean(),
    }),
    { minLength: 1, maxLength: 60 },
  )
  const options = fc.record({
    limit: fc.integer({ min: 1, max: 7 }),
    perMs: fc.integer({ min: 1, max: 100 }),
    waiting: fc.integer({ min: 0, max: 5 }),
  })

  await fc.assert(
    fc.asyncProperty(options, arrivals, async (settings, steps) => {
      const limit = rateLimiter(settings)
      const calls = new SimulatedCalls(limit)
      const startsMs: number[] = []
      calls.serve = (call) => {
        startsMs.push(calls.clock.monotonicMs())
        call.answer()
      }

      for (const { gapMs, level, abortsNext } of steps) {
        await calls.clock.advance(gapMs)
        const call = calls.send({ criticality: level as Criticality })
        if (abortsNext) call.giveUp()
        expect(limit.waiting).toBeLessThanOrEqual(settings.waiting)
      }
      await calls.clock.runUntilIdle({ limitMs: 1e6 })

      const isTooSoon = (startMs: number, index: number) =>
        index >= settings.limit &&
        startMs - (startsMs[index - settings.limit] as number) < settings.perMs
      expect(startsMs.filter(isTooSoon)).toEqual([])
      expect(calls.sent.every((call) => call.outcomes.length === 1)).toBe(true)
      expect(limit.started + limit.refused + limit.left).toBe(calls.sent.length)
    }),
    { numRuns: 60 },
  )
})
