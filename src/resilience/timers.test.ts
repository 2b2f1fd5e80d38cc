import { expect, test } from 'vitest'
import { SimulatedClock } from '../runtime/index.ts'
import { Timers, timersOf } from './timers.ts'

function setup() {
  const clock = new SimulatedClock()
  const timers = new Timers(clock)
  const ran: [string, number][] = []
  const wait = (name: string, dueAtMs: number) =>
    timers.add(dueAtMs, () => ran.push([name, clock.monotonicMs()]))
  return { clock, timers, ran, wait }
}

test('each wait ends at its own time, in whatever order it was begun', async () => {
  const { clock, ran, wait } = setup()
  for (const dueAtMs of [5_000, 30, 7, 1_500, 30.5]) wait('wait', dueAtMs)

  await clock.advance(10_000)

  expect(ran.map(([, atMs]) => atMs)).toEqual([7, 30, 30.5, 1_500, 5_000])
})

test('a cancelled wait does not end', async () => {
  const { clock, timers, ran, wait } = setup()
  const handle = wait('cancelled', 10)
  wait('kept', 20)

  timers.cancel(handle)
  await clock.advance(100)

  expect(ran).toEqual([['kept', 20]])
})

test('nothing waits, nothing ticks; a thousand waits share one timer', async () => {
  const { clock, timers, wait } = setup()
  const before = clock.timerCount

  for (let index = 0; index < 1_000; index++) wait('wait', 100 + index)
  const during = clock.timerCount
  await clock.advance(5_000)

  expect([before, during, clock.timerCount, timers.length]).toEqual([0, 1, 0, 0])
})

test('once all waits were cancelled, no timer keeps the process for longer than a moment', async () => {
  const { clock, timers, wait } = setup()

  timers.cancel(wait('deadline of 15 s', 15_000))
  await clock.advance(200)

  expect(clock.timerCount).toBe(0)
})

test('a wait begun inside another one ends in its turn', async () => {
  const { clock, timers, ran, wait } = setup()
  timers.add(10, () => wait('inner', 15))

  await clock.advance(100)

  expect(ran).toEqual([['inner', 15]])
})

test('one that throws does not silence the others', async () => {
  const { clock, timers, ran, wait } = setup()
  timers.add(10, () => {
    throw new Error('broken')
  })
  wait('after', 20)
  wait('same time', 10)

  await expect(clock.advance(15)).rejects.toThrow('broken')
  await clock.advance(100)

  expect(ran.map(([name]) => name).sort()).toEqual(['after', 'same time'])
})

test('after a stall of our own loop, replies that were in time win over late timeouts', async () => {
  const { clock, timers, ran, wait } = setup()
  const handle = wait('timeout', 100)
  void clock.turn().then(() => timers.cancel(handle))

  clock.setTime(400)
  clock.runDueTimers()
  await clock.settle()

  expect(ran).toEqual([])
  expect([timers.stalls, timers.stalledMs]).toEqual([1, 300])
})

test('after a stall, what still has not answered times out one turn later', async () => {
  const { clock, ran, wait } = setup()
  wait('timeout', 100)

  clock.setTime(400)
  clock.runDueTimers()
  await clock.settle()

  expect(ran).toEqual([['timeout', 400]])
})

test('everybody on one clock shares one service', () => {
  const clock = new SimulatedClock()

  expect(timersOf(clock)).toBe(timersOf(clock))
  expect(timersOf(clock)).not.toBe(timersOf(new SimulatedClock()))
})
