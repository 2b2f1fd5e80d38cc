import { expect, test } from 'vitest'
import { adaptiveLimiter } from './limits/adaptive-limiter.ts'
import { bulkhead } from './limits/bulkhead.ts'
import { clientThrottle } from './limits/client-throttle.ts'
import { rateLimiter } from './limits/rate-limiter.ts'
import { RefusedError } from './outcome.ts'
import { policy } from './policy.ts'
import { SimulatedSide, watch } from './simulated-side.ts'

test.each([
  ['bulkhead', 'queue-full', () => ({ bulkhead: bulkhead({ running: 1, shadow: true }) })],
  ['limiter', 'overloaded', () => ({ limiter: adaptiveLimiter({ limit: 1, shadow: true }) })],
  [
    'rate limiter',
    'rate-limited',
    () => ({ rateLimit: rateLimiter({ limit: 1, perMs: 1_000, shadow: true }) }),
  ],
] as const)(
  'what a %s in shadow would refuse reaches onEvent and metrics',
  async (_, refused, limit) => {
    const side = new SimulatedSide()
    const quotes = policy('quotes', { effect: 'read', ...limit(), ...side.parts })
    side.script({ hang: true })

    for (const key of ['BTC', 'ETH']) void quotes.run(side.task, { key })
    await side.clock.settle()

    expect(side.sent.length).toBe(2)
    expect(side.events).toEqual([
      { policy: 'quotes', type: 'call.would-refuse', refused, key: 'ETH' },
    ])
    expect(figures(quotes.metrics(), 'would_refuse')).toContainEqual(
      expect.objectContaining({ value: 1, policy: 'quotes' }),
    )
    expect(figures(quotes.metrics(), 'calls.would_refuse')).toMatchObject([{ value: 1 }])
  },
)

test('what a throttle in shadow would refuse reaches onEvent and metrics', async () => {
  const side = new SimulatedSide()
  const throttle = clientThrottle({
    shadow: true,
    volumeMin: 1,
    random: { next: () => 0 },
  })
  const quotes = policy('quotes', {
    effect: 'read',
    breaker: false,
    retry: false,
    throttle,
    ...side.parts,
  })
  side.script({ error: { status: 500 } })

  for (let call = 0; call < 5; call++) await quotes.run(side.task)

  expect(side.eventTypes()).toContain('call.would-refuse')
  expect(quotes.counters.wouldRefuse).toBe(throttle.wouldRefuse)
  expect(throttle.wouldRefuse).toBeGreaterThan(0)
})

test('what a circuit in shadow would refuse is told with its key and counted', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', {
    effect: 'read',
    retry: false,
    shadow: true,
    breaker: { consecutiveFailures: 1 },
    ...side.parts,
  })
  side.script({ error: { status: 500 } }, { value: 'answer' })
  await quotes.run(side.task, { key: 'BTC' })

  await quotes.run(side.task, { key: 'ETH' })

  expect(side.events.filter(({ type }) => type === 'call.would-refuse')).toEqual([
    { policy: 'quotes', type: 'call.would-refuse', refused: 'circuit-open', key: 'ETH' },
  ])
  expect(quotes.counters).toMatchObject({ wouldRefuse: 1, refused: 0 })
})

test('a limit that moved is told by the policy whose call moved it', async () => {
  const side = new SimulatedSide()
  const { clock } = side
  const quotes = policy('quotes', {
    effect: 'read',
    breaker: false,
    retry: false,
    timeout: 500,
    limiter: adaptiveLimiter({ limit: 20, random: side.random }),
    ...side.parts,
  })
  side.script({ hang: true })

  for (let round = 0; round < 10; round++) {
    for (let call = 0; call < 20; call++) void quotes.run(side.task)
    await clock.advance(501)
  }

  expect(side.events.find(({ type }) => type === 'limit.changed')).toMatchObject({
    policy: 'quotes',
  })
})

test('a refused call is told with its key, whether a circuit or a limit refused it', async () => {
  const side = new SimulatedSide()
  const full = policy('full', {
    effect: 'read',
    bulkhead: bulkhead({ running: 1 }),
    ...side.parts,
  })
  const open = policy('open', {
    effect: 'read',
    retry: false,
    breaker: { consecutiveFailures: 1 },
    ...side.parts,
  })
  side.script({ hang: true })
  void full.run(side.task, { key: 'BTC' })
  side.script({ error: { status: 500 } })
  await open.run(side.task)

  await full.run(side.task, { key: 'ETH' })
  await open.run(side.task, { key: 'SOL' })

  expect(side.events.filter(({ type }) => type === 'call.refused')).toEqual([
    { policy: 'full', type: 'call.refused', refused: 'queue-full', key: 'ETH' },
    { policy: 'open', type: 'call.refused', refused: 'circuit-open', key: 'SOL' },
  ])
})

test("value() of an aborted call throws with the caller's own reason as its cause", async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', ...side.parts })
  const caller = new AbortController()
  const reason = new Error('the user went away')
  side.script({ hang: true })

  const thrown = quotes.value(side.task, { signal: caller.signal }).catch((error: unknown) => error)
  await side.clock.settle()
  caller.abort(reason)
  const before = quotes.value(side.task, { signal: caller.signal })

  expect(await thrown).toBeInstanceOf(RefusedError)
  expect(await thrown).toMatchObject({ refused: 'aborted', cause: reason })
  await expect(before).rejects.toMatchObject({ refused: 'aborted', cause: reason })
})

test("the outcome of a call aborted while its fallback runs keeps the caller's reason", async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', {
    effect: 'read',
    retry: false,
    fallback: () => new Promise<never>(() => undefined),
    ...side.parts,
  })
  const caller = new AbortController()
  side.script({ error: { status: 500 } })

  const seen = watch(quotes.run(side.task, { signal: caller.signal }))
  await side.clock.settle()
  caller.abort('enough')
  await side.clock.settle()

  expect(seen.outcome).toMatchObject({ refused: 'aborted', cause: 'enough' })
})

function figures(metrics: ReturnType<ReturnType<typeof policy>['metrics']>, what: string) {
  return metrics
    .filter(({ name }) => name.endsWith(what))
    .map(({ name, value, attributes }) => ({ name, value, ...attributes }))
}

test('whatever is told of a call names its key', async () => {
  const side = new SimulatedSide()
  const prices = policy('prices', {
    effect: 'read',
    ...side.parts,
    ...{ timeout: 50, deadlineMs: 200, breaker: false, fallback: () => 'stored' },
    retry: { attempts: 5, baseMs: 10, jitter: 'none' },
    hedge: { after: 20 },
  })
  side.script({ hang: true })

  void prices.run(side.task, { key: 'BTC' })
  await side.clock.advance(1_000)

  const told = new Set(side.eventTypes())
  const types = 'hedge.sent attempt.timed-out retry.scheduled fallback.answered'
  for (const type of types.split(' ')) expect(told).toContain(type)
  expect(side.events.filter((event) => !('key' in event) || event.key !== 'BTC')).toEqual([])
})
