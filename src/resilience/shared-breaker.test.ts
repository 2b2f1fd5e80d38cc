import { expect, test } from 'vitest'
import { circuitBreaker } from './breaker/circuit-breaker.ts'
import type { ResilienceEvent } from './events.ts'
import { keyedPolicy } from './keyed-policy.ts'
import { pipeline } from './pipeline.ts'
import { policy } from './policy.ts'
import { SimulatedSide } from './simulated-side.ts'

const down = { error: Object.assign(new Error('down'), { code: 'ECONNREFUSED' }) }

function setup(options: { readonly essential?: boolean } = {}) {
  const side = new SimulatedSide()
  const breaker = circuitBreaker({ name: 'venue', consecutiveFailures: 2, breakMs: 5_000 })
  const quotes = policy('quotes', {
    effect: 'read',
    retry: false,
    breaker,
    ...side.parts,
    ...options,
  })
  const fail = async (calls: number) => {
    side.script(down)
    for (let call = 0; call < calls; call++) await quotes.run(side.task)
  }
  return { side, breaker, quotes, fail }
}

test('an essential policy makes the circuit passed to it essential: it never refuses', async () => {
  const { side, breaker, quotes, fail } = setup({ essential: true })

  await fail(5)

  expect(breaker.state).toBe('ETERNAL')
  expect(await quotes.run(side.task)).toMatchObject({ error: down.error })
})

test('a circuit that was open when an essential policy took it refuses no longer', async () => {
  const { side, breaker, fail } = setup()
  await fail(2)
  const before = breaker.state

  const stops = policy('stops', { effect: 'read', essential: true, breaker, ...side.parts })
  side.script({ value: 'answer' })

  expect([before, breaker.state]).toEqual(['OPEN', 'ETERNAL'])
  expect(await stops.run(side.task)).toMatchObject({ value: 'answer' })
})

test('an open circuit does not hide that the caller has given up, or has no time left', async () => {
  const { side, quotes, fail } = setup()
  await fail(2)

  const outcomes = [
    await quotes.run(side.task),
    await quotes.run(side.task, { signal: AbortSignal.abort('enough') }),
    await quotes.run(side.task, { deadlineMs: 0 }),
    await quotes.run(side.task, { deadlineMs: 500 }),
  ]

  expect(outcomes).toMatchObject([
    { refused: 'circuit-open' },
    { refused: 'aborted', cause: 'enough' },
    { refused: 'no-time' },
    { refused: 'circuit-open' },
  ])
})

test('an ordinary policy leaves the circuit passed to it as it is', async () => {
  const { breaker, fail } = setup()

  await fail(2)

  expect(breaker.state).toBe('OPEN')
})

test('shadow cannot be said of a circuit that was passed in', () => {
  const breaker = circuitBreaker()

  const make = () => policy('quotes', { effect: 'read', shadow: true, breaker })

  expect(make).toThrow('shadow belongs to the breaker passed in')
})

test("onEvent hears of a passed circuit's changes, once however many policies share it", async () => {
  const side = new SimulatedSide()
  const told: ResilienceEvent[] = []
  const venues = keyedPolicy('venues', {
    effect: 'read',
    retry: false,
    breaker: circuitBreaker({ name: 'venue', consecutiveFailures: 2 }),
    ...side.parts,
    onEvent: (event) => told.push(event),
  })
  side.script(down)

  for (const key of ['a', 'b']) await venues.run(side.task, { key })

  const changes = told.filter(({ type }) => type === 'circuit.changed')
  expect(changes).toMatchObject([{ policy: 'venue', from: 'CLOSED', to: 'OPEN' }])
})

test('keys that were forgotten are not told of the circuit they shared, those that remain are', async () => {
  const side = new SimulatedSide()
  const breaker = circuitBreaker({ name: 'venue', consecutiveFailures: 2 })
  const told: string[] = []
  const options = (key: string) =>
    ({ effect: 'read', retry: false, breaker, onEvent: () => told.push(key) }) as const
  const venues = keyedPolicy('venues', options, { keysMax: 3 })
  for (let key = 0; key < 1_000; key++) await venues.run(() => 1, { key: `${key}` })

  side.script(down)
  for (const _ of 'two') await venues.run(side.task, { key: '999' })

  expect([...new Set(told)]).toEqual(['997', '998', '999'])
})

test('one who listens by many keys hears as long as one of them remains', async () => {
  const side = new SimulatedSide()
  const breaker = circuitBreaker({ name: 'venue', consecutiveFailures: 2 })
  const changes: ResilienceEvent[] = []
  const onEvent = (event: ResilienceEvent) => {
    if (event.type === 'circuit.changed') changes.push(event)
  }
  const venues = keyedPolicy(
    'venues',
    { effect: 'read', retry: false, breaker, ...side.parts, onEvent },
    { keysMax: 1 },
  )
  for (let key = 0; key < 10; key++) await venues.run(() => 1, { key: `${key}` })

  side.script(down)
  for (const _ of 'two') await venues.run(side.task, { key: 'last' })

  expect(changes.length).toBe(1)
})

test('what was released hears no more of the circuit passed to it, however often that is said', async () => {
  const { side, breaker, fail } = setup()
  const told: ResilienceEvent[] = []
  const onEvent = (event: ResilienceEvent) => told.push(event)
  const parts = { ...side.parts, onEvent }
  const [one, other] = [1, 2].map(() => policy('other', { effect: 'read', breaker, ...parts }))
  const alone = pipeline([breaker], { clock: side.clock, onEvent })

  one!.release()
  one!.release()
  alone.release()
  await fail(2)
  const afterOne = told.length
  other!.release()
  breaker.import(breaker.export(side.clock), side.clock)
  await side.clock.advance(10_000)
  breaker.admit(side.clock.monotonicMs())

  expect(breaker.state).toBe('HALF_OPEN')
  expect([afterOne, told.length]).toEqual([1, 1])
})

test('the latency of a policy is that of the circuit passed to it: frozen while that is ill', async () => {
  const { side, quotes, fail } = setup()
  side.script({ afterMs: 10 })
  for (let call = 0; call < 100; call++) {
    void quotes.run(side.task)
    await side.clock.advance(10)
  }
  const healthyMs = quotes.latency.baselineMs
  await fail(2)

  for (let sample = 0; sample < 1_000; sample++) quotes.latency.record(500, 10_000)

  expect(healthyMs).toBeCloseTo(10)
  expect(quotes.latency.baselineMs).toBe(healthyMs)
})

test.each([
  ['without a circuit', { effect: 'read', breaker: false, retry: { attempts: 10, baseMs: 1 } }],
  [
    'that must not be sent twice',
    { effect: 'once', retry: { attempts: 10, baseMs: 1, isUnsent: () => true } },
  ],
] as const)('hopeless work %s is abandoned early', async (_, options) => {
  const side = new SimulatedSide()
  const calls = policy('calls', { ...options, ...side.parts } as never)
  side.script(down)

  for (let call = 0; call < 20; call++) {
    void calls.run(side.task)
    await side.clock.advance(100)
  }

  expect(calls.counters.abandoned).toBeGreaterThan(0)
})
