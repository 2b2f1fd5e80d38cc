import { afterAll, beforeAll, expect, test } from 'vitest'
import { FakeSystem, START } from '../../test/browser/fake-system.ts'
import { sampleCandle, sampleEvent, sampleFill, sampleOrder } from '../../test/browser/samples.ts'
import { ask, startServer, type Answer } from '../../test/browser/test-server.ts'
import type { Server } from './create-server.ts'
import type { Page } from './protocol.ts'

const system = new FakeSystem()
let server: Server
let url: string

beforeAll(async () => {
  for (let number = 1; number <= 5; number += 1) {
    const open = number > 3
    const symbol = number === 5 ? 'ETH/USDT' : 'BTC/USDT'
    system.apply({ type: 'event', event: sampleEvent(number) })
    system.apply({ type: 'order', order: sampleOrder(number, { open, symbol }) })
    system.apply({ type: 'fill', fill: sampleFill(number, { symbol }) })
    const money = { equity: `${10_000 + number}.25`, cash: '5000', drawdown: '0' }
    system.apply({ type: 'equity', point: { time: START + number, ...money } })
    system.apply(sampleCandle(START + number * 60_000, '105', true))
  }
  ;({ server, url } = await startServer(system, { limits: { pageItemsMax: 4 } }))
})

afterAll(() => server.close())

const get = (path: string): Promise<Answer> => ask(`${url}/api/v1/${path}`)

async function items(path: string): Promise<unknown[]> {
  return ((await get(path)).json as unknown as Page<unknown>).items as unknown[]
}

test.each([
  ['health', () => system.health()],
  ['mode', () => system.mode()],
  ['rates', () => system.rates()],
  ['ready', () => ({ ready: true })],
  ['components', () => ({ items: [], next: null })],
  ['engine', () => system.engine()],
  ['strategies', () => ({ items: [], next: null })],
  ['positions', () => ({ items: [], next: null })],
  ['balances', () => ({ items: [], next: null })],
  ['symbols', () => ({ items: system.symbolsNow, next: null })],
])('/%s answers what the system says, uncached', async (path, expected) => {
  const answer = await get(path)

  expect(answer.status).toBe(200)
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
  expect(answer.json).toEqual(expected())
})

test.each(['events', 'orders', 'fills', 'equity', 'candles?symbol=BTC/USDT'])(
  '/%s without `after` is the newest page',
  async (path) => {
    const all = await items(path)
    const newest = await items(`${path}${path.includes('?') ? '&' : '?'}limit=2`)

    expect(newest).toEqual(all.slice(-2))
  },
)

test.each([
  ['events', 0, 'number'],
  ['orders', 0, 'number'],
  ['fills', 0, 'number'],
  ['equity', START, 'time'],
  ['candles?symbol=BTC/USDT', START, 'openTime'],
] as const)('/%s is read whole by following `next`', async (path, start, cursor) => {
  const seen: number[] = []
  let after: number | null = start

  while (after !== null) {
    const joint: string = path.includes('?') ? '&' : '?'
    const answer = await get(`${path}${joint}after=${after}&limit=2`)
    const page = answer.json as unknown as Page<Record<string, number>>
    seen.push(...page.items.map((item) => item[cursor]!))
    after = page.next
  }

  expect(seen).toHaveLength(5)
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
})

test('orders are chosen by being open and by symbol, fills by symbol', async () => {
  const numbers = async (path: string) =>
    ((await items(path)) as { number: number }[]).map((item) => item.number)

  expect(await numbers('orders?open=true')).toEqual([4, 5])
  expect(await numbers('orders?open=false')).toEqual([1, 2, 3])
  expect(await numbers('orders?open=true&symbol=ETH/USDT')).toEqual([5])
  expect(await numbers('fills?symbol=ETH/USDT')).toEqual([5])
})

test('candles come in the strategy interval unless another is asked for', async () => {
  expect(await items('candles?symbol=BTC/USDT')).toEqual(
    await items('candles?symbol=BTC/USDT&interval=1m'),
  )
  expect(await items('candles?symbol=BTC/USDT&interval=5m')).toEqual([])
})

test.each([
  ['orders?limit=0', 'limit', 'limit is "0"; it must be a whole number from 1 to 4'],
  ['orders?limit=5', 'limit', 'limit is "5"; it must be a whole number from 1 to 4'],
  ['orders?limit=all', 'limit', 'limit is "all"; it must be a whole number from 1 to 4'],
  ['fills?limit=1&limit=2', 'limit', 'limit is "1,2"; it must be a whole number from 1 to 4'],
  [
    'events?after=-1',
    'after',
    'after is "-1"; it must be a whole number from 0, the `next` of the page before',
  ],
  ['orders?open=maybe', 'open', 'open is "maybe"; it must be true or false'],
  [
    'orders?opne=true',
    'opne',
    '"opne" is not a parameter here; it takes open, symbol, after, limit',
  ],
  ['mode?limit=1', 'limit', '"limit" is not a parameter here; it takes none'],
  ['candles', 'symbol', 'symbol is missing; it must be a symbol such as BTC/USDT'],
  [
    'candles?symbol=DOGE/USDT',
    'symbol',
    'symbol is "DOGE/USDT"; it must be one of BTC/USDT, ETH/USDT',
  ],
  [
    'candles?symbol=BTC/USDT&interval=7m',
    'interval',
    'interval is "7m"; for BTC/USDT it must be one of 1m, 5m',
  ],
])('/%s is refused in one sentence', async (path, field, detail) => {
  const answer = await get(path)

  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(answer.json).toEqual({
    type: 'urn:genesis:problem:bad-input',
    title: 'The request is not allowed',
    status: 400,
    code: 'bad-input',
    field,
    detail,
  })
  expect(answer.status).toBe(400)
})

test('a system that is not ready says so with its first reason', async () => {
  const ready = system.healthNow
  system.healthNow = { ...ready, ready: false, reasons: ['the journal is being recovered'] }

  const answer = await get('ready')
  system.healthNow = ready

  expect(answer.status).toBe(503)
  expect(answer.json).toMatchObject({
    code: 'not-ready',
    detail: 'the journal is being recovered',
  })
})
