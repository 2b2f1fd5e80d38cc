import { expect, test } from 'vitest'
import { createRandom } from '../../runtime/index.ts'
import { type MarketTrade, OrderBook, type OrderReport } from '../../trading/index.ts'
import { recordedExchange } from './recorded-exchange.ts'
import type { ExchangeLatency } from './simulated-exchange.ts'
import { orderRequest, price, quantity, spot } from './test-orders.ts'

function openExchange(latency: ExchangeLatency | null, cash = '1000') {
  const book = new OrderBook(spot.symbol)
  book.apply({
    type: 'depth-snapshot',
    symbol: spot.symbol,
    lastSequence: 1,
    bids: [[price(100), quantity(2)]],
    asks: [[price(101), quantity(2)]],
  })
  const exchange = recordedExchange({
    instruments: [spot],
    books: new Map([[spot.symbol, book]]),
    balances: { USDT: cash },
    fees: { maker: '0', taker: '0.001' },
    latency,
    random: createRandom(1),
    startTime: 1_000,
  })
  const reports: (OrderReport & { at: number })[] = []
  let now = 1_000
  const hear = (report: OrderReport) => void reports.push({ ...report, at: now })
  void exchange.start({ onReport: hear, onMarket() {} })
  const trade = (time: number, at: number): void => {
    now = time
    const event: MarketTrade = {
      type: 'trade',
      symbol: spot.symbol,
      time,
      id: time,
      price: price(at),
      quantity: quantity(5),
      takerSide: 'sell',
    }
    exchange.onMarketEvent(event)
  }
  return { exchange, reports, trade }
}

const tenAndTwenty: ExchangeLatency = {
  entry: { minMs: 10, meanMs: 10, maxMs: 10 },
  report: { minMs: 20, meanMs: 20, maxMs: 20 },
}

test('An order meets the book after the entry latency and is reported after the other one.', () => {
  const { exchange, reports, trade } = openExchange(tenAndTwenty)
  exchange.submit(orderRequest())

  trade(1_009, 100)
  expect(reports).toEqual([])

  trade(1_029, 100)
  expect(reports).toEqual([])

  trade(1_030, 100)
  expect(reports).toMatchObject([
    { type: 'accepted', time: 1_010 },
    { type: 'filled', time: 1_010, price: price(101) },
  ])
})

test('A market buy beyond the cash was refused for a tick: it is cut, and the rest expires.', () => {
  const { exchange, reports, trade } = openExchange(null, '101')
  trade(1_001, 100)

  exchange.submit(orderRequest({ quantity: 1 }))
  exchange.deliver()

  expect(reports).toMatchObject([
    { type: 'accepted' },
    { type: 'filled', price: price(101), quantity: quantity('0.999') },
    { type: 'expired', reason: 'no more of it is affordable or left to reduce' },
  ])
})

test('A market buy is refused when not one lot is affordable.', () => {
  const { exchange, reports } = openExchange(null, '0.1')

  exchange.submit(orderRequest({ quantity: 1 }))
  exchange.deliver()

  expect(reports).toMatchObject([
    { type: 'refused', reason: 'it needs 101.101 USDT and 0.1 is free' },
  ])
})

test('A trade before the order arrives does not fill it, a later one does.', () => {
  const { exchange, reports, trade } = openExchange(tenAndTwenty)
  exchange.submit(orderRequest({ limit: 99 }))

  trade(1_005, 98)
  trade(1_012, 98)
  exchange.advanceTo(2_000)

  expect(reports).toMatchObject([
    { type: 'accepted', time: 1_010 },
    { type: 'filled', time: 1_012, price: price(99), liquidity: 'maker' },
  ])
})

test('Without latency the report comes with the next event, or when asked for.', () => {
  const { exchange, reports } = openExchange(null)

  exchange.submit(orderRequest())
  exchange.deliver()

  expect(reports.map(({ type }) => type)).toEqual(['accepted', 'filled'])
})

test('Time does not follow a stream that goes back.', () => {
  const { exchange, reports, trade } = openExchange(null)
  trade(1_500, 100)
  trade(1_400, 100)

  exchange.submit(orderRequest())
  exchange.deliver()

  expect(reports[0]).toMatchObject({ type: 'accepted', time: 1_500 })
})
