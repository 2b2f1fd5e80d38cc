import { expect, test } from 'vitest'
import { createRandom } from '../../runtime/index.ts'
import type { Criticality } from '../criticality.ts'
import type { OnceOutcome } from '../outcome.ts'
import { refusal } from '../refusal.ts'
import { clientThrottle, type ClientThrottleOptions } from './client-throttle.ts'
import { fatal, overload, SimulatedCalls, timedOut } from './simulated-calls.ts'

function throttled(options: ClientThrottleOptions = {}) {
  const throttle = clientThrottle({ random: createRandom(1), ...options })
  return { throttle, calls: new SimulatedCalls(throttle) }
}

/** Sends `count` calls one after the other, each answered with `how` at once. */
function sendAnswered(calls: SimulatedCalls, count: number, how?: OnceOutcome<unknown>): void {
  calls.serve = (call) => call.answer(how)
  calls.sendMany(count)
  calls.serve = () => {}
}

test('it follows the formula of the SRE book', () => {
  const { throttle, calls } = throttled({ shadow: true })
  sendAnswered(calls, 30)
  sendAnswered(calls, 70, overload)

  // (requests - 2 accepts) / (requests + 1)
  expect(throttle.rejection(2, 0)).toBeCloseTo((100 - 60) / 101, 12)
})

test('a side that accepts half of what it gets is sent everything', () => {
  const { throttle, calls } = throttled()
  for (let pair = 0; pair < 50; pair++) {
    sendAnswered(calls, 1)
    sendAnswered(calls, 1, overload)
  }

  expect(throttle.refused).toBe(0)
})

test('a side that refuses everything gets a tenth of the calls, to be found recovered', () => {
  const { throttle, calls } = throttled()
  sendAnswered(calls, 100, overload)

  const before = calls.sent.length
  sendAnswered(calls, 1_000, overload)
  const passed = calls.sent.slice(before).filter((call) => call.hasRun).length

  expect(throttle.rejection(2, 0)).toBe(0.9)
  expect(passed).toBeGreaterThan(70)
  expect(passed).toBeLessThan(130)
})

test('nothing is dropped before there are enough calls to judge by', () => {
  const { throttle, calls } = throttled({ volumeMin: 20 })

  sendAnswered(calls, 20, overload)

  expect(throttle.refused).toBe(0)
  expect(throttle.rejection(2, 0)).toBe(0.9)
})

test('a burst of healthy calls does not throttle itself', () => {
  const { throttle, calls } = throttled()
  sendAnswered(calls, 100)

  calls.sendMany(5_000)

  expect(throttle.refused).toBe(0)
})

test('a side that hangs is noticed before any timeout', async () => {
  const { throttle, calls } = throttled()
  sendAnswered(calls, 10)
  calls.sendMany(200)

  await calls.clock.advance(7_000)

  expect(throttle.rejection(2, 7_000)).toBeGreaterThan(0.85)
})

test('the five levels are dropped in order, the sheddable first', () => {
  const { throttle, calls } = throttled({ shadow: true })
  sendAnswered(calls, 30)
  sendAnswered(calls, 70, timedOut)

  const byLevel = [0, 1, 2, 3, 4].map((level) => throttle.rejection(level as Criticality, 0))

  expect(byLevel.map((probability) => Math.round(probability * 100))).toEqual([63, 54, 40, 10, 0])
})

test('a request found wrong was accepted; refusals of our own do not count', () => {
  const { throttle, calls } = throttled()
  sendAnswered(calls, 100, fatal)
  sendAnswered(calls, 1_000, refusal('circuit-open'))

  const figures = throttle.metrics().filter((one) => one.kind === 'gauge')

  expect(figures.map((one) => one.value)).toEqual([100, 100, 0])
})

test('calls that were aborted do not count', () => {
  const { throttle, calls } = throttled()
  calls.sendMany(100).forEach((call) => call.giveUp())

  expect(throttle.rejection(2, 0)).toBe(0)
  expect(throttle.metrics().find((one) => one.name.endsWith('requests'))?.value).toBe(0)
})

test('old refusals leave the window after an idle gap', async () => {
  const { throttle, calls } = throttled()
  sendAnswered(calls, 100, overload)

  await calls.clock.advance(120_000)

  expect(throttle.rejection(2, 120_000)).toBe(0)
})

test('in shadow every call is sent, and counted as it would have been dropped', () => {
  const { throttle, calls } = throttled({ shadow: true })

  sendAnswered(calls, 1_000, overload)

  expect(calls.sent.every((call) => call.hasRun)).toBe(true)
  expect(throttle.refused).toBe(0)
  expect(throttle.wouldRefuse).toBeGreaterThan(800)
})

test('an answer that needed no attempt says nothing of the other side', () => {
  const { throttle, calls } = throttled({ shadow: true })
  const stored = { ok: true, value: 1, source: 'cache', attempts: 0, elapsedMs: 0 } as const
  sendAnswered(calls, 100, stored)

  sendAnswered(calls, 40, overload)

  // Of 140 with 100 accepts none would be dropped.
  expect(throttle.rejection(2, 0)).toBe(0.9)
})
