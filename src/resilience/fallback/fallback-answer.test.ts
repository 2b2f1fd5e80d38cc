import { expect, test } from 'vitest'
import type { Circuit, CircuitState } from '../circuit.ts'
import { Classifier } from '../classifier.ts'
import { Events } from '../events.ts'
import { Guard } from '../guard.ts'
import { Pipeline } from '../pipeline.ts'
import type { Fallback } from '../policy-options.ts'
import { LatencyPredictor } from '../prediction/latency-predictor.ts'
import { SimulatedSide, watch } from '../simulated-side.ts'
import { timersOf } from '../timers.ts'
import { AnswerCache } from './answer-cache.ts'
import { FallbackAnswer } from './fallback-answer.ts'
import { FallbackCall } from './fallback-call.ts'

interface Setup {
  readonly state?: CircuitState
  readonly mayTryLive?: boolean
  readonly fallback?: Fallback<unknown>
  readonly cache?: AnswerCache
  readonly essential?: boolean
}

function setup({ state = 'CLOSED', mayTryLive = true, fallback, cache, essential }: Setup) {
  const side = new SimulatedSide()
  const { clock } = side
  const events = new Events('test')
  events.on((event) => side.events.push(event))
  const timers = timersOf(clock)
  const latency = new LatencyPredictor()
  const answer = new FallbackAnswer({
    circuit: circuitIn(state, mayTryLive),
    cache,
    fallback: fallback && new FallbackCall({ fallback, withinMs: 500, timers, events }),
    essential: essential === true,
    latency,
    timers,
    events,
  })
  const calls = new Pipeline({
    name: 'test',
    clock,
    events,
    executors: [answer, new Guard(timers, events)],
    classifier: new Classifier({ events }),
  })
  return { side, clock, calls, latency }
}

function circuitIn(state: CircuitState, mayTryLive: boolean): Circuit {
  return {
    state,
    admit: () => 1,
    settle: () => undefined,
    mayTryLive: () => mayTryLive,
    retryAfterMs: () => 0,
  }
}

const broken = { error: new Error('broken') }

test('a success needs no fallback', async () => {
  const { side, calls } = setup({ fallback: () => 'stored' })

  expect(await calls.run(side.task)).toMatchObject({ value: 'answer', source: 'live' })
})

test('a failure is replaced by the last good answer, with its age', async () => {
  const { side, clock, calls } = setup({ cache: new AnswerCache(), fallback: () => 'declared' })
  side.script({ value: 'good' }, broken)
  await calls.run(side.task, { key: 'BTC' })

  await clock.advance(5_000)
  const cached = await calls.run(side.task, { key: 'BTC' })
  const other = await calls.run(side.task, { key: 'ETH' })

  expect(cached).toMatchObject({ value: 'good', source: 'cache', ageMs: 5_000 })
  expect(other).toMatchObject({ value: 'declared', source: 'fallback' })
})

test('every stored answer is told once, with its source', async () => {
  const { side, calls } = setup({ cache: new AnswerCache(), fallback: () => 'declared' })
  side.script({ value: 'good' }, broken)
  await calls.run(side.task, { key: 'BTC' })

  await calls.run(side.task, { key: 'BTC' })
  await calls.run(side.task, { key: 'ETH' })

  const told = side.events.filter(({ type }) => type === 'fallback.answered')
  expect(told).toMatchObject([{ source: 'cache' }, { source: 'fallback' }])
})

test('the fallback is told why', async () => {
  const why: unknown[] = []
  const { side, calls } = setup({ fallback: (reason) => why.push(reason) })
  side.script(broken)

  await calls.run(side.task, { key: 'BTC' })
  await calls.run(side.task, { deadlineMs: 0 })

  expect(why).toEqual([
    { error: broken.error, key: 'BTC' },
    { refused: 'no-time', key: undefined },
  ])
})

test.for<[string, Fallback<unknown>]>([
  [
    'throws',
    () => {
      throw new Error('fallback')
    },
  ],
  ['rejects', () => Promise.reject(new Error('fallback'))],
  ['never answers', () => new Promise<never>(() => undefined)],
])("a fallback that %s leaves the caller's own outcome", async ([, fallback]) => {
  const { side, clock, calls } = setup({ fallback })
  side.script(broken)

  const seen = watch(calls.run(side.task))
  await clock.advance(500)

  expect(seen.outcome).toMatchObject({ ok: false, error: broken.error })
})

test('a failure told after the fallback failed too is told with the time of now', async () => {
  const { side, clock, calls } = setup({ fallback: () => new Promise<never>(() => undefined) })
  side.script({ ...broken, afterMs: 20 })

  const seen = watch(calls.run(side.task))
  await clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ error: broken.error, elapsedMs: 520 })
})

test('neither an aborted caller nor our own mistake gets a stored answer', async () => {
  const { side, calls } = setup({ fallback: () => 'stored' })
  side.script({ error: { status: 400 } })

  const outcomes = [
    await calls.run(side.task, { signal: AbortSignal.abort() }),
    await calls.run(side.task),
  ]

  expect(outcomes).toMatchObject([{ refused: 'aborted' }, { errorClass: 'fatal' }])
})

test('an essential call is answered even after our own mistake', async () => {
  const { side, calls } = setup({ fallback: () => 'stored', essential: true })
  side.script({ error: { status: 400 } })

  expect(await calls.run(side.task)).toMatchObject({ value: 'stored' })
})

const mistakes = [
  ['a 404', { status: 404 }],
  ['a TypeError', new TypeError('x is undefined')],
] as const

test.for(mistakes)(
  '%s is told when an essential call is answered all the same',
  async ([, error]) => {
    const { side, calls } = setup({ fallback: () => 'stored', essential: true })
    side.script({ error })

    await calls.run(side.task, { key: 'BTC' })

    expect(side.events).toMatchObject([
      { type: 'failure.covered', error, key: 'BTC' },
      { type: 'fallback.answered' },
    ])
  },
)

test.for(['CLOSED', 'RESILIENT', 'ULTRA_RESILIENT'] as const)(
  'in %s neither fallback nor cache hides an answer of no, or a mistake of ours',
  async (state) => {
    for (const [, error] of mistakes) {
      const cache = new AnswerCache()
      cache.remember('BTC', 'old', 0)
      const { side, calls } = setup({ state, cache, fallback: () => 'stored' })
      side.script({ error })

      const outcome = await calls.run(side.task, { key: 'BTC' })

      expect(outcome).toMatchObject({ error, errorClass: 'fatal' })
      expect(side.eventTypes()).toEqual([])
    }
  },
)

test.for<CircuitState>(['RESILIENT', 'ULTRA_RESILIENT'])(
  'in %s the fallback runs beside the call, and wins when the call is slower than usual',
  async (state) => {
    const { side, clock, calls, latency } = setup({ state, fallback: () => 'stored' })
    for (let sample = 0; sample < 200; sample++) latency.record(50, 0)
    side.script({ afterMs: 20, value: 'live' }, { afterMs: 5_000, value: 'too slow' })

    const fast = watch(calls.run(side.task))
    await clock.advance(25)
    const slow = watch(calls.run(side.task))
    await clock.advance(latency.p95Ms)

    expect(fast.outcome).toMatchObject({ value: 'live' })
    expect(slow.outcome).toMatchObject({ value: 'stored', source: 'fallback' })
  },
)

test('beside a failing call the fallback answers as soon as it can', async () => {
  const { side, clock, calls } = setup({
    state: 'RESILIENT',
    fallback: async () => {
      await clock.sleep(30)
      return 'stored'
    },
  })
  side.script({ ...broken, afterMs: 10 })

  const seen = watch(calls.run(side.task))
  await clock.advance(30)

  expect(seen.outcome).toMatchObject({ value: 'stored', elapsedMs: 30 })
})

test('when both sides fail, the cache answers, else the failure', async () => {
  const cache = new AnswerCache()
  const both: Setup = { state: 'RESILIENT', fallback: () => Promise.reject(new Error('too')) }
  const bare = setup(both)
  const stored = setup({ ...both, cache })
  cache.remember('BTC', 'old', 0)
  for (const { side } of [bare, stored]) side.script(broken)

  const outcomes = [
    await bare.calls.run(bare.side.task, { key: 'BTC' }),
    await stored.calls.run(stored.side.task, { key: 'BTC' }),
  ]

  expect(outcomes).toMatchObject([{ error: broken.error }, { value: 'old', source: 'cache' }])
})

test('ETERNAL: who is not the probe is answered at once from what is stored', async () => {
  const cache = new AnswerCache()
  cache.remember('BTC', 'old', 0)
  const { side, calls } = setup({
    state: 'ETERNAL',
    mayTryLive: false,
    essential: true,
    cache,
    fallback: () => 'declared',
  })

  const outcomes = [
    await calls.run(side.task, { key: 'BTC' }),
    await calls.run(side.task, { key: 'ETH' }),
  ]

  expect(outcomes).toMatchObject([{ source: 'cache' }, { source: 'fallback' }])
  expect(side.sent).toEqual([])
})

test('ETERNAL: with nothing stored the live side is asked all the same', async () => {
  const { side, calls } = setup({ state: 'ETERNAL', mayTryLive: false, essential: true })

  expect(await calls.run(side.task)).toMatchObject({ value: 'answer', source: 'live' })
})

test('ETERNAL: the probe is a live call, and the stored answer covers for it', async () => {
  const { side, calls } = setup({ state: 'ETERNAL', essential: true, fallback: () => 'declared' })
  side.script(broken, { value: 'back' })

  const outcomes = [await calls.run(side.task), await calls.run(side.task)]

  expect(outcomes).toMatchObject([{ source: 'fallback' }, { value: 'back', source: 'live' }])
})

test('a stored answer that waited for a live call is told with its age and times of now', async () => {
  const { side, clock, calls } = setup({
    state: 'ETERNAL',
    essential: true,
    cache: new AnswerCache(),
  })
  side.script({ value: 'good' }, { ...broken, afterMs: 80 })
  await calls.run(side.task, { key: 'BTC' })
  await clock.advance(1_000)

  const seen = watch(calls.run(side.task, { key: 'BTC' }))
  await clock.advance(80)

  expect(seen.outcome).toMatchObject({ source: 'cache', attempts: 1, elapsedMs: 80, ageMs: 1_080 })
})

test.for([
  ['before', 10, 50],
  ['after', 50, 10],
] as const)(
  'a fallback that failed %s the call it ran beside is not run a second time',
  async ([, fallbackMs, liveMs]) => {
    let asked = 0
    const { side, clock, calls } = setup({
      state: 'RESILIENT',
      fallback: async () => {
        asked++
        await clock.sleep(fallbackMs)
        throw new Error('too')
      },
    })
    side.script({ ...broken, afterMs: liveMs })

    const seen = watch(calls.run(side.task))
    await clock.advance(1_000)

    expect(asked).toBe(1)
    expect(seen.outcome).toMatchObject({ ok: false, error: broken.error, elapsedMs: 50 })
  },
)
