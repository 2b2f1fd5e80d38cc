import { expect, test } from 'vitest'
import { AttemptBudget } from '../budget.ts'
import { Classifier } from '../classifier.ts'
import { Events } from '../events.ts'
import { Guard } from '../guard.ts'
import { Pipeline } from '../pipeline.ts'
import type { SuccessPrediction } from '../prediction.ts'
import { SimulatedSide, watch } from '../simulated-side.ts'
import { timersOf } from '../timers.ts'
import { Backoff } from './backoff.ts'
import { KeyGate } from './key-gate.ts'
import { Retry, type RetryParts } from './retry.ts'

function setup(options: Partial<RetryParts> = {}) {
  const side = new SimulatedSide()
  const { clock, random, budget } = side
  const events = new Events('test')
  events.on((event) => side.events.push(event))
  const timers = timersOf(clock)
  const retry = new Retry({
    attempts: 3,
    backoff: new Backoff({ baseMs: 100, jitter: 'none', random }),
    waitMsMax: 10_000,
    abandonBelow: 0.3,
    essential: false,
    gate: new KeyGate(),
    budget,
    timers,
    events,
    ...options,
  })
  const calls = new Pipeline({
    name: 'test',
    clock,
    events,
    executors: [new Guard(timers, events), retry],
    classifier: new Classifier({ events }),
  })
  return { side, clock, calls }
}

const broken = { error: new Error('broken') }

test('a transient failure is tried again after the wait, and the answer says how often', async () => {
  const { side, clock, calls } = setup()
  side.script(broken, broken, { value: 7 })

  const seen = watch(calls.run(side.task))
  await clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ ok: true, value: 7, source: 'live', attempts: 3 })
  expect(side.sent.map(({ atMs }) => atMs)).toEqual([0, 100, 300])
})

test('when attempts run out, the last failure is the answer', async () => {
  const { side, clock, calls } = setup()
  side.script(broken, broken, { error: 'the last' })

  const seen = watch(calls.run(side.task))
  await clock.advance(10_000)

  expect(seen.outcome).toMatchObject({ ok: false, error: 'the last', attempts: 3 })
})

test('our own mistake is not repeated', async () => {
  const { side, clock, calls } = setup()
  side.script({ error: Object.assign(new Error('bad request'), { status: 400 }) })

  const seen = watch(calls.run(side.task))
  await clock.advance(10_000)

  expect(seen.outcome).toMatchObject({ ok: false, errorClass: 'fatal', attempts: 1 })
})

test('no attempt starts that cannot end before the deadline; the real error is the answer', async () => {
  const { side, clock, calls } = setup({ backoff: new Backoff({ ...backoffOf(600) }) })
  side.script(broken)

  const seen = watch(calls.run(side.task, { deadlineMs: 1_000 }))
  await clock.advance(5_000)

  expect(side.sent.map(({ atMs }) => atMs)).toEqual([0, 600])
  expect(seen.outcome).toMatchObject({ ok: false, error: broken.error, timedOut: false })
})

test('when the deadline cuts a retry, the answer is the failure before it', async () => {
  const { side, clock, calls } = setup()
  side.script(broken, { hang: true })

  const seen = watch(calls.run(side.task, { deadlineMs: 1_000 }))
  await clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ ok: false, error: broken.error })
})

test('429 with Retry-After closes the key for everybody and leaves other keys open', async () => {
  const { side, clock, calls } = setup()
  const limited = {
    error: Object.assign(new Error('slow down'), { status: 429, retryAfterMs: 30_000 }),
  }
  side.script(limited, { value: 'later' })

  const first = watch(calls.run(side.task, { key: 'BTC' }))
  await clock.advance(29_000)
  const second = watch(calls.run(side.task, { key: 'BTC' }))
  const other = watch(calls.run(side.task, { key: 'ETH' }))
  await clock.advance(999)
  const sent = side.sent.map(({ key }) => key)
  await clock.advance(1)
  const third = watch(calls.run(side.task, { key: 'BTC' }))
  await clock.advance(1)

  expect(first.outcome).toMatchObject({ ok: false, errorClass: 'overload' })
  expect(second.outcome).toMatchObject({ refused: 'gated', retryAfterMs: 1_000 })
  expect(other.outcome).toMatchObject({ ok: true })
  expect(sent).toEqual(['BTC', 'ETH'])
  expect(third.outcome).toMatchObject({ ok: true })
})

test('a key that was closed during the wait bars the retry; the failure before is the answer', async () => {
  const { side, clock, calls } = setup()
  side.script(broken, { error: { status: 429, retryAfterMs: 30_000 } }, { value: 'too many' })

  const waiting = watch(calls.run(side.task, { key: 'BTC' }))
  await clock.advance(50)
  void calls.run(side.task, { key: 'BTC' })
  await clock.advance(1_000)

  expect(waiting.outcome).toMatchObject({ error: broken.error, attempts: 1, elapsedMs: 100 })
  expect(side.sent.length).toBe(2)
  expect(calls.counters.retries).toBe(0)
})

test('a short pause is waited out', async () => {
  const { side, clock, calls } = setup()
  side.script({ error: { status: 429, retryAfterMs: 2_000 } }, { value: 'after the pause' })

  const seen = watch(calls.run(side.task))
  await clock.advance(2_000)

  expect(seen.outcome).toMatchObject({ value: 'after the pause' })
  expect(side.sent.map(({ atMs }) => atMs)).toEqual([0, 2_000])
})

test('an empty budget suppresses the retry and nothing else', async () => {
  const budget = new AttemptBudget({ ratio: 0, perSecond: 0, burst: 1 })
  const { side, clock, calls } = setup({ budget })
  side.script(broken)

  const seen = watch(calls.run(side.task))
  await clock.advance(10_000)

  expect(seen.outcome).toMatchObject({ error: broken.error, attempts: 2 })
  expect(side.eventTypes()).toContain('budget.denied')
})

test('work whose success has become unlikely is dropped early, and counted', async () => {
  const { side, clock, calls } = setup({ attempts: 5, success: predicts(0.7) })
  side.script(broken)

  const seen = watch(calls.run(side.task))
  await clock.advance(60_000)

  expect(seen.outcome).toMatchObject({ attempts: 3 })
  expect(calls.counters.abandoned).toBe(1)
})

test('essential work is not dropped', async () => {
  const { side, clock, calls } = setup({ attempts: 5, success: predicts(0), essential: true })
  side.script(broken)

  const seen = watch(calls.run(side.task))
  await clock.advance(60_000)

  expect(seen.outcome).toMatchObject({ attempts: 5 })
})

test('an aborted caller stops the next attempt during the wait', async () => {
  const { side, clock, calls } = setup()
  const caller = new AbortController()
  side.script(broken)

  const seen = watch(calls.run(side.task, { signal: caller.signal }))
  await clock.advance(50)
  caller.abort()
  await clock.advance(10_000)

  expect(seen.outcome).toMatchObject({ refused: 'aborted' })
  expect(side.sent.length).toBe(1)
})

test('where only the unsent may be repeated, the proof decides', async () => {
  const { side, clock, calls } = setup({ isUnsent: (error) => error === 'unsent' })
  side.script({ error: 'unsent' }, broken)

  const seen = watch(calls.run(side.task))
  await clock.advance(10_000)

  expect(seen.outcome).toMatchObject({ error: broken.error, attempts: 2 })
})

test('more than ten attempts, or none, is not a policy', () => {
  expect(() => setup({ attempts: 11 })).toThrow('a whole number from 1 to 10, not 11')
  expect(() => setup({ attempts: 0 })).toThrow('a whole number from 1 to 10, not 0')
})

function backoffOf(baseMs: number) {
  return { baseMs, jitter: 'none', random: new SimulatedSide().random } as const
}

function predicts(probability: number): SuccessPrediction {
  return { probability: () => probability, learn: () => undefined }
}
