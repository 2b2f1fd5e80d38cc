import { expect, test } from 'vitest'
import { adaptiveLimiter } from '../limits/adaptive-limiter.ts'
import { bulkhead } from '../limits/bulkhead.ts'
import { rateLimiter } from '../limits/rate-limiter.ts'
import type { CommonOptions } from '../policy-options.ts'
import { policy } from '../policy.ts'
import { AttemptBudget } from '../budget.ts'
import { SimulatedSide, watch } from '../simulated-side.ts'

/** A call that takes 300 ms is hedged after 50. */
function setup(options: Partial<CommonOptions<'read'>>, attempts = 2) {
  const side = new SimulatedSide()
  const hedged = policy('hedged', {
    effect: 'read',
    retry: false,
    hedge: { attempts, after: 50 },
    ...side.parts,
    ...options,
  })
  side.script({ afterMs: 300, value: 'answer' })
  return { side, clock: side.clock, hedged }
}

test('a hedge needs a place in the bulkhead, and gives it back when it settles', async () => {
  const places = bulkhead({ running: 3 })
  const { clock, hedged, side } = setup({ bulkhead: places })

  const seen = watch(hedged.run(side.task))
  await clock.advance(60)
  const during = places.running
  await clock.advance(300)

  expect(seen.outcome).toMatchObject({ attempts: 2 })
  expect([during, places.running]).toEqual([2, 0])
})

test.each([
  ['bulkhead', () => ({ bulkhead: bulkhead({ running: 2, waiting: 10 }) })],
  ['limiter', () => ({ limiter: adaptiveLimiter({ limit: 2 }) })],
  ['rate', () => ({ rateLimit: rateLimiter({ limit: 2, perMs: 10_000, waiting: 10 }) })],
] as const)(
  'a full %s suppresses the hedges, which neither wait nor take from the budget',
  async (_, limit) => {
    const budget = new AttemptBudget({ ratio: 0, perSecond: 0, burst: 10 })
    const { clock, hedged, side } = setup({ ...limit(), budget })

    const seen = [watch(hedged.run(side.task)), watch(hedged.run(side.task))]
    await clock.advance(1_000)

    expect(seen.map(({ outcome }) => outcome)).toMatchObject([{ attempts: 1 }, { attempts: 1 }])
    expect(side.sent.length).toBe(2)
    expect([budget.granted, hedged.counters.hedges]).toEqual([0, 0])
    expect(hedged.counters).toMatchObject({ hedgesSuppressed: 2, refused: 0 })
  },
)

test('a hedge without a place is told as suppressed for that, and not as denied by the budget', async () => {
  const { clock, hedged, side } = setup({ bulkhead: bulkhead({ running: 1 }) })

  void hedged.run(side.task)
  await clock.advance(1_000)

  expect(side.events).toEqual([
    { policy: 'hedged', type: 'hedge.suppressed', wanted: 1, because: 'no-place' },
  ])
})

test('a hedge the budget denies is told as that, and keeps no place', async () => {
  const places = bulkhead({ running: 5 })
  const budget = new AttemptBudget({ ratio: 0, perSecond: 0, burst: 1 })
  budget.request(1, 0)
  const { clock, hedged, side } = setup({ bulkhead: places, budget })

  void hedged.run(side.task)
  await clock.advance(100)

  expect(side.events).toEqual([{ policy: 'hedged', type: 'budget.denied', wanted: 1, granted: 0 }])
  expect(places.running).toBe(1)
})

test('a hedge that could not end in time, or would lengthen a queue, is told as suppressed for that', async () => {
  const { clock, hedged, side } = setup({})
  for (let sample = 0; sample < 200; sample++) hedged.latency.record(20, 0)
  hedged.latency.freezeBaseline(true, 0)
  for (let sample = 0; sample < 200; sample++) hedged.latency.record(200, 0)

  void hedged.run(side.task, { deadlineMs: 120 })
  await clock.advance(1_000)
  void hedged.run(side.task)
  await clock.advance(1_000)

  const told = side.events.filter(({ type }) => type === 'hedge.suppressed')
  expect(told).toMatchObject([{ because: 'no-time' }, { because: 'queueing' }])
  expect(side.eventTypes()).not.toContain('budget.denied')
})

test('an attempt in the place of one that failed needs no second place', async () => {
  const places = bulkhead({ running: 1 })
  const { clock, hedged, side } = setup({ bulkhead: places })
  side.script({ afterMs: 10, error: { status: 500 } }, { value: 'second' })

  const seen = watch(hedged.run(side.task))
  await clock.advance(100)

  expect(seen.outcome).toMatchObject({ value: 'second' })
  expect(places.running).toBe(0)
})

test('places all come back when the caller aborts a race of three', async () => {
  const places = bulkhead({ running: 10 })
  const limiter = adaptiveLimiter({ limit: 10 })
  const { clock, hedged, side } = setup({ bulkhead: places, limiter }, 3)
  const caller = new AbortController()
  side.script({ hang: true })

  void hedged.run(side.task, { signal: caller.signal })
  await clock.advance(150)
  const during = [places.running, limiter.inFlight]
  caller.abort()
  await clock.settle()

  expect(during).toEqual([3, 3])
  expect([places.running, limiter.inFlight]).toEqual([0, 0])
})

test('a place taken is given back at once when the next limit has none', async () => {
  const places = bulkhead({ running: 10 })
  const limiter = adaptiveLimiter({ limit: 1 })
  const { clock, hedged, side } = setup({ bulkhead: places, limiter })

  const seen = watch(hedged.run(side.task))
  await clock.advance(60)
  const during = [places.running, limiter.inFlight]
  await clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ attempts: 1 })
  expect([during, places.running]).toEqual([[1, 1], 0])
})

test('an aborted call sends no further attempt in the place of the one given up', async () => {
  const { clock, hedged, side } = setup({}, 3)
  const caller = new AbortController()
  side.script({ hang: true })

  const seen = watch(hedged.run(side.task, { signal: caller.signal }))
  await clock.advance(10)
  caller.abort()
  await clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ refused: 'aborted' })
  expect([side.sent.length, hedged.counters.hedges]).toEqual([1, 0])
})

test('who waits for a place gets the one a lost hedge gives back', async () => {
  const places = bulkhead({ running: 2, waiting: 1 })
  const { clock, hedged, side } = setup({ bulkhead: places })
  side.script({ afterMs: 300, value: 'first' }, { hang: true }, { value: 'waited' })

  const first = watch(hedged.run(side.task))
  await clock.advance(60)
  const waited = watch(hedged.run(side.task))
  await clock.advance(400)

  expect(first.outcome).toMatchObject({ value: 'first', attempts: 2 })
  expect(waited.outcome).toMatchObject({ value: 'waited' })
  expect([places.running, places.waiting]).toEqual([0, 0])
})
