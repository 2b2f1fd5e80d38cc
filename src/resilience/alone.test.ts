import { expect, test } from 'vitest'
import { circuitBreaker } from './breaker/circuit-breaker.ts'
import { fallback } from './fallback/fallback.ts'
import { hedge } from './hedge/hedge.ts'
import { adaptiveLimiter } from './limits/adaptive-limiter.ts'
import { bulkhead } from './limits/bulkhead.ts'
import { clientThrottle } from './limits/client-throttle.ts'
import { rateLimiter } from './limits/rate-limiter.ts'
import type { Executor } from './executor.ts'
import { pipeline, type PipelineAloneOptions } from './pipeline.ts'
import { retry } from './retry/retry.ts'
import { SimulatedSide, watch } from './simulated-side.ts'
import { timeout } from './timeout.ts'

const down = { error: Object.assign(new Error('down'), { code: 'ECONNREFUSED' }) }

function setup(executors: readonly Executor[], options: Omit<PipelineAloneOptions, 'effect'> = {}) {
  const side = new SimulatedSide()
  const { clock, budget, onEvent } = side.parts
  const calls = pipeline(executors, {
    effect: 'read',
    name: 'alone',
    clock,
    budget,
    onEvent,
    ...options,
  })
  return { side, clock, calls }
}

test('retry alone tries again, by the clock, the budget and the listeners of its pipeline', async () => {
  const { side, clock, calls } = setup([retry({ attempts: 3, baseMs: 100, jitter: 'none' })])
  side.script(down, { value: 'second' })

  const seen = watch(calls.run(side.task))
  await clock.advance(100)

  expect(seen.outcome).toMatchObject({ value: 'second', attempts: 2, elapsedMs: 100 })
  expect(side.events).toMatchObject([{ policy: 'alone', type: 'retry.scheduled', delayMs: 100 }])
  expect(side.budget.granted).toBe(1)
})

test('retry alone abandons hopeless work, and pauses a key that was told to', async () => {
  const { side, clock, calls } = setup([retry({ attempts: 10, baseMs: 1 })])
  side.script(down)
  const failed = watch(calls.run(side.task))
  await clock.advance(10_000)
  side.script({ error: { status: 429, retryAfterMs: 60_000 } })
  await calls.run(side.task, { key: 'BTC' })

  expect(failed.outcome).toMatchObject({ ok: false })
  expect(calls.counters.abandoned).toBe(1)
  expect(await calls.run(side.task, { key: 'BTC' })).toMatchObject({ refused: 'gated' })
})

test('retry alone with a proof repeats only what was not sent', async () => {
  const isUnsent = (error: unknown) => error === down.error
  const { side, clock, calls } = setup([retry({ baseMs: 1, isUnsent })])
  side.script(down, { error: new Error('who knows') }, { value: 'a second order' })

  const seen = watch(calls.run(side.task))
  await clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ error: { message: 'who knows' }, attempts: 2 })
})

test('hedge alone sends a second attempt after the delay, and answers with the first reply', async () => {
  const { side, clock, calls } = setup([hedge({ after: 50 })], { targets: ['a', 'b'] })
  side.script({ hang: true }, { afterMs: 10, value: 'second' })

  const seen = watch(calls.run(side.task))
  await clock.advance(60)

  expect(seen.outcome).toMatchObject({ value: 'second', source: 'hedge', elapsedMs: 60 })
  expect(side.sent.map(({ target }) => target)).toEqual(['a', 'b'])
})

test('hedge alone measures the latency after whose p95 it hedges', async () => {
  const { side, clock, calls } = setup([hedge()])
  side.script({ afterMs: 10 })
  for (let call = 0; call < 100; call++) {
    void calls.run(side.task)
    await clock.advance(10)
  }
  side.script({ hang: true }, { value: 'second' })

  const seen = watch(calls.run(side.task))
  await clock.advance(50)

  expect(seen.outcome).toMatchObject({ value: 'second', source: 'hedge' })
})

test.each([
  ['a bulkhead around it', [bulkhead({ running: 1, waiting: 5 }), hedge({ after: 50 })]],
  ['a bulkhead within it', [hedge({ after: 50 }), bulkhead({ running: 1, waiting: 5 })]],
  ['a limiter around it', [adaptiveLimiter({ limit: 1 }), hedge({ after: 50 })]],
  ['a rate within it', [hedge({ after: 50 }), rateLimiter({ limit: 1, perMs: 9_000, waiting: 5 })]],
])('hedge alone is suppressed by %s without a place, and waits for none', async (_, executors) => {
  const { side, clock, calls } = setup(executors)
  side.script({ afterMs: 300, value: 'first' })

  const seen = watch(calls.run(side.task))
  await clock.advance(20_000)

  expect(seen.outcome).toMatchObject({ value: 'first', elapsedMs: 300 })
  expect(side.sent.length).toBe(1)
})

test('timeout alone cuts a call', async () => {
  const { side, clock, calls } = setup([timeout(500)])
  side.script({ hang: true })

  const seen = watch(calls.run(side.task))
  await clock.advance(500)

  expect(seen.outcome).toMatchObject({ ok: false, timedOut: true, elapsedMs: 500 })
  expect(side.eventTypes()).toEqual(['attempt.timed-out'])
})

test('timeout alone without a number follows the latency it measures', async () => {
  const { side, clock, calls } = setup([timeout()])
  side.script({ afterMs: 2_000 })
  for (let call = 0; call < 100; call++) {
    void calls.run(side.task)
    await clock.advance(2_000)
  }
  side.script({ hang: true })

  const seen = watch(calls.run(side.task))
  await clock.advance(4_900)
  const before = seen.outcome
  await clock.advance(5_500)

  expect(before).toBeUndefined()
  expect(seen.outcome).toMatchObject({ timedOut: true })
})

test('a timeout within retry cuts an attempt and not the call', async () => {
  const { side, clock, calls } = setup([retry({ baseMs: 1 }), timeout(500)])
  side.script({ hang: true }, { value: 'second' })

  const seen = watch(calls.run(side.task))
  await clock.advance(600)

  expect(seen.outcome).toMatchObject({ value: 'second', attempts: 2 })
})

test('fallback alone answers when the call fails', async () => {
  const { side, calls } = setup([fallback(({ key }) => `stored ${key}`)])
  side.script(down)

  const outcome = await calls.run(side.task, { key: 'BTC' })

  expect(outcome).toMatchObject({ value: 'stored BTC', source: 'fallback' })
})

test('fallback alone answers with the last good value of the key first', async () => {
  const { side, clock, calls } = setup([fallback(() => 'declared', { cache: {} })])
  side.script({ value: 'good' }, down)
  await calls.run(side.task, { key: 'BTC' })

  await clock.advance(5_000)

  expect(await calls.run(side.task, { key: 'BTC' })).toMatchObject({ value: 'good', ageMs: 5_000 })
  expect(await calls.run(side.task, { key: 'ETH' })).toMatchObject({ value: 'declared' })
})

test('a fallback that comes first answers when the deadline has passed, as in a policy', async () => {
  const { side, clock, calls } = setup([fallback(() => 'stored'), retry()], { deadlineMs: 200 })
  side.script({ hang: true })

  const seen = watch(calls.run(side.task))
  await clock.advance(200)

  expect(seen.outcome).toMatchObject({ value: 'stored', elapsedMs: 200 })
})

test('a deadline alone ends the call', async () => {
  const { side, clock, calls } = setup([], { deadlineMs: 200 })
  side.script({ hang: true })

  const seen = watch(calls.run(side.task))
  await clock.advance(200)

  expect(seen.outcome).toMatchObject({ timedOut: true, elapsedMs: 200 })
})

test('a circuit alone opens, and tells the listener of its pipeline', async () => {
  const { side, calls } = setup([circuitBreaker({ consecutiveFailures: 2 })])
  side.script(down)

  for (let call = 0; call < 2; call++) await calls.run(side.task)

  expect(await calls.run(side.task)).toMatchObject({ refused: 'circuit-open' })
  expect(side.eventTypes()).toEqual(['circuit.changed', 'call.refused'])
})

test('all of them together do what the policy of the same layers does', async () => {
  const { side, clock, calls } = setup(
    [
      fallback(() => 'stored'),
      bulkhead({ running: 5 }),
      adaptiveLimiter(),
      retry({ attempts: 2, baseMs: 10, jitter: 'none' }),
      clientThrottle(),
      circuitBreaker(),
      hedge({ after: 50 }),
      rateLimiter({ limit: 100, perMs: 1_000 }),
      timeout(500),
    ],
    { deadlineMs: 2_000 },
  )
  side.script(down, down, { hang: true }, { afterMs: 5, value: 'fourth' })

  const seen = watch(calls.run(side.task))
  await clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ value: 'fourth', source: 'hedge', attempts: 4 })
  expect(calls.counters).toMatchObject({ retries: 1, hedges: 2, out: 0 })
})

test('one layer in two pipelines keeps them apart', async () => {
  const shared = retry({ baseMs: 1 })
  const [first, second] = [setup([shared]), setup([shared])]
  first.side.script({ error: { status: 429, retryAfterMs: 60_000 } })
  await first.calls.run(first.side.task, { key: 'BTC' })

  expect(await second.calls.run(second.side.task, { key: 'BTC' })).toMatchObject({ ok: true })
})

test('a pipeline lists its figures and those of its parts', async () => {
  const { side, calls } = setup([bulkhead({ running: 1, name: 'orders' })])
  await calls.run(side.task)

  const names = calls.metrics().map(({ name }) => name)

  expect(names).toContain('genesis.resilience.calls')
  expect(names).toContain('genesis.resilience.bulkhead.started')
})

test.each<[string, () => unknown]>([
  ['retry.attempt is no option; did you mean attempts?', () => retry({ attempt: 3 } as never)],
  ['retry.attempts is a whole number from 1 to 10, not 0', () => retry({ attempts: 0 })],
  ['retry takes an object of options, not 3', () => retry(3 as never)],
  ['hedge.afer is no option; did you mean after?', () => hedge({ afer: 3 } as never)],
  ['hedge.attempts is a whole number from 1 to 5, not 9', () => hedge({ attempts: 9 })],
  ["timeout is 'dynamic' or above 0 ms, not 0", () => timeout(0)],
  ["timeout is 'dynamic' or above 0 ms, not '5s'", () => timeout('5s' as never)],
  ['fallback is a function, not 5', () => fallback(5 as never)],
  ['fallback.witinMs is no option', () => fallback(() => 1, { witinMs: 3 } as never)],
  ['withinMs is above 0 ms, not 0', () => fallback(() => 1, { withinMs: 0 })],
  ['deadlineMS is no option; did you mean', () => pipeline([], { deadlineMS: 3 } as never)],
])('what is wrong is said at once and not at the first call: %s', (sentence, make) => {
  expect(make).toThrow(sentence)
})
