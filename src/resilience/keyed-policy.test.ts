import { expect, test } from 'vitest'
import { SimulatedClock } from '../runtime/index.ts'
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
