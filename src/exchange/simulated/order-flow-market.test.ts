import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createRandom, SimulatedClock } from '../../runtime/index.ts'
import type { MarketEvent } from '../../trading/index.ts'
import { demoInstruments } from './demo-instruments.ts'
import { OrderFlowMarket } from './order-flow-market.ts'
import { HeardMatching } from './test-orders.ts'

function openMarket(seed: number) {
  const clock = new SimulatedClock(1_700_000_000_000)
  const events: MarketEvent[] = []
  const market = new OrderFlowMarket({ clock, random: createRandom(seed), afterStep() {} })
  const matchers = demoInstruments.map((listed) => market.add(listed, new HeardMatching()))
  market.open()
  market.start((event) => events.push(event))
  /** Moves time as a driver does, in steps finer than the market's. */
  const run = (seconds: number, look = () => {}) => {
    for (let step = 0; step < seconds * 20; step++) {
      clock.setTime(clock.now() + 50)
      clock.runDueTimers()
      look()
    }
  }
  return { clock, market, matchers, events, run }
}

test('Every side of every book is 20 levels deep at any time and never crossed.', () => {
  const { matchers, run } = openMarket(1)

  let shallowest = Infinity
  let narrowest = Infinity
  run(300, () => {
    for (const { book } of matchers) {
      shallowest = Math.min(shallowest, book.bids.levels.length, book.asks.levels.length)
      narrowest = Math.min(narrowest, book.bestAsk!.price - book.bestBid!.price)
    }
  })

  expect(shallowest).toBeGreaterThanOrEqual(20)
  expect(narrowest).toBeGreaterThan(0)
})

test('Each symbol trades every few hundred milliseconds and tells its best at most every 100.', () => {
  const { events, run } = openMarket(2)
  run(300)

  for (const { instrument } of demoInstruments) {
    const own = events.filter(({ symbol }) => symbol === instrument.symbol)
    const trades = own.filter(({ type }) => type === 'trade').length
    expect(trades).toBeGreaterThan(300)
    expect(trades).toBeLessThan(3_000)
    const tops = own.filter((event) => event.type === 'book-top')
    for (const [index, top] of tops.entries()) {
      if (index > 0) expect(top.time - tops[index - 1]!.time).toBeGreaterThanOrEqual(100)
    }
  }
})

test('Prices stay sane over hours: near the anchor, and no leap between two trades.', () => {
  const { events, run } = openMarket(3)
  const last = new Map<string, number>()
  let away = 0
  let leap = 0

  for (let hour = 0; hour < 4; hour++) {
    run(3_600)
    for (const event of events.splice(0)) {
      if (event.type !== 'trade') continue
      const { character } = demoInstruments.find((one) => one.instrument.symbol === event.symbol)!
      const before = last.get(event.symbol) ?? event.price
      away = Math.max(away, Math.abs(event.price / character.anchor - 1))
      leap = Math.max(leap, Math.abs(event.price / before - 1))
      last.set(event.symbol, event.price)
    }
  }

  expect(away).toBeLessThan(0.4)
  expect(leap).toBeLessThan(0.02)
})

test('The same seed is the same market, another seed another.', () => {
  const hashes = [4, 4, 5].map((seed) => {
    const { events, run } = openMarket(seed)
    run(60)
    return createHash('sha256').update(JSON.stringify(events)).digest('hex')
  })

  expect(hashes[0]).toBe(hashes[1])
  expect(hashes[0]).not.toBe(hashes[2])
})

test('A market that goes on from a snapshot keeps its prices and gives no id twice.', () => {
  const before = openMarket(6)
  before.run(60)
  const state = JSON.parse(JSON.stringify(before.market.snapshot()))
  before.market.secured(state)
  before.run(60)

  const after = openMarket(6)
  after.market.restore(state, () => ({ lastPrice: null, lastTradeId: 0 }))
  after.run(5)

  const ids = (events: MarketEvent[]) =>
    events.flatMap((event) => (event.type === 'trade' ? [`${event.symbol} ${event.id}`] : []))
  const given = new Set(ids(before.events))
  expect(ids(after.events).some((id) => given.has(id))).toBe(false)
  expect(after.market.snapshot()[0]!.lastTradeId).toBeGreaterThan(50_000)
})

test('A symbol that used up its ids pauses until its state is safe again.', () => {
  const { market, events, run } = openMarket(7)
  run(10)
  const state = market.snapshot().map((symbol) => ({ ...symbol, lastTradeId: -49_000 }))

  market.secured(state)
  events.length = 0
  run(10)
  expect(events).toEqual([])

  market.secured(market.snapshot())
  run(10)
  expect(events.length).toBeGreaterThan(10)
})
