import { expect, test, vi } from 'vitest'
import { SimulatedClock } from '../runtime/index.ts'
import { circuitBreaker } from './breaker/circuit-breaker.ts'
import type { ResilienceEvent } from './events.ts'
import { keyedPolicy } from './keyed-policy.ts'
import { bulkhead } from './limits/bulkhead.ts'

const down = () => {
  throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' })
}
const options = { effect: 'read', retry: false } as const

test('a key that fails does not shut out the others', async () => {
  const endpoints = keyedPolicy('api', { ...options, clock: new SimulatedClock() })
  for (let call = 0; call < 100; call++) await endpoints.run(down, { key: '/orders' })

  const [bad, good] = await Promise.all([
    endpoints.run(() => 'answer', { key: '/orders' }),
    endpoints.run(() => 'answer', { key: '/quotes' }),
  ])

  expect(bad).toMatchObject({ refused: 'circuit-open' })
  expect(good).toMatchObject({ ok: true, value: 'answer' })
  expect(endpoints.of('/orders').name).toBe('api[/orders]')
})

test('memory is bounded: of a hundred thousand keys the last are remembered', async () => {
  const clients = keyedPolicy(
    'clients',
    { ...options, clock: new SimulatedClock() },
    { keysMax: 50 },
  )

  for (let key = 0; key < 100_000; key++) clients.of(`client ${key}`)

  expect([clients.size, clients.evicted]).toEqual([50, 99_950])
})

test('a key with an open circuit or a call under way is the last to be forgotten', async () => {
  const clients = keyedPolicy(
    'clients',
    { ...options, clock: new SimulatedClock() },
    { keysMax: 4 },
  )
  for (let call = 0; call < 100; call++) await clients.run(down, { key: 'down' })
  void clients.run(() => new Promise(() => {}), { key: 'busy' })
  const [opened, busy] = [clients.of('down'), clients.of('busy')]

  for (let key = 0; key < 20; key++) clients.of(`client ${key}`)

  expect(clients.size).toBe(4)
  expect([clients.of('down'), clients.of('busy')]).toEqual([opened, busy])
})

test('a function of the key gives each its own parts', async () => {
  const clock = new SimulatedClock()
  const own = keyedPolicy('own', () => ({ ...options, clock, bulkhead: bulkhead({ running: 1 }) }))
  const never = () => new Promise<string>(() => {})
  void own.run(never, { key: 'a' })

  expect(await own.run(never, { key: 'a' })).toMatchObject({ refused: 'queue-full' })
  expect(await own.run(() => 'answer', { key: 'b' })).toMatchObject({ ok: true })
})

test('a wrapped function runs under the policy of the key its arguments name', async () => {
  const prices = keyedPolicy('prices', { ...options, clock: new SimulatedClock() })
  const priceOf = prices.wrap(
    (symbol: string) => symbol,
    ({ key }, symbol: string) => `${key} ${symbol}`,
  )

  expect(await priceOf('BTC')).toMatchObject({ value: 'BTC BTC' })
  expect(prices.size).toBe(1)
})

test('the figures of every key are there', async () => {
  const prices = keyedPolicy('prices', { ...options, clock: new SimulatedClock() })
  await prices.value(() => 1, { key: 'BTC' })

  const successes = prices.metrics().filter((one) => one.attributes.outcome === 'success')

  expect(successes).toMatchObject([{ value: 1, attributes: { policy: 'prices[BTC]' } }])
})

test.each<[string, () => unknown]>([
  ['retires is no option; there are effect', () => keyedPolicy('k', { retires: 2 } as never)],
  ["policy('k', options) takes at least { effect }", () => keyedPolicy('k', undefined as never)],
  [
    'retry.attempts is a whole number from 1 to 10, not 99',
    () => keyedPolicy('k', { effect: 'read', retry: { attempts: 99 } }),
  ],
  [
    'keyMax is no option; did you mean keysMax?',
    () => keyedPolicy('k', options, { keyMax: 2 } as never),
  ],
  ["a policy's name is a text, not 5", () => keyedPolicy(5 as never, () => options)],
  [
    'k wraps a function, not undefined',
    () => keyedPolicy('k', options).wrap(String, undefined as never),
  ],
])('what is wrong is said when it is made, and not by every call: %s', (sentence, make) => {
  expect(make).toThrow(sentence)
})

test.each<[string, object | undefined]>([
  ['without a key', {}],
  ['with a key that is none', { key: 5 }],
  ['without options', undefined],
])(
  'a call %s is a mistake of ours, and is not sent under a key that nobody named',
  async (_, given) => {
    const prices = keyedPolicy('prices', { ...options, clock: new SimulatedClock() })
    const task = vi.fn<() => number>()

    const outcome = await prices.run(task, given as never)

    const error = { message: expect.stringContaining('prices: key is a text, not ') as unknown }
    expect(outcome).toMatchObject({ errorClass: 'fatal', attempts: 0, error })
    expect([task.mock.calls.length, prices.size]).toEqual([0, 0])
    expect(prices.counters).toMatchObject({ calls: 1, failed: 1, out: 0 })
    await expect(prices.value(task, given as never)).rejects.toThrow('key is a text')
  },
)

test('one listener hears what happens to every key, and whose it was', async () => {
  const clock = new SimulatedClock()
  const venues = keyedPolicy('venues', (key) => ({
    effect: 'read',
    clock,
    retry: { attempts: 2, baseMs: 0 },
    breaker: circuitBreaker({ name: `circuit of ${key}`, consecutiveFailures: 2 }),
  }))
  const heard: ResilienceEvent[] = []
  const stop = venues.events.on((event) => heard.push(event))

  void venues.run(down, { key: 'kraken' })
  await clock.advance(1)
  stop()
  void venues.run(down, { key: 'binance' })
  await clock.advance(1)

  expect(heard).toMatchObject([
    { policy: 'venues[kraken]', type: 'retry.scheduled', key: 'kraken' },
    { policy: 'circuit of kraken', type: 'circuit.changed', to: 'OPEN' },
  ])
})

test('a listener of all keys that throws is told to the others and disturbs no call', async () => {
  const venues = keyedPolicy('venues', { ...options, clock: new SimulatedClock() })
  const heard: string[] = []
  venues.events.on(() => {
    throw new Error('mine')
  })
  venues.events.on(({ type }) => heard.push(type))
  for (let call = 0; call < 10; call++) await venues.run(down, { key: 'a' })

  expect(await venues.run(down, { key: 'a' })).toMatchObject({ refused: 'circuit-open' })
  expect(heard).toContain('listener.failed')
})

test('its counters are those of all keys, also of the forgotten, and add up', async () => {
  const clock = new SimulatedClock()
  const clients = keyedPolicy('clients', { ...options, clock }, { keysMax: 2 })
  for (let key = 0; key < 5; key++) await clients.run(() => 1, { key: `client ${key}` })
  await clients.run(down, { key: 'down' })
  for (const key of ['a', 'b', 'c']) void clients.run(() => new Promise(() => {}), { key })

  const { calls, succeeded, failed, sent, out } = clients.counters

  expect({ succeeded, failed, sent, out }).toEqual({ succeeded: 5, failed: 1, sent: 9, out: 2 })
  expect(calls).toBe(succeeded + failed + out)
})
