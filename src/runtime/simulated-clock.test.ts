import { expect, test } from 'vitest'
import { SimulatedClock } from './simulated-clock.ts'

test('timers run in order of due time, then of creation, each at its instant', async () => {
  const clock = new SimulatedClock(1_000)
  const ran: string[] = []
  for (const [name, delay] of [
    ['c', 30],
    ['a', 10],
    ['b', 10],
  ] as const) {
    clock.after(delay, () => ran.push(`${name}@${clock.now()}`))
  }

  await clock.advance(30)

  expect(ran).toEqual(['a@1010', 'b@1010', 'c@1030'])
  expect([clock.now(), clock.monotonicMs()]).toEqual([1_030, 30])
})

test('a long chain of promises settles before time moves', async () => {
  const clock = new SimulatedClock()
  let reachedAt = -1
  clock.after(10, () => {
    let chain = Promise.resolve()
    for (let link = 0; link < 1_000; link++) chain = chain.then(() => undefined)
    void chain.then(() => (reachedAt = clock.monotonicMs()))
  })
  clock.after(10.5, () => undefined)

  await clock.advance(100)

  expect(reachedAt).toBe(10)
})

test('code that yields with turn() settles before time moves', async () => {
  const clock = new SimulatedClock()
  let doneAt = -1
  clock.after(5, () => {
    void (async () => {
      for (let turn = 0; turn < 20; turn++) await clock.turn()
      doneAt = clock.monotonicMs()
    })()
  })

  await clock.advance(50)

  expect(doneAt).toBe(5)
})

test('code that yields for ever does not stop time', async () => {
  const clock = new SimulatedClock()
  let stop = false
  void (async () => {
    while (!stop) await clock.turn()
  })()
  clock.after(3, () => (stop = true))

  await clock.advance(3)

  expect(stop).toBe(true)
})

test('a timer made by a timer runs in the same advance when it falls due', async () => {
  const clock = new SimulatedClock()
  const ran: number[] = []
  clock.after(10, () => clock.after(10, () => ran.push(clock.monotonicMs())))

  await clock.advance(20)

  expect(ran).toEqual([20])
})

test('a cancelled timer does not run and leaves nothing behind', async () => {
  const clock = new SimulatedClock()
  const ran: number[] = []
  const timers = Array.from({ length: 50 }, (_, index) =>
    clock.after((index * 37) % 50, () => ran.push(clock.monotonicMs())),
  )

  timers.forEach((timer, index) => index % 2 === 0 && timer.cancel())
  timers[0]!.cancel()
  const left = clock.timerCount
  await clock.advance(50)

  expect(left).toBe(25)
  expect(ran).toEqual(ran.toSorted((a, b) => a - b))
  expect([ran.length, clock.timerCount]).toEqual([25, 0])
})

test('every repeats at its interval until cancelled, also from within', async () => {
  const clock = new SimulatedClock()
  const ran: number[] = []
  const timer = clock.every(10, () => {
    ran.push(clock.monotonicMs())
    if (ran.length === 3) timer.cancel()
  })

  await clock.advance(100)

  expect(ran).toEqual([10, 20, 30])
})

test('sleep resolves in virtual time and rejects with the reason of its signal', async () => {
  const clock = new SimulatedClock()
  const abort = new AbortController()
  const outcomes: unknown[] = []
  void clock.sleep(10).then(() => outcomes.push(clock.monotonicMs()))
  void clock.sleep(20, abort.signal).catch((reason) => outcomes.push(reason))

  clock.after(15, () => abort.abort('enough'))
  await clock.advance(30)

  expect(outcomes).toEqual([10, 'enough'])
  expect(clock.timerCount).toBe(0)
})

test('sleep with a signal already aborted rejects at once', async () => {
  await expect(new SimulatedClock().sleep(5, AbortSignal.abort('over'))).rejects.toBe('over')
})

test('runUntil moves to a wall time and never back', async () => {
  const clock = new SimulatedClock(1_000)

  await clock.runUntil(1_500)
  await clock.runUntil(1_200)

  expect(clock.now()).toBe(1_500)
})

test('runUntilIdle says whether it became idle or met its limit', async () => {
  const clock = new SimulatedClock()
  clock.after(70, () => undefined)

  const idle = await clock.runUntilIdle({ limitMs: 1_000 })
  clock.every(10, () => undefined)
  const busy = await clock.runUntilIdle({ limitMs: 95 })

  expect([idle, busy, clock.monotonicMs()]).toEqual([true, false, 165])
})

test('the wall clock steps without moving monotonic time or timers', async () => {
  const clock = new SimulatedClock(5_000)
  let ranAt = -1
  clock.after(10, () => (ranAt = clock.monotonicMs()))

  clock.stepWallClock(-3_000)
  await clock.advance(10)

  expect([ranAt, clock.now()]).toEqual([10, 2_010])
})

test('an error of a timer rejects the call that moved time', async () => {
  const clock = new SimulatedClock()
  clock.after(1, () => {
    throw new Error('broken')
  })

  await expect(clock.advance(5)).rejects.toThrow('broken')
  await clock.advance(4)

  expect(clock.monotonicMs()).toBe(5)
})

test('two callers may not move time at once', async () => {
  const clock = new SimulatedClock()

  const first = clock.advance(10)

  await expect(clock.advance(10)).rejects.toThrow('only one caller moves time')
  await first
})

test('a driver moves time by itself, without promises', () => {
  const clock = new SimulatedClock(100)
  const ran: number[] = []
  clock.after(50, () => {
    ran.push(clock.now())
    clock.after(0, () => ran.push(-1))
  })

  const next = clock.nextTimerAt()
  clock.setTime(149)
  const early = clock.runDueTimers()
  clock.setTime(160)
  const late = clock.runDueTimers()
  clock.setTime(120)

  expect([next, early, late, ran]).toEqual([150, 0, 2, [160, -1]])
  expect([clock.now(), clock.nextTimerAt()]).toEqual([160, Infinity])
})
