import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CircuitBreaker } from '../../resilience/index.ts'
import { GenesisError, SimulatedClock } from '../../runtime/index.ts'
import { type Event, Priority } from '../event.ts'
import { AsyncLane, type AsyncLaneOptions } from './async-lane.ts'
import { passing } from './dispatch-fixture.ts'

const event = (key: string) => passing(Priority.NORMAL, key)

/** A lane whose promises the test settles, in the order in which they were started. */
function laneUnderTest(options: Partial<AsyncLaneOptions> = {}) {
  const clock = new SimulatedClock()
  const calls: { event: Event; resolve: () => void; reject: (error: Error) => void }[] = []
  const handled: string[] = []
  const failed: { key: string; error: unknown }[] = []
  const lane = new AsyncLane({
    clock,
    inFlightMax: 2,
    backlogMax: 4,
    deadlineMs: 100,
    handle: (of) =>
      new Promise<void>((resolve, reject) => {
        calls.push({ event: of, resolve, reject })
      }),
    onHandled: ({ key }) => handled.push(key),
    onFailed: ({ key }, error) => failed.push({ key, error }),
    ...options,
  })
  const started = () => calls.map((call) => call.event.key)
  return { clock, lane, calls, started, handled, failed }
}

test('no more than allowed are under way, and the next starts when one is done', async () => {
  const { clock, lane, calls, started, handled } = laneUnderTest()
  for (const key of ['a', 'b', 'c']) lane.offer(event(key), clock.monotonicMs())
  const before = started()

  calls[1]!.resolve()
  await clock.settle()

  expect(before).toEqual(['a', 'b'])
  expect(started()).toEqual(['a', 'b', 'c'])
  expect(handled).toEqual(['b'])
  expect([lane.inFlight, lane.waiting]).toEqual([2, 0])
})

test('events of one key follow one another, and keep no other key waiting', async () => {
  const { clock, lane, calls, started } = laneUnderTest()
  for (const key of ['a', 'a', 'a', 'b']) lane.offer(event(key), clock.monotonicMs())
  const before = started()

  calls[0]!.resolve()
  await clock.settle()

  expect(before).toEqual(['a', 'b'])
  expect(started()).toEqual(['a', 'b', 'a'])
})

test('at the bound of its backlog it refuses with a sentence', () => {
  const { clock, lane } = laneUnderTest({ inFlightMax: 1, backlogMax: 1 })
  lane.offer(event('a'), clock.monotonicMs())
  lane.offer(event('b'), clock.monotonicMs())

  const refusal = lane.offer(event('c'), clock.monotonicMs())

  expect(refusal).toEqual({
    ok: false,
    refused: 'queue-full',
    reason: '1 events wait for the component, which is the bound',
  })
  expect(lane.hasRoom).toBe(false)
})

test('a full backlog behind one key keeps no other key out while there is a place', () => {
  const { clock, lane, started } = laneUnderTest({ backlogMax: 1 })
  for (const key of ['a', 'a']) lane.offer(event(key), clock.monotonicMs())

  const refusals = ['a', 'b'].map((key) => lane.offer(event(key), clock.monotonicMs())?.refused)

  expect(refusals).toEqual(['queue-full', undefined])
  expect(started()).toEqual(['a', 'b'])
})

test('an answer at once is handled at once, however long the backlog', async () => {
  const order: string[] = []
  const { clock, lane, handled } = laneUnderTest({
    inFlightMax: 1,
    backlogMax: 20_000,
    handle: ({ key }) => (key === 'slow' ? clock.sleep(10) : void order.push(key)),
  })
  lane.offer(event('slow'), clock.monotonicMs())
  for (let index = 0; index < 20_000; index += 1)
    lane.offer(event(`${index % 3}`), clock.monotonicMs())

  await clock.advance(10)

  expect(handled.length).toBe(20_001)
  expect(order.slice(0, 6)).toEqual(['0', '1', '2', '0', '1', '2'])
  expect(lane.idle).toBe(true)
})

test('what throws and what rejects is failed, and the next of its key goes on', async () => {
  const thrown = new Error('threw')
  const rejected = new Error('rejected')
  const errors = [thrown, rejected]
  const { clock, lane, handled, failed } = laneUnderTest({
    handle: () => {
      const error = errors.shift()
      if (error === thrown) throw error
      return error === undefined ? undefined : Promise.reject(error)
    },
  })

  for (let each = 0; each < 3; each += 1) lane.offer(event('a'), clock.monotonicMs())
  await clock.settle()

  expect(failed).toEqual([
    { key: 'a', error: thrown },
    { key: 'a', error: rejected },
  ])
  expect(handled).toEqual(['a'])
})

test('a promise that does not settle by its deadline is failed, and its key goes on', async () => {
  const { clock, lane, started, failed } = laneUnderTest()
  lane.offer(event('a'), clock.monotonicMs())
  lane.offer(event('a'), clock.monotonicMs())

  await clock.advance(101)

  expect(started()).toEqual(['a', 'a'])
  expect(failed.map(({ error }) => error instanceof GenesisError && error.code)).toEqual([
    'timeout',
  ])
  expect(lane.inFlight).toBe(1)
})

test('a late answer changes nothing but a count', async () => {
  const { clock, lane, calls, handled, failed } = laneUnderTest()
  lane.offer(event('a'), clock.monotonicMs())
  await clock.advance(101)

  calls[0]!.resolve()
  await clock.settle()

  expect([handled, failed.length, lane.late, lane.inFlight]).toEqual([[], 1, 1, 0])
})

test('a promise that settled in time is not failed by its deadline', async () => {
  const { clock, lane, calls, handled, failed } = laneUnderTest()
  lane.offer(event('a'), clock.monotonicMs())
  calls[0]!.resolve()

  await clock.advance(500)

  expect([handled, failed]).toEqual([['a'], []])
})

test('what was forgotten is neither handled nor failed, and new events start afresh', async () => {
  const { clock, lane, calls, started, handled, failed } = laneUnderTest({ inFlightMax: 1 })
  for (const key of ['a', 'a', 'b']) lane.offer(event(key), clock.monotonicMs())

  const forgotten = lane.clear()
  lane.offer(event('a'), clock.monotonicMs())
  calls[0]!.reject(new Error('of before'))
  await clock.advance(50)
  calls[1]!.resolve()
  await clock.advance(200)

  expect(forgotten).toBe(3)
  expect(started()).toEqual(['a', 'a'])
  expect([handled, failed, lane.late]).toEqual([['a'], [], 1])
})

test('its circuit is told how each event went, and refuses while it is open', async () => {
  const circuit = new CircuitBreaker({ consecutiveFailures: 2, breakMs: 1_000 })
  const refused: string[] = []
  const { clock, lane, calls, started, failed } = laneUnderTest({
    circuit,
    inFlightMax: 1,
    onRefused: ({ key }) => refused.push(key),
  })
  for (const key of ['a', 'b', 'c', 'd']) lane.offer(event(key), clock.monotonicMs())

  calls[0]!.reject(new Error('failed'))
  await clock.settle()
  await clock.advance(150)

  expect(started()).toEqual(['a', 'b'])
  expect(failed.length).toBe(2)
  expect(refused).toEqual(['c', 'd'])
  expect([circuit.state, lane.idle]).toEqual(['OPEN', true])
})

test('settled resolves when nothing is under way and nothing waits', async () => {
  const { clock, lane, handled } = laneUnderTest({ handle: () => clock.sleep(5) })
  for (const key of ['a', 'a', 'b', 'c']) lane.offer(event(key), clock.monotonicMs())
  let isSettled = false
  void lane.settled().then(() => (isSettled = true))

  await clock.advance(9)
  const before = isSettled
  await clock.advance(100)

  expect([before, isSettled, handled.length]).toEqual([false, true, 4])
})

test('whatever comes, each is settled once, in the order of its key, within the limits', async () => {
  const item = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    tookMs: fc.nat(140),
    fails: fc.boolean(),
    pauseMs: fc.nat(30),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), property),
    { numRuns: 60 },
  )
})

async function property(
  items: readonly { key: string; tookMs: number; fails: boolean; pauseMs: number }[],
  inFlightMax: number,
): Promise<void> {
  const clock = new SimulatedClock()
  const under = new Map<string, number>()
  const ended: Event[] = []
  const started: Event[] = []
  const end = (of: Event) => {
    under.delete(of.key)
    ended.push(of)
  }
  const lane = new AsyncLane({
    clock,
    inFlightMax,
    backlogMax: 10,
    deadlineMs: 100,
    handle: async (of) => {
      expect(under.has(of.key)).toBe(false)
      under.set(of.key, 1)
      expect(under.size).toBeLessThanOrEqual(inFlightMax)
      started.push(of)
      const { tookMs, fails } = of.payload as { tookMs: number; fails: boolean }
      if (tookMs > 0) await clock.sleep(tookMs)
      if (fails) throw new Error('it failed')
    },
    onHandled: end,
    onFailed: end,
  })
  const taken: Event[] = []
  for (const { key, pauseMs, ...payload } of items) {
    const of = { ...event(key), payload }
    if (lane.offer(of, clock.monotonicMs()) === undefined) taken.push(of)
    await clock.advance(pauseMs)
  }

  await clock.advance(20_000)

  expect(new Set(ended)).toEqual(new Set(taken))
  expect(ended.length).toBe(taken.length)
  for (const key of ['a', 'b', 'c', 'd']) {
    const ofKey = (events: readonly Event[]) => events.filter((of) => of.key === key)
    expect(ofKey(started)).toEqual(ofKey(taken))
  }
}
