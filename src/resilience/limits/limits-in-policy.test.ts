import { expect, test } from 'vitest'
import { createRandom, SimulatedClock } from '../../runtime/index.ts'
import { AttemptBudget } from '../budget.ts'
import type { Criticality } from '../criticality.ts'
import type { Outcome } from '../outcome.ts'
import { faults } from '../faults/faults.ts'
import { policy } from '../policy.ts'
import { adaptiveLimiter } from './adaptive-limiter.ts'
import { bulkhead } from './bulkhead.ts'
import { clientThrottle } from './client-throttle.ts'
import { rateLimiter } from './rate-limiter.ts'

/** The limits where they will be used: inside a whole policy, between its other layers. */
function limitedPolicy({ deadlineMs = 10_000 }: { deadlineMs?: number } = {}) {
  const clock = new SimulatedClock()
  const random = createRandom(1)
  const limits = {
    bulkhead: bulkhead({ running: 10, waiting: 5 }),
    limiter: adaptiveLimiter({ random }),
    throttle: clientThrottle({ random }),
    rateLimit: rateLimiter({ limit: 100, perMs: 1_000, waiting: 10 }),
  }
  const calls = policy('limited', {
    effect: 'read',
    clock,
    random,
    budget: new AttemptBudget({ burst: 1_000 }),
    deadlineMs,
    breaker: false,
    retry: { attempts: 3, baseMs: 1_000, jitter: 'none', abandonBelow: 0 },
    ...limits,
  })
  const settled: Outcome<unknown>[] = []
  return { clock, calls, settled, ...limits, count: (one: Outcome<unknown>) => settled.push(one) }
}

const never = () => new Promise<never>(() => {})
const fail = () => {
  throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' })
}

test('calls that hang give all their places back at the deadline', async () => {
  const { clock, calls, settled, count, ...limits } = limitedPolicy({ deadlineMs: 500 })
  for (let call = 0; call < 30; call++) void calls.run(never).then(count)
  expect([limits.bulkhead.running, limits.bulkhead.waiting]).toEqual([10, 5])

  await clock.advance(600)

  expect([limits.bulkhead.running, limits.bulkhead.waiting, limits.limiter.inFlight]).toEqual([
    0, 0, 0,
  ])
  expect(settled.filter((one) => 'timedOut' in one)).toHaveLength(10)
  expect(settled.filter((one) => 'refused' in one && one.refused === 'no-time')).toHaveLength(5)
  expect(settled.filter((one) => 'refused' in one && one.refused === 'queue-full')).toHaveLength(15)
})

test('calls aborted while they wait for a retry give their places back', async () => {
  const { clock, calls, settled, count, ...limits } = limitedPolicy()
  const caller = new AbortController()
  for (let call = 0; call < 10; call++) {
    void calls.run(fail, { signal: caller.signal }).then(count)
  }
  await clock.advance(100)
  expect(limits.bulkhead.running).toBe(10)

  caller.abort()
  await clock.advance(5_000)

  expect(settled).toHaveLength(10)
  expect([limits.bulkhead.running, limits.limiter.inFlight]).toEqual([0, 0])
})

test('calls aborted while they wait for the rate limit leave at once', async () => {
  const { clock, calls, settled, count, ...limits } = limitedPolicy()
  for (let call = 0; call < 100; call++) await calls.run(() => call)
  const caller = new AbortController()
  void calls.run(() => 'answer', { signal: caller.signal }).then(count)
  expect(limits.rateLimit.waiting).toBe(1)

  caller.abort()
  await clock.settle()

  expect(settled).toMatchObject([{ refused: 'aborted' }])
  expect([limits.rateLimit.waiting, limits.bulkhead.running]).toEqual([0, 0])
})

test.each([
  ['a bulkhead', () => ({ bulkhead: bulkhead({ running: 1, waiting: 5 }) })],
  ['a rate limit', () => ({ rateLimit: rateLimiter({ limit: 1, perMs: 50, waiting: 5 }) })],
  ['an injected delay', () => ({ innermost: [faults({ latency: 50 })] })],
])(
  'a call that waited for %s, failed and was retried still has its answer',
  async (_what, made) => {
    const clock = new SimulatedClock()
    const patient = policy('patient', {
      effect: 'read',
      clock,
      breaker: false,
      timeout: false,
      retry: { attempts: 2, baseMs: 10, jitter: 'none', abandonBelow: 0 },
      ...made(),
    })
    const failsFirst = async ({ attempt }: { attempt: number }) =>
      attempt === 1 ? fail() : attempt
    const settled: Outcome<unknown>[] = []

    for (let call = 0; call < 3; call++) {
      void patient.run(failsFirst).then((outcome) => settled.push(outcome))
    }
    await clock.advance(10_000)

    expect(settled).toMatchObject([{ value: 2 }, { value: 2 }, { value: 2 }])
  },
)

test('every call takes exactly the timeout of the policy: the limit falls', async () => {
  const clock = new SimulatedClock()
  const limiter = adaptiveLimiter({ random: createRandom(1) })
  const hanging = policy('hanging', {
    effect: 'read',
    clock,
    breaker: false,
    retry: false,
    timeout: 5_000,
    limiter,
    innermost: [faults({ hang: true })],
  })

  for (let second = 0; second < 60; second++) {
    for (let call = 0; call < 20; call++) void hanging.run(() => 'never asked')
    await clock.advance(1_000)
  }

  expect(limiter.limit).toBeLessThanOrEqual(2)
  await clock.advance(5_000)
  expect(limiter.inFlight).toBe(0)
})

test('under overload the least critical calls of a policy are refused first', async () => {
  const clock = new SimulatedClock()
  const limiter = adaptiveLimiter({ random: createRandom(1), limit: 10 })
  const busy = policy('busy', { effect: 'read', clock, breaker: false, limiter })
  const served = [0, 0, 0, 0, 0]
  const wants = (criticality: Criticality) =>
    void busy
      .run(() => clock.sleep(100), { criticality })
      .then(({ ok }) => (served[criticality] = (served[criticality] ?? 0) + (ok ? 1 : 0)))

  // Each level wants five places, fifteen too many; the lowest comes first every time.
  for (let round = 0; round < 20; round++) {
    for (const criticality of [0, 1, 2, 3, 4] as const) {
      for (let call = 0; call < 5; call++) wants(criticality)
    }
    await clock.advance(101)
  }

  const [sheddable = 0, degraded = 0, normal = 0, important = 0, essential = 0] = served
  expect(essential).toBeGreaterThanOrEqual(95)
  expect(important).toBeGreaterThan(90)
  expect(sheddable + degraded + normal).toBeLessThan(10)
})
