import { expect, test } from 'vitest'
import { SimulatedClock } from '../../runtime/index.ts'
import type { Outcome } from '../outcome.ts'
import { pipeline } from '../pipeline.ts'
import { policy } from '../policy.ts'
import { type Faults, faults, type FaultsOptions } from './faults.ts'

function faulty(options: FaultsOptions) {
  const clock = new SimulatedClock()
  const injected = faults(options)
  const calls = pipeline([injected], { clock })
  return { clock, faults: injected, run: () => calls.run(() => 'answer') }
}

async function pattern(count: number, options: FaultsOptions): Promise<string> {
  const { run } = faulty(options)
  let seen = ''
  for (let call = 0; call < count; call++) seen += (await run()).ok ? '.' : 'x'
  return seen
}

test('an injected error fails the attempt in place of the task, with its class', async () => {
  const { run, faults: injected } = faulty({ error: { status: 429, retryAfterMs: 5 } })

  const outcome = await run()

  expect(outcome).toMatchObject({ errorClass: 'overload', retryAfterMs: 5, attempts: 1 })
  expect(injected.failed).toBe(1)
})

test('an error may be made anew for each attempt', async () => {
  const { run } = faulty({ error: () => Object.assign(new Error('no'), { status: 400 }) })

  expect(await run()).toMatchObject({ errorClass: 'fatal' })
})

test('injected latency comes before the task, between its bounds', async () => {
  const { clock, run } = faulty({ latency: [50, 100] })
  const outcome = run()

  await clock.advance(200)

  const { elapsedMs } = (await outcome) as { elapsedMs: number }
  expect(elapsedMs).toBeGreaterThanOrEqual(50)
  expect(elapsedMs).toBeLessThanOrEqual(101)
})

test('about the given share of attempts gets a fault', async () => {
  const seen = await pattern(2_000, { error: 'no', rate: 0.1 })

  expect(seen.split('x').length - 1).toBeGreaterThan(160)
  expect(seen.split('x').length - 1).toBeLessThan(240)
})

test('the same seed gives the same faults, another seed others', async () => {
  const options = { error: 'no', rate: 0.3, seed: 7 }

  const [first, again, other] = await Promise.all([
    pattern(100, options),
    pattern(100, options),
    pattern(100, { ...options, seed: 8 }),
  ])

  expect(again).toBe(first)
  expect(other).not.toBe(first)
})

test('adding latency does not move the errors', async () => {
  const errors = await pattern(100, { error: 'no', rate: 0.3 })

  const both = await pattern(100, { error: 'no', latency: 0, rate: { error: 0.3, latency: 0.5 } })

  expect(both).toBe(errors)
})

test('a hang lasts until the attempt is given up', async () => {
  const clock = new SimulatedClock()
  const injected = faults({ hang: true })
  const hanging = policy('hanging', {
    effect: 'read',
    clock,
    retry: false,
    timeout: 300,
    innermost: [injected],
  })
  let outcome: Outcome<string> | undefined
  void hanging.run(() => 'answer').then((settled) => (outcome = settled))

  await clock.advance(299)
  expect(outcome).toBeUndefined()
  await clock.advance(2)

  expect(outcome).toMatchObject({ timedOut: true, attempts: 1 })
  expect(injected.hung).toBe(1)
})

test('a delayed attempt that is given up settles at once, and its task is never called', async () => {
  const clock = new SimulatedClock()
  const slow = policy('slow', {
    effect: 'read',
    clock,
    retry: false,
    timeout: false,
    deadlineMs: 100,
    innermost: [faults({ latency: 1_000 })],
  })
  let called = 0
  const outcome = slow.run(() => called++)

  await clock.advance(2_000)

  expect(await outcome).toMatchObject({ timedOut: true, attempts: 1 })
  expect([called, slow.counters.sent]).toEqual([0, 1])
})

test('switched off, it injects nothing and draws nothing', async () => {
  const { run, faults: injected } = faulty({ error: 'no' })
  injected.enabled = false

  expect(await run()).toMatchObject({ ok: true })
  expect(injected.failed).toBe(0)
})

test('only the attempts meant get faults; a predicate that throws lets them be', async () => {
  const second = faulty({ error: 'no', only: ({ attempt }) => attempt === 2 })
  const broken = faulty({
    error: 'no',
    only: () => {
      throw new Error('broken')
    },
  })

  expect((await second.run()).ok).toBe(true)
  expect((await broken.run()).ok).toBe(true)
})

test('its figures are told apart by kind', async () => {
  const { run, faults: injected } = faulty({ error: 'no' })
  await run()

  expect(figures(injected)).toEqual({ latency: 0, error: 1, hang: 0 })
})

function figures(injected: Faults) {
  return Object.fromEntries(injected.metrics().map((one) => [one.attributes.kind, one.value]))
}

test.each([{ rate: 1.5 }, { latency: [5, 1] }, { latency: -1 }] as FaultsOptions[])(
  'it refuses to be made of %j',
  (options) => {
    expect(() => faults({ error: 'no', ...options })).toThrow('not')
  },
)
