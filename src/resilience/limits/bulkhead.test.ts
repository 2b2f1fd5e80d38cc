import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Events, type ResilienceEvent } from '../events.ts'
import type { Criticality } from '../criticality.ts'
import { bulkhead } from './bulkhead.ts'
import { SimulatedCalls, timedOut } from './simulated-calls.ts'

test('so many run, so many wait, and the rest is refused at once', () => {
  const limit = bulkhead({ running: 2, waiting: 1 })
  const calls = new SimulatedCalls(limit)

  const sent = calls.sendMany(4)

  expect(sent.map((call) => call.hasRun)).toEqual([true, true, false, false])
  expect(sent.map((call) => call.result)).toEqual([undefined, undefined, undefined, 'queue-full'])
  expect([limit.running, limit.waiting, limit.refused]).toEqual([2, 1, 1])
})

test('a waiter runs as soon as a place is free', () => {
  const limit = bulkhead({ running: 1, waiting: 1 })
  const calls = new SimulatedCalls(limit)
  const [first, second] = calls.sendMany(2)

  first?.answer()

  expect(first?.result).toBe('ok')
  expect(second?.hasRun).toBe(true)
  expect([limit.running, limit.waiting]).toEqual([1, 0])
})

test('an aborted waiter leaves at once, and the next in line is not kept waiting by it', () => {
  const limit = bulkhead({ running: 1, waiting: 2 })
  const calls = new SimulatedCalls(limit)
  const [first, second, third] = calls.sendMany(3)

  second?.giveUp()

  expect(second?.result).toBe('aborted')
  expect(limit.waiting).toBe(1)
  const fourth = calls.send()
  expect(fourth.result).toBeUndefined()
  first?.answer()
  expect([second?.hasRun, third?.hasRun, fourth.hasRun]).toEqual([false, true, false])
})

test('a waiter given up at its deadline is settled as having had no time', async () => {
  const limit = bulkhead({ running: 1, waiting: 1 })
  const calls = new SimulatedCalls(limit)
  calls.send()
  const late = calls.send({ deadlineMs: 100 })

  await calls.clock.advance(100)
  late.giveUp(timedOut)

  expect(late.result).toBe('no-time')
  expect(limit.waiting).toBe(0)
})

test('a waiter whose deadline has passed is never started, even when nobody aborted it', async () => {
  const limit = bulkhead({ running: 1, waiting: 2 })
  const calls = new SimulatedCalls(limit)
  const first = calls.send()
  const late = calls.send({ deadlineMs: 100 })
  const patient = calls.send()

  await calls.clock.advance(100)
  first.answer()

  expect([late.result, late.hasRun]).toEqual(['no-time', false])
  expect(patient.hasRun).toBe(true)
})

test('the most critical waiter runs first', () => {
  const limit = bulkhead({ running: 1, waiting: 3 })
  const calls = new SimulatedCalls(limit)
  const first = calls.send()
  const [low, high] = [calls.send({ criticality: 0 }), calls.send({ criticality: 4 })]

  first.answer()

  expect([low.hasRun, high.hasRun]).toEqual([false, true])
})

test('a full line gives its least critical place to a more critical newcomer', () => {
  const limit = bulkhead({ running: 1, waiting: 2 })
  const calls = new SimulatedCalls(limit)
  calls.send()
  const low = calls.send({ criticality: 1 })
  const normal = calls.send({ criticality: 2 })

  const essential = calls.send({ criticality: 4 })
  const another = calls.send({ criticality: 2 })

  expect([low.result, normal.result, essential.result]).toEqual([
    'queue-full',
    undefined,
    undefined,
  ])
  expect(another.result).toBe('queue-full')
})

test('a call that is given up frees its place, whether or not it heeds the abort', () => {
  const limit = bulkhead({ running: 1, waiting: 1 })
  const calls = new SimulatedCalls(limit)
  const [hung, next] = calls.sendMany(2)

  hung?.giveUp()

  expect(hung?.result).toBe('aborted')
  expect(next?.hasRun).toBe(true)
  hung?.answer()
  expect(limit.running).toBe(1)
})

test('a thousand waiters that answer at once do not run inside one another', () => {
  const limit = bulkhead({ running: 1, waiting: 20_000 })
  const calls = new SimulatedCalls(limit)
  const first = calls.send()
  calls.sendMany(20_000)
  calls.serve = (call) => call.answer()

  first.answer()

  expect(calls.sent.every((call) => call.result === 'ok')).toBe(true)
  expect([limit.running, limit.waiting]).toEqual([0, 0])
})

test('a reply that comes twice frees one place', () => {
  const limit = bulkhead({ running: 2 })
  const calls = new SimulatedCalls(limit)
  const [first] = calls.sendMany(2)

  first?.attempt.settle(timedOut)
  first?.attempt.settle(timedOut)

  expect(limit.running).toBe(1)
  expect(first?.outcomes).toHaveLength(1)
})

test('in shadow everything runs, and what would have been refused is counted and told', () => {
  const events = new Events('orders')
  const heard: ResilienceEvent[] = []
  events.on((event) => heard.push(event))
  const limit = bulkhead({ running: 1, waiting: 1, shadow: true, events })
  const calls = new SimulatedCalls(limit)

  calls.sendMany(2)
  const third = calls.send({ key: 'BTC' })

  expect(third.hasRun).toBe(true)
  expect([limit.wouldRefuse, limit.refused]).toEqual([1, 0])
  expect(heard).toEqual([
    { policy: 'orders', type: 'call.would-refuse', refused: 'queue-full', key: 'BTC' },
  ])
})

test('its figures are named as OpenTelemetry would', () => {
  const limit = bulkhead({ name: 'orders', running: 1, waiting: 1 })
  new SimulatedCalls(limit).sendMany(3)

  const figures = Object.fromEntries(limit.metrics().map((one) => [one.name, one.value]))

  expect(figures).toEqual({
    'genesis.resilience.bulkhead.refused': 1,
    'genesis.resilience.bulkhead.would_refuse': 0,
    'genesis.resilience.bulkhead.started': 1,
    'genesis.resilience.bulkhead.left': 0,
    'genesis.resilience.bulkhead.running': 1,
    'genesis.resilience.bulkhead.waiting': 1,
  })
  expect(limit.metrics()[0]?.attributes).toEqual({ name: 'orders' })
})

test('property: bounds hold at every moment, and every call has exactly one outcome', () => {
  const action = fc.oneof(
    fc.record({
      send: fc.integer({ min: 0, max: 4 }),
      deadlineMs: fc.integer({ min: 1, max: 50 }),
    }),
    fc.record({ answer: fc.nat(10) }),
    fc.record({ abort: fc.nat(60) }),
    fc.record({ waitMs: fc.integer({ min: 1, max: 20 }) }),
  )
  const bounds = fc.record({
    running: fc.integer({ min: 1, max: 4 }),
    waiting: fc.integer({ min: 0, max: 5 }),
  })

  fc.assert(
    fc.property(bounds, fc.array(action, { maxLength: 120 }), (bound, actions) => {
      const limit = bulkhead(bound)
      const calls = new SimulatedCalls(limit)
      for (const step of actions) {
        if ('send' in step) {
          calls.send({ criticality: step.send as Criticality, deadlineMs: step.deadlineMs })
        } else if ('answer' in step) calls.running[step.answer]?.answer()
        else if ('abort' in step) calls.sent[step.abort]?.giveUp()
        else calls.clock.setTime(calls.clock.now() + step.waitMs)
        expect(limit.running).toBeLessThanOrEqual(bound.running)
        expect(limit.waiting).toBeLessThanOrEqual(bound.waiting)
        expect(limit.waiting === 0 || limit.running === bound.running).toBe(true)
      }
      while (calls.running.length > 0) calls.running[0]?.answer()
      expect([limit.running, limit.waiting]).toEqual([0, 0])
      expect(calls.sent.every((call) => call.outcomes.length === 1)).toBe(true)
      expect(limit.started + limit.left + limit.refused).toBe(calls.sent.length)
    }),
  )
})
