import { expect, test } from 'vitest'
import { AttemptBudget } from '../budget.ts'
import { AttemptTimeout } from '../attempt-timeout.ts'
import type { CircuitState } from '../circuit.ts'
import { Classifier } from '../classifier.ts'
import { Events } from '../events.ts'
import { Guard } from '../guard.ts'
import { Pipeline } from '../pipeline.ts'
import { LatencyPredictor } from '../prediction/latency-predictor.ts'
import { SimulatedSide, watch } from '../simulated-side.ts'
import { timersOf } from '../timers.ts'
import type { PlanOptions } from './attempt-plan.ts'
import { Hedge } from './hedge.ts'
import type { HedgeParts } from './hedge-parts.ts'

function setup({
  plan,
  ...parts
}: Partial<Omit<HedgeParts, 'plan'>> & { plan?: Partial<PlanOptions> } = {}) {
  const side = new SimulatedSide()
  const { clock, budget } = side
  const events = new Events('test')
  events.on((event) => side.events.push(event))
  const timers = timersOf(clock)
  const latency = new LatencyPredictor()
  const hedge = new Hedge({
    plan: {
      attempts: 3,
      after: 50,
      afterMsMin: 1,
      latency,
      state: () => 'CLOSED',
      wanted: undefined,
      ...plan,
    },
    budget,
    latency,
    timers,
    events,
    ...parts,
  })
  const calls = new Pipeline({
    name: 'test',
    clock,
    events,
    executors: [
      new Guard(timers, events),
      hedge,
      new AttemptTimeout({ timeoutMs: () => 10_000, latency, timers, events }),
    ],
    classifier: new Classifier({ events }),
    targets: ['a', 'b', 'c'],
  })
  return { side, clock, calls, latency }
}

const broken = { error: new Error('broken') }

test('a fast answer needs no second attempt', async () => {
  const { side, clock, calls } = setup()
  side.script({ afterMs: 49, value: 'first' })

  const seen = watch(calls.run(side.task))
  await clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ value: 'first', source: 'live', attempts: 1 })
})

test('a slow first attempt is joined by a second, elsewhere; the faster one answers', async () => {
  const { side, clock, calls } = setup()
  side.script({ afterMs: 5_000 }, { afterMs: 10, value: 'second' })

  const seen = watch(calls.run(side.task))
  await clock.advance(60)

  expect(seen.outcome).toMatchObject({
    value: 'second',
    source: 'hedge',
    attempts: 2,
    elapsedMs: 60,
  })
  expect(side.sent.map(({ target, atMs }) => [target, atMs])).toEqual([
    ['a', 0],
    ['b', 50],
  ])
})

test('losers are aborted, and delay nothing when they ignore it', async () => {
  const { side, clock, calls } = setup()
  side.script({ hang: true }, { value: 'second' })

  const seen = watch(calls.run(side.task))
  await clock.advance(50)

  expect(seen.outcome).toMatchObject({ value: 'second' })
  expect(side.sent.map(({ context }) => context.signal().aborted)).toEqual([true, false])
  expect(calls.counters).toMatchObject({ superseded: 1, hedges: 1, hedgesWon: 1, out: 0 })
})

test('a failed attempt releases the next at once and does not beat one still out', async () => {
  const { side, clock, calls } = setup()
  side.script({ ...broken, afterMs: 10 }, { afterMs: 30, value: 'second' })

  const seen = watch(calls.run(side.task))
  await clock.advance(1_000)

  expect(side.sent.map(({ atMs }) => atMs)).toEqual([0, 10])
  expect(seen.outcome).toMatchObject({ value: 'second', elapsedMs: 40 })
})

test('a failed hedge does not beat a good first attempt', async () => {
  const { side, clock, calls } = setup({ plan: { attempts: 2 } })
  side.script({ afterMs: 200, value: 'first' }, { ...broken, afterMs: 5 })

  const seen = watch(calls.run(side.task))
  await clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ value: 'first', source: 'live' })
})

test('when all attempts fail, the last failure is the answer', async () => {
  const { side, clock, calls } = setup()
  side.script({ ...broken, afterMs: 500 }, { error: 'second', afterMs: 600 }, { error: 'third' })

  const seen = watch(calls.run(side.task))
  await clock.advance(5_000)

  expect(seen.outcome).toMatchObject({ ok: false, error: 'second', attempts: 3 })
})

test.for([
  ['fatal', 400],
  ['overload', 429],
])('an answer of class %s ends the race', async ([errorClass, status]) => {
  const { side, clock, calls } = setup()
  side.script({ afterMs: 60, error: { status } }, { afterMs: 5_000 })

  const seen = watch(calls.run(side.task))
  await clock.advance(60)

  expect(seen.outcome).toMatchObject({ ok: false, errorClass })
})

test('an exhausted budget suppresses the hedge and leaves the running attempt alone', async () => {
  const budget = new AttemptBudget({ ratio: 0, perSecond: 0, burst: 1 })
  const { side, clock, calls } = setup({ budget })
  side.script({ afterMs: 300, value: 'first' }, { hang: true })

  const seen = watch(calls.run(side.task))
  await clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ value: 'first', attempts: 2 })
  expect(side.eventTypes()).toContain('budget.denied')
})

test('a cold predictor does not hedge; a warm one after its p95', async () => {
  const { side, clock, calls, latency } = setup({ plan: { after: 'p95', attempts: 2 } })
  side.script({ afterMs: 500, value: 'first' }, { value: 'hedge' })
  const cold = watch(calls.run(side.task))
  await clock.advance(1_000)

  for (let sample = 0; sample < 500; sample++) latency.record(10, 0)
  side.script({ afterMs: 500, value: 'first' }, { value: 'hedge' })
  const warm = watch(calls.run(side.task))
  await clock.advance(1_000)

  expect(cold.outcome).toMatchObject({ attempts: 1 })
  expect(warm.outcome).toMatchObject({ attempts: 2, source: 'hedge' })
})

test.for<[CircuitState, number]>([
  ['CLOSED', 1],
  ['RESILIENT', 2],
  ['ULTRA_RESILIENT', 3],
  ['HALF_OPEN', 1],
  ['ETERNAL', 2],
])('the state %s asks for %i attempts', async ([state, attempts]) => {
  const plan = { attempts: 1, state: () => state, wanted: () => 2 as const }
  const { side, clock, calls } = setup({ plan })
  side.script({ hang: true })

  void calls.run(side.task, { deadlineMs: 1_000 })
  await clock.advance(2_000)

  expect(side.sent.length).toBe(attempts)
})

test('superseded attempts count as slow, not as failed, and do not shorten what is expected', async () => {
  const { side, clock, calls, latency } = setup({ plan: { attempts: 2 } })
  side.script({ hang: true }, { value: 'second' })
  for (let sample = 0; sample < 100; sample++) latency.record(20, 0)
  const before = latency.expectedMs

  const seen = watch(calls.run(side.task))
  await clock.advance(60)

  expect(seen.outcome).toMatchObject({ ok: true })
  expect(calls.counters.failed).toBe(0)
  expect(latency.expectedMs).toBeGreaterThan(before * 0.9)
})

test('the deadline ends the whole race', async () => {
  const { side, clock, calls } = setup()
  side.script({ hang: true })

  const seen = watch(calls.run(side.task, { deadlineMs: 80 }))
  await clock.advance(80)

  expect(seen.outcome).toMatchObject({ ok: false, timedOut: true, attempts: 2 })
  expect(side.sent.every(({ context }) => context.signal().aborted)).toBe(true)
})
