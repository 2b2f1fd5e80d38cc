import { expect, test } from 'vitest'
import { bulkhead } from './limits/bulkhead.ts'
import type { OnceExecutor } from './executor.ts'
import type { OnceOutcome, Outcome } from './outcome.ts'
import { policy } from './policy.ts'
import { resilient } from './resilient.ts'
import { refusal } from './refusal.ts'
import { SimulatedSide, watch } from './simulated-side.ts'

const broken = { error: new Error('broken') }
const lost = { error: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) }

test('a call that succeeds is a live success', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', ...side.parts })

  const outcome = await quotes.run(() => 7)

  expect(outcome).toMatchObject({ ok: true, value: 7, source: 'live', attempts: 1 })
})

test('retry, breaker, timeout and fallback work together', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', {
    effect: 'read',
    timeout: 50,
    retry: { baseMs: 10, jitter: 'none' },
    fallback: () => 'stored',
    ...side.parts,
  })
  side.script({ hang: true }, broken, { hang: true })

  const seen = watch(quotes.run(side.task))
  await side.clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ value: 'stored', source: 'fallback', attempts: 3 })
  expect(side.sent.map(({ atMs }) => atMs)).toEqual([0, 60, 80])
  expect(quotes.counters).toMatchObject({ sent: 3, retries: 2, timeouts: 2, fromFallback: 1 })
})

test('a dead dependency opens the circuit; then nothing is sent and refusing costs no error', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', retry: false, ...side.parts })
  side.script(broken)
  for (let call = 0; call < 10; call++) await quotes.run(side.task)
  const sent = side.sent.length

  const outcome = await quotes.run(side.task)

  expect(quotes.breaker?.state).toBe('OPEN')
  expect(outcome).toMatchObject({ ok: false, refused: 'circuit-open', sent: false })
  expect(side.sent.length).toBe(sent)
})

test('whoever is refused by a circuit is told when to come again', async () => {
  const side = new SimulatedSide()
  const random = { ...side.random, next: () => 0 }
  const quotes = policy('quotes', { effect: 'read', retry: false, ...side.parts, random })
  side.script(broken)
  for (let call = 0; call < 10; call++) await quotes.run(side.task)
  await side.clock.advance(4_000)
  const whileOpen = await quotes.run(side.task)
  await side.clock.advance(6_000)
  side.script({ hang: true })
  for (let probe = 0; probe < 3; probe++) void quotes.run(side.task)

  const whileProbing = await quotes.run(side.task)

  expect(whileOpen).toMatchObject({ refused: 'circuit-open', retryAfterMs: 6_000 })
  expect(whileProbing).toMatchObject({ refused: 'circuit-open', retryAfterMs: 5_000 })
})

test('a rate limit of the other side gates the key and leaves the circuit closed', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', ...side.parts })
  side.script({ error: { status: 429, retryAfterMs: 30_000 } })

  const outcomes: Outcome<unknown>[] = []
  for (let call = 0; call < 50; call++) {
    outcomes.push(await quotes.run(side.task, { key: 'orders' }))
  }

  expect(side.sent.length).toBe(1)
  expect(outcomes[49]).toMatchObject({ refused: 'gated', retryAfterMs: 30_000 })
  expect(quotes.breaker?.state).toBe('CLOSED')
})

test("the caller's abort and local refusals are not failures of the other side", async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', {
    effect: 'read',
    retry: false,
    bulkhead: bulkhead({ running: 1, waiting: 0 }),
    ...side.parts,
  })
  side.script({ hang: true })

  for (let call = 0; call < 30; call++) {
    const caller = new AbortController()
    const running = quotes.run(side.task, { signal: caller.signal })
    const refused = await quotes.run(side.task)
    caller.abort()
    expect([await running, refused]).toMatchObject([
      { refused: 'aborted' },
      { refused: 'queue-full' },
    ])
  }

  expect(quotes.breaker?.state).toBe('CLOSED')
  expect(quotes.counters).toMatchObject({ refused: 60, failed: 0, out: 0 })
})

test('a sent order whose reply is lost is unknown, is never sent again, and can be asked about', async () => {
  const side = new SimulatedSide()
  const place = policy('place', { effect: 'once', deadlineMs: 3_000, ...side.parts })
  side.script(lost)

  const outcome = await place.run(side.task)
  const asked = 'unknown' in outcome ? await outcome.reconcile(() => 'it was filled') : undefined
  await side.clock.advance(60_000)

  expect(outcome).toMatchObject({ ok: false, unknown: true, error: lost.error, attempts: 1 })
  expect(asked).toMatchObject({ ok: true, value: 'it was filled' })
  expect(side.sent.length).toBe(1)
})

test.for<[string, SimulatedSideSetup]>([
  ['times out', (side) => side.script({ hang: true })],
  ['fails for a reason nobody knows', (side) => side.script(broken)],
  ['is aborted by its caller', (side, caller) => side.clock.after(100, () => caller.abort())],
])('an order that %s may have taken effect', async ([, set]) => {
  const side = new SimulatedSide()
  const place = policy('place', { effect: 'once', deadlineMs: 3_000, ...side.parts })
  const caller = new AbortController()
  side.script({ hang: true })
  set(side, caller)

  const seen = watch(place.run(side.task, { signal: caller.signal }))
  await side.clock.advance(60_000)

  expect(seen.outcome).toMatchObject({ unknown: true })
  expect(side.sent.length).toBe(1)
})

test('an order that was refused before it was sent is simply refused', async () => {
  const side = new SimulatedSide()
  const full: OnceExecutor = { apply: () => (_attempt, settle) => settle(refusal('overloaded')) }
  const place = policy('place', { effect: 'once', limiter: full, ...side.parts })

  expect(await place.run(side.task)).toMatchObject({ refused: 'overloaded' })
})

test('an order may be repeated on proof that it was never sent', async () => {
  const side = new SimulatedSide()
  const place = policy('place', {
    effect: 'once',
    retry: { baseMs: 10, isUnsent: (error) => error === 'unsent' },
    ...side.parts,
  })
  side.script({ error: 'unsent' }, { value: 'placed' })

  const seen = watch(place.run(side.task))
  await side.clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ value: 'placed', attempts: 2 })
})

test('predicates that throw change nothing and are reported', async () => {
  const side = new SimulatedSide()
  const throws = () => {
    throw new Error('predicate')
  }
  const quotes = policy('quotes', {
    effect: 'read',
    retry: false,
    classify: throws,
    isFailure: throws,
    ...side.parts,
  })
  side.script({ value: 'fine' }, broken)

  const outcomes = [await quotes.run(side.task), await quotes.run(side.task)]

  expect(outcomes).toMatchObject([{ value: 'fine' }, { error: broken.error }])
  expect(quotes.events.isolated).toBe(2)
})

test('a value may be a failure', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', {
    effect: 'read',
    retry: { attempts: 2, baseMs: 10 },
    isFailure: (reply: { status: number }) => reply.status >= 500 && reply,
    ...side.parts,
  })
  side.script({ value: { status: 503 } }, { value: { status: 200 } })

  const seen = watch(quotes.run(side.task))
  await side.clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ value: { status: 200 }, attempts: 2 })
})

test('an essential call is always answered, and the live side comes back by itself', async () => {
  const side = new SimulatedSide()
  const stops = policy('stops', {
    effect: 'read',
    essential: true,
    retry: false,
    timeout: 100,
    cache: { maxAgeMs: 10_000_000 },
    ...side.parts,
  })
  side.script({ value: 'good' })
  await stops.run(side.task, { key: 'BTC' })

  side.script({ hang: true })
  const sources = new Set<string>()
  for (let second = 0; second < 3_600; second++) {
    const seen = watch(stops.run(side.task, { key: 'BTC' }))
    await side.clock.advance(1_000)
    sources.add(seen.outcome?.ok === true ? seen.outcome.source : 'none')
  }
  const stateWhileDead = stops.breaker?.state
  const probes = side.sent.length
  side.script({ value: 'back' })
  const seen = watch(stops.run(side.task, { key: 'BTC' }))
  await side.clock.advance(1_500)
  const second = watch(stops.run(side.task, { key: 'BTC' }))
  await side.clock.advance(1_500)

  expect([...sources]).toEqual(['cache'])
  expect(stateWhileDead).toBe('ETERNAL')
  expect(probes).toBeGreaterThan(1_000)
  expect([seen.outcome, second.outcome]).toContainEqual(expect.objectContaining({ value: 'back' }))
})

test('no ten seconds of a dependency flapping every second see more than two moves', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', retry: false, ...side.parts })
  const movedAt: number[] = []
  quotes.events.on(({ type }) => {
    if (type === 'circuit.changed') movedAt.push(side.clock.monotonicMs())
  })

  for (let tick = 0; tick < 3_000; tick++) {
    side.script(tick % 200 < 100 ? broken : { value: 'up' })
    await quotes.run(side.task)
    await side.clock.advance(10)
  }

  const crowded = movedAt.filter((atMs, index) => (movedAt[index + 2] ?? Infinity) - atMs < 10_000)
  expect(movedAt.length).toBeGreaterThan(0)
  expect(crowded).toEqual([])
})

test('wrapped functions and decorated methods go through the policy', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', retry: false, ...side.parts })
  class Feed {
    readonly name = 'feed'
    last = resilient(quotes)(async function (this: Feed, symbol: string) {
      if (symbol === '') throw new Error('no symbol')
      return `${this.name} ${symbol}`
    })
  }

  const wrapped = await quotes.wrap((_context, a: number, b: number) => a + b)(1, 2)
  const decorated = await new Feed().last('BTC')

  expect(wrapped).toMatchObject({ value: 3 })
  expect(decorated).toBe('feed BTC')
  await expect(new Feed().last('')).rejects.toThrow('no symbol')
  expect(quotes.counters.calls).toBe(3)
})

test('every call is counted once: succeeded, failed, refused, unknown or out', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', deadlineMs: 500, hedge: true, ...side.parts })
  const behaviours = [{ value: 1 }, broken, { hang: true }, { afterMs: 300, value: 2 }]

  for (let call = 0; call < 400; call++) {
    side.script(behaviours[side.random.integer(4)]!, behaviours[side.random.integer(4)]!)
    void quotes.run(side.task)
    await side.clock.advance(side.random.integer(60))
  }
  await side.clock.advance(10_000)

  const { calls, succeeded, failed, refused, unknown, out } = quotes.counters
  const breaker = quotes.breaker!.counters
  expect([succeeded + failed + refused + unknown, out]).toEqual([calls, 0])
  expect(breaker.settled + breaker.late).toBe(breaker.admitted)
})

test('a reply that only looks like a promise and throws is a failure, never an exception', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', retry: false, ...side.parts })
  const bad = {
    // oxlint-disable-next-line unicorn/no-thenable -- what a broken library may hand over
    then: () => {
      throw new Error('no promise')
    },
  }

  const outcome = await quotes.run(() => bad as unknown as PromiseLike<number>)

  expect(outcome).toMatchObject({ ok: false, error: { message: 'no promise' } })
})

test('METRICS_ONLY: a shadow policy counts what it would refuse, and sends it', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', retry: false, shadow: true, ...side.parts })
  side.script(broken)

  for (let call = 0; call < 30; call++) await quotes.run(side.task)

  expect(side.sent.length).toBe(30)
  expect(quotes.breaker!.counters.wouldRefuse).toBeGreaterThan(0)
})

test('the figures of limits are among those of the policy', () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', {
    effect: 'read',
    bulkhead: bulkhead({ name: 'places', running: 2 }),
    ...side.parts,
  })

  const ofLimit = quotes.metrics().filter(({ attributes }) => attributes.name === 'places')

  expect(ofLimit.length).toBeGreaterThan(0)
})

test('everything is counted under names an OpenTelemetry exporter can take as they are', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', ...side.parts })
  await quotes.run(side.task)

  const metrics = quotes.metrics()
  const names = metrics.map(({ name }) => name)

  expect(names.every((name) => /^genesis\.resilience\.[a-z_.]+$/.test(name))).toBe(true)
  expect(metrics.every(({ value }) => Number.isFinite(value))).toBe(true)
  expect(metrics).toContainEqual({
    name: 'genesis.resilience.calls',
    kind: 'counter',
    unit: '{call}',
    value: 1,
    attributes: { policy: 'quotes', outcome: 'success' },
  })
})

test('options outside their range are named', () => {
  expect(() => policy('x', { effect: 'read', deadlineMs: 0 })).toThrow('deadlineMs is above 0')
  expect(() => policy('x', { effect: 'read', timeout: -1 })).toThrow('timeout is')
  expect(() => policy('x', { effect: 'read', hedge: { attempts: 9 } })).toThrow('hedge.attempts')
  expect(() => policy('x', { effect: 'read', targets: [] })).toThrow('targets')
})

/** Never called: the compiler is the test. */
export function whatDoesNotCompile(): void {
  // @ts-expect-error -- an order must not be hedged
  policy('place', { effect: 'once', hedge: true })
  // @ts-expect-error -- an order must not be retried without proof
  policy('place', { effect: 'once', retry: { attempts: 3 } })
  // @ts-expect-error -- what repeating the call does must be said
  policy('quotes', {})
  // @ts-expect-error -- 'write' says nothing about repeating
  policy('quotes', { effect: 'write' })

  const placed: Promise<OnceOutcome<number>> = policy('p', { effect: 'once' }).run(() => 1)
  const read: Promise<Outcome<number | string>> = policy('r', {
    effect: 'read',
    fallback: () => 'stored',
  }).run(() => 1)
  // @ts-expect-error -- a lost order is neither success nor failure
  const wrong: Promise<Outcome<number>> = policy('p', { effect: 'once' }).run(() => 1)
  void [placed, read, wrong]
}

type SimulatedSideSetup = (side: SimulatedSide, caller: AbortController) => unknown
