import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../runtime/index.ts'
import { formatMoney, parseMoney, type OrderReport } from '../../trading/index.ts'
import { type CandleExchange, candleExchange } from './candle-exchange.ts'
import type { CandleFills } from './candle-matcher.ts'
import {
  bar,
  minute,
  orderRequest,
  type OrderWish,
  perpetual,
  quantity,
  spot,
} from './test-orders.ts'

function openExchange(options: { fills?: CandleFills; balances?: Record<string, string> } = {}) {
  const { fills = {}, balances = { USDT: '1000' } } = options
  const fees = { maker: '0.0001', taker: '0.001' }
  const exchange = candleExchange({ instruments: [spot, perpetual], balances, fees, fills })
  const reports: OrderReport[] = []
  const listener = { onReport: (report: OrderReport) => void reports.push(report), onMarket() {} }
  void exchange.start(listener)
  exchange.onCandle(spot.symbol, bar(0, [100, 101, 99, 100]))
  return { exchange, reports, types: () => reports.map(({ type }) => type) }
}

test('Submitting reports nothing until the exchange is run, then in order.', () => {
  const { exchange, types } = openExchange()

  exchange.submit(orderRequest())
  expect(types()).toEqual([])

  exchange.deliver()
  expect(types()).toEqual(['accepted'])

  exchange.onCandle(spot.symbol, bar(1, [102, 103, 101, 102]))
  expect(types()).toEqual(['accepted', 'filled'])
})

test('An order decided on a close is accepted at that close and filled at the next open.', () => {
  const { exchange, reports } = openExchange()

  exchange.submit(orderRequest({ clientOrderId: 'a' }))
  exchange.onCandle(spot.symbol, bar(1, [102, 103, 101, 102]))

  expect(reports).toEqual([
    {
      type: 'accepted',
      clientOrderId: 'a',
      symbol: spot.symbol,
      time: minute,
      exchangeOrderId: '1',
    },
    {
      type: 'filled',
      clientOrderId: 'a',
      symbol: spot.symbol,
      time: minute,
      tradeId: 1,
      side: 'buy',
      price: 10_200,
      quantity: 1_000,
      fee: '0.102',
      liquidity: 'taker',
    },
  ])
})

test('An order sent from inside a report waits for the next bar.', () => {
  const { exchange, reports } = openExchange()
  const submitOnFill = {
    onReport: (report: OrderReport) => {
      reports.push(report)
      const count = reports.length
      if (report.type === 'filled' && report.side === 'buy') {
        exchange.submit(orderRequest({ side: 'sell' }))
      }
      expect(reports.length).toBe(count)
    },
    onMarket() {},
  }
  void exchange.start(submitOnFill)
  exchange.submit(orderRequest())

  exchange.onCandle(spot.symbol, bar(1, [102, 103, 101, 102]))
  expect(reports.map(({ type }) => type)).toEqual(['accepted', 'filled', 'accepted'])

  exchange.onCandle(spot.symbol, bar(2, [104, 105, 103, 104]))
  expect(reports.at(-1)).toMatchObject({ type: 'filled', side: 'sell', price: 10_400, tradeId: 2 })
})

test('A client order id is refused the second time, also after the first order is over.', async () => {
  const { exchange, reports } = openExchange()
  exchange.submit(orderRequest({ clientOrderId: 'a' }))
  exchange.onCandle(spot.symbol, bar(1, [100, 101, 99, 100]))

  exchange.submit(orderRequest({ clientOrderId: 'a' }))
  exchange.deliver()

  expect(reports.at(-1)).toMatchObject({ type: 'refused' })
  expect(exchange.ledger().fills.length).toBe(1)
  expect(exchange.ledger().duplicates).toBe(1)
  const query = await exchange.queryOrder('a', spot.symbol)
  expect(query.outcome === 'found' && query.reports.map(({ type }) => type)).toEqual([
    'accepted',
    'filled',
  ])
})

test.each<[string, OrderWish, RegExp]>([
  ['an unknown symbol', { symbol: 'DOGE/USDT' }, /DOGE\/USDT is not traded here/],
  ['half a unit', { quantity: '0.001', limit: 1 }, /worth 0.001/],
  ['more than the cash', { quantity: 11, limit: 100 }, /1000 is free/],
  ['coins that are not there', { side: 'sell' }, /needs 1 BTC/],
  ['a crossing post-only order', { limit: 100, postOnly: true }, /may not trade at once/],
  ['a fill-or-kill order without a limit', { timeInForce: 'fok' }, /cannot be fok/],
  ['nothing to reduce', { side: 'sell', reduceOnly: true }, /needs a position/],
])('Refused with a sentence: %s.', (_what, wish, sentence) => {
  const { exchange, reports } = openExchange()

  exchange.submit(orderRequest(wish))
  exchange.deliver()

  expect(reports).toHaveLength(1)
  expect(reports[0]).toMatchObject({ type: 'refused', reason: expect.stringMatching(sentence) })
})

test('Cancelling a working order ends it, and another cancel says what became of it.', () => {
  const { exchange, reports } = openExchange()
  exchange.submit(orderRequest({ clientOrderId: 'a', limit: 90 }))
  exchange.cancel('a', spot.symbol)
  exchange.cancel('a', spot.symbol)
  exchange.cancel('b', spot.symbol)

  exchange.deliver()

  expect(reports.slice(1)).toMatchObject([
    { type: 'canceled' },
    { type: 'cancel-refused', reason: 'the order is canceled' },
    { type: 'cancel-refused', reason: 'no such order' },
  ])
  expect(exchange.ledger().balances['USDT']).toEqual({ total: '1000', free: '1000' })
})

test('A query sees the order sent before it, and an unknown id is not found.', async () => {
  const { exchange, reports } = openExchange()
  exchange.submit(orderRequest({ clientOrderId: 'a', limit: 90 }))

  const [found, missing, open, balances] = await Promise.all([
    exchange.queryOrder('a', spot.symbol),
    exchange.queryOrder('b', spot.symbol),
    exchange.openOrders(),
    exchange.balances(),
  ])

  expect(found).toMatchObject({ outcome: 'found', reports: [{ type: 'accepted' }] })
  expect(missing).toEqual({ outcome: 'not-found' })
  expect(open).toMatchObject({ ok: true, value: [{ clientOrderId: 'a' }] })
  expect(balances.ok && balances.value['USDT']).toEqual({ total: '1000', free: '909.91' })
  expect(reports).toEqual([])
})

test('After its stop nothing is known for sure any more.', async () => {
  const { exchange } = openExchange()

  await exchange.stop()

  expect(await exchange.queryOrder('a', spot.symbol)).toMatchObject({ outcome: 'unknown' })
})

test('When a position closes, what was left to reduce it ends.', () => {
  const { exchange, reports } = openExchange({ balances: { USDT: '1000', BTC: '1' } })
  const reduces = { side: 'sell', reduceOnly: true } as const
  exchange.submit(orderRequest({ ...reduces, clientOrderId: 'target', limit: 105 }))
  exchange.submit(orderRequest({ ...reduces, clientOrderId: 'stop', stop: 95 }))

  exchange.onCandle(spot.symbol, bar(1, [100, 106, 94, 100]))

  expect(reports.slice(2)).toMatchObject([
    { type: 'triggered', clientOrderId: 'stop' },
    { type: 'filled', clientOrderId: 'stop', price: 9_500 },
    { type: 'expired', clientOrderId: 'target' },
  ])
})

test('A market order that became dearer is filled for the cash there is and ends.', () => {
  const { exchange, reports } = openExchange({ balances: { USDT: '100.1' } })
  exchange.submit(orderRequest())

  exchange.onCandle(spot.symbol, bar(1, [110, 111, 109, 110]))

  expect(reports.slice(1)).toMatchObject([
    { type: 'filled', quantity: quantity('0.909') },
    { type: 'expired' },
  ])
  expect(exchange.ledger().balances['USDT']).toEqual({ total: '0.01001', free: '0.01001' })
})

test('The same seed gives the same reports, and another seed others.', () => {
  expect(hashOfRun(1)).toBe(hashOfRun(1))
  expect(hashOfRun(1)).not.toBe(hashOfRun(2))
})

function hashOfRun(seed: number): string {
  const { exchange, reports } = openExchange({ fills: { slippageBps: 2, volumeShare: 0.5 } })
  const random = createRandom(seed)
  let last = 100
  for (let index = 1; index < 400; index++) {
    const close = last + random.integer(5) - 2
    exchange.onCandle(
      spot.symbol,
      bar(index, [last, Math.max(last, close) + 1, Math.min(last, close) - 1, close], 5),
    )
    last = Math.max(20, close)
    const side = random.integer(2) === 0 ? 'buy' : 'sell'
    const limit = random.integer(2) === 0 ? undefined : last + random.integer(5) - 2
    const clientOrderId = `${index}`
    const wish = { clientOrderId, side, quantity: 1 + random.integer(3) } as const
    exchange.submit(orderRequest(limit === undefined ? wish : { ...wish, limit }))
  }
  return createHash('sha256').update(JSON.stringify(reports)).digest('hex')
}

test('Whatever is ordered: money is conserved, nothing free is negative, no order overfills.', () => {
  const wish = fc.record({
    symbol: fc.constantFrom(spot.symbol, perpetual.symbol),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    quantity: fc.integer({ min: 1, max: 8 }),
    limit: fc.option(fc.integer({ min: 90, max: 110 }), { nil: undefined }),
    stop: fc.option(fc.integer({ min: 90, max: 110 }), { nil: undefined }),
    reduceOnly: fc.boolean(),
    timeInForce: fc.constantFrom('gtc' as const, 'gtc' as const, 'ioc' as const, 'fok' as const),
  })
  const step = fc.record({
    wish,
    open: fc.integer({ min: 90, max: 110 }),
    reach: fc.integer({ min: 1, max: 5 }),
    cancels: fc.boolean(),
  })

  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { exchange, reports } = openExchange({
        fills: { slippageBps: 7, volumeShare: 0.005 },
        balances: { USDT: '1500', BTC: '2' },
      })
      steps.forEach(({ wish: { limit, stop, ...rest }, open, reach, cancels }, index) => {
        const prices = { ...(limit ? { limit } : {}), ...(stop ? { stop } : {}) }
        exchange.submit(orderRequest({ clientOrderId: `${index}`, ...rest, ...prices }))
        if (cancels) exchange.cancel(`${index - 2}`, rest.symbol)
        const candle = bar(index + 1, [open, open + reach, open - reach, open])
        exchange.onCandle(spot.symbol, candle)
        exchange.onCandle(perpetual.symbol, candle)
        expectNoneNegative(exchange)
      })
      expectConserved(exchange, reports, { USDT: '1500', BTC: '2' })
    }),
    { numRuns: 300 },
  )
})

function expectNoneNegative(exchange: CandleExchange): void {
  for (const [asset, { total, free }] of Object.entries(exchange.ledger().balances)) {
    if (asset === perpetual.symbol) continue
    expect(free.startsWith('-')).toBe(false)
    if (asset === 'BTC') expect(total.startsWith('-')).toBe(false)
  }
}

/** Totals must be the deposits plus what the reported spot fills moved, and fees. */
function expectConserved(
  exchange: CandleExchange,
  reports: OrderReport[],
  deposits: { USDT: string; BTC: string },
): void {
  let cash = parseMoney(deposits.USDT) as bigint
  let coins = parseMoney(deposits.BTC) as bigint
  let position = 0
  let cost = 0n
  for (const report of reports) {
    if (report.type !== 'filled') continue
    const sign = report.side === 'buy' ? 1n : -1n
    const value = BigInt(report.price) * BigInt(report.quantity) * 10n ** 13n
    cash -= parseMoney(report.fee)
    if (report.symbol === spot.symbol) {
      cash -= sign * value
      coins += sign * BigInt(report.quantity) * 10n ** 15n
    } else {
      position += Number(sign) * report.quantity
      cost += sign * value
    }
  }
  const { balances, orders } = exchange.ledger()
  expect(balances['BTC']?.total).toBe(formatMoney(coins as never))
  if (position === 0) expect(balances['USDT']?.total).toBe(formatMoney((cash - cost) as never))
  for (const { request, filled } of orders) {
    expect(Number(filled)).toBeLessThanOrEqual(Number(request['quantity']))
  }
}
