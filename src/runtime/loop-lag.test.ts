import { expect, test } from 'vitest'
import { LoopLag } from './loop-lag.ts'
import { SimulatedClock } from './simulated-clock.ts'

test('a loop that nobody holds has no lag', async () => {
  const clock = new SimulatedClock()
  const lag = new LoopLag(clock)

  await clock.advance(1_000)

  expect(lag.take().maxMs).toBe(0)
})

test('a loop that was held is late by that time, once', async () => {
  const clock = new SimulatedClock()
  const lag = new LoopLag(clock)

  await clock.advance(500)
  clock.setTime(clock.now() + 220)
  await clock.advance(500)

  expect(lag.take().maxMs).toBe(200)
  await clock.advance(500)
  expect(lag.take().maxMs).toBe(0)
})

test('a few late turns of many are the maximum and not the rule', async () => {
  const clock = new SimulatedClock()
  const lag = new LoopLag(clock)

  clock.setTime(clock.now() + 120)
  await clock.advance(900)

  const { p90Ms, maxMs } = lag.take()
  expect(p90Ms).toBeLessThan(0.01)
  expect(maxMs).toBe(100)
})

test('what holds the loop while it is asked is told by this sample and the next', () => {
  const clock = new SimulatedClock()
  const lag = new LoopLag(clock)

  clock.setTime(120)
  const during = lag.take()
  clock.setTime(320)
  clock.runDueTimers()

  expect(during.maxMs).toBe(100)
  expect(during.p90Ms).toBeCloseTo(100, 0)
  expect(lag.take().maxMs).toBe(300)
})

test('after a stop no timer is left', () => {
  const clock = new SimulatedClock()

  new LoopLag(clock).stop()

  expect(clock.timerCount).toBe(0)
})
