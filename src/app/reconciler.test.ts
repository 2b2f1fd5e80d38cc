import { expect, test } from 'vitest'
import type { Event, Hedging } from '../engine/index.ts'
import { candleExchange, type Exchange, type OrderQuery } from '../exchange/index.ts'
import { createRandom, SimulatedClock } from '../runtime/index.ts'
import type { Approved, OrderRequest } from '../trading/index.ts'
import { AccountFixture, btc, candleAt, FEE, fillOf, orderOf, reportOf } from './account-fixture.ts'
import { Reconciler } from './reconciler.ts'
import { orderCancelRequested, Topic } from './trading-events.ts'

const START = 1_000_000
/** Longer than any answer may take, twice. */
const PATIENCE_MS = 11_000

/** An exchange that says what a test wants, or nothing at all. */
class ScriptedExchange implements Exchange {
  readonly name = 'scripted'
  readonly instruments = [btc]
  readonly asked: string[] = []
  readonly cancelled: string[] = []
  answer: (question: number) => Promise<OrderQuery> = () => new Promise(() => {})
  open: Exchange['openOrders'] = async () => ({ ok: true, value: [] })
  owned: Exchange['balances'] = async () => ({ ok: true, value: {} })

  start = async () => undefined
  stop = async () => undefined
  submit(): void {
    throw new Error('the reconciler sends no order')
  }

  cancel(clientOrderId: string): void {
    this.cancelled.push(clientOrderId)
  }

  queryOrder(clientOrderId: string): Promise<OrderQuery> {
    this.asked.push(clientOrderId)
    return this.answer(this.asked.length)
  }

  openOrders = () => this.open()
  balances = () => this.owned()
}

class Fixture extends AccountFixture {
  readonly clock = new SimulatedClock(START)
  readonly exchange = new ScriptedExchange()
  hedging: Hedging = 'declared'
  readonly reconciler: Reconciler

  constructor(exchange?: Exchange) {
    super()
    this.reconciler = new Reconciler({
      exchange: exchange ?? this.exchange,
      account: this.account,
      clock: this.clock,
      random: createRandom('questions'),
      log: this.log,
      publish: (event) => void this.give(event),
      hedging: () => this.hedging,
    })
    this.start()
    this.bar(100)
  }

  async started() {
    const starting = this.reconciler.start()
    await this.clock.advance(PATIENCE_MS)
    return starting
  }

  status(id = 'a') {
    return this.account.orders.get(id)?.status
  }

  told(): readonly string[] {
    return this.journal
      .map(({ topic }: Event) => topic)
      .filter((topic) => topic.startsWith('order.'))
  }
}

const found = (...reports: Extract<OrderQuery, { outcome: 'found' }>['reports']) =>
  Promise.resolve<OrderQuery>({ outcome: 'found', reports })
const notFound = () => Promise.resolve<OrderQuery>({ outcome: 'not-found' })

test('with no open order nobody is asked', async () => {
  const fixture = new Fixture()

  const report = await fixture.started()

  expect(report).toEqual({ asked: 0, external: [] })
  expect(fixture.exchange.asked).toEqual([])
})

test('what the exchange tells of an order is booked, once', async () => {
  const fixture = new Fixture()
  fixture.request()
  fixture.fill(1, { quantity: '0.4' })
  fixture.exchange.answer = () =>
    found(reportOf('accepted'), fillOf(1, { quantity: '0.4' }), fillOf(2, { quantity: '0.6' }))

  const report = await fixture.started()

  expect(report).toEqual({ asked: 1, external: [] })
  expect(fixture.status()).toBe('filled')
  expect(fixture.account.portfolio.position(btc.symbol).quantity).toBe(1_000)
})

test('a real exchange knows the order by its client order id', async () => {
  const exchange = candleExchange({
    instruments: [btc],
    balances: { USDT: '10000' },
    fees: { maker: FEE, taker: FEE },
  })
  await exchange.start({ onReport: () => undefined, onMarket: () => undefined })
  exchange.onCandle(btc.symbol, candleAt(100, 60_000))
  exchange.submit(orderOf({}) as Approved<OrderRequest>)
  exchange.onCandle(btc.symbol, candleAt(101, 120_000))
  const fixture = new Fixture(exchange)
  fixture.request()
  fixture.request({ clientOrderId: 'lost' })

  await fixture.started()

  expect([fixture.status(), fixture.status('lost')]).toEqual(['filled', 'never-arrived'])
  expect(await fixture.reconciler.compareBalances()).toEqual([])
})

test('not found counts when a second look says so too', async () => {
  const fixture = new Fixture()
  fixture.request()
  fixture.exchange.answer = notFound

  await fixture.started()

  expect(fixture.exchange.asked).toEqual(['a', 'a'])
  expect(fixture.status()).toBe('never-arrived')
})

test('found at the second look is found', async () => {
  const fixture = new Fixture()
  fixture.request()
  fixture.exchange.answer = (question) =>
    question === 1 ? notFound() : found(reportOf('accepted'))

  await fixture.started()

  expect(fixture.status()).toBe('working')
  expect(fixture.told()).not.toContain(Topic.ORDER_NEVER_ARRIVED)
})

test.each<[string, () => Promise<OrderQuery>]>([
  ['no answer within the deadline', () => new Promise(() => {})],
  ['an error', () => Promise.reject(new Error('connection reset'))],
  ['an answer of unknown', async () => ({ outcome: 'unknown', reason: 'overloaded' })],
])('%s is never "not found": the order stays, and is asked about again', async (_what, answer) => {
  const fixture = new Fixture()
  fixture.request()
  fixture.exchange.answer = answer

  const report = await fixture.started()
  const before = fixture.exchange.asked.length
  await fixture.clock.advance(60_000)

  expect(report.asked).toBe(1)
  expect(fixture.status()).toBe('submitted')
  expect(fixture.logged).toContain('order still unknown')
  expect(fixture.exchange.asked.length).toBeGreaterThan(before)
})

test('the second look that fails is no second "not found"', async () => {
  const fixture = new Fixture()
  fixture.request()
  fixture.exchange.answer = (question) =>
    question === 1 ? notFound() : Promise.reject(new Error('connection reset'))

  await fixture.started()

  expect(fixture.status()).toBe('submitted')
})

test('an answer that comes after its deadline is not listened to', async () => {
  const fixture = new Fixture()
  fixture.request()
  fixture.exchange.answer = async () => {
    await fixture.clock.sleep(PATIENCE_MS / 2)
    return { outcome: 'found', reports: [reportOf('accepted')] }
  }

  await fixture.started()

  expect(fixture.status()).toBe('submitted')
})

test('while it runs only orders whose answer is overdue are asked about', async () => {
  const fixture = new Fixture()
  fixture.exchange.answer = () => found(reportOf('accepted'))
  await fixture.started()
  fixture.request({ clientOrderId: 'resting', limit: '90' })
  fixture.report('accepted', 'resting')
  fixture.request()

  await fixture.clock.advance(15_000)

  expect(fixture.exchange.asked).toEqual(['a'])
  expect(fixture.status()).toBe('working')
})

test('a missed report makes it ask about every open order', async () => {
  const fixture = new Fixture()
  fixture.exchange.answer = () => found(reportOf('canceled', 'resting'))
  await fixture.started()
  fixture.request({ clientOrderId: 'resting', limit: '90' })
  fixture.report('accepted', 'resting')

  fixture.reconciler.reportMissed()
  await fixture.clock.advance(5_000)

  expect(fixture.status('resting')).toBe('canceled')
})

test('a cancel that got lost is sent again, an order never', async () => {
  const fixture = new Fixture()
  fixture.request({ limit: '90' })
  fixture.report('accepted')
  fixture.give(orderCancelRequested(62_000, '1', { clientOrderId: 'a', symbol: btc.symbol }))
  fixture.exchange.answer = () => found(reportOf('accepted'))

  await fixture.started()

  expect(fixture.exchange.cancelled[0]).toBe('a')
})

test('an order that ended meanwhile is not cancelled again', async () => {
  const fixture = new Fixture()
  fixture.request({ limit: '90' })
  fixture.report('accepted')
  fixture.give(orderCancelRequested(62_000, '1', { clientOrderId: 'a', symbol: btc.symbol }))
  fixture.exchange.answer = () => found(reportOf('accepted'), reportOf('canceled'))

  await fixture.started()

  expect(fixture.exchange.cancelled).toEqual([])
  expect(fixture.status()).toBe('canceled')
})

test('orders at the exchange that are not ours are told, and left alone', async () => {
  const fixture = new Fixture()
  fixture.exchange.open = async () => ({ ok: true, value: [orderOf({ clientOrderId: 'by hand' })] })

  const report = await fixture.started()

  expect(report.external).toEqual(['by hand'])
  expect(fixture.logged).toEqual(['open order that is not ours'])
  expect(fixture.exchange.cancelled).toEqual([])
})

test('open orders nobody told are not "none"', async () => {
  const fixture = new Fixture()
  fixture.exchange.open = () => Promise.reject(new Error('connection reset'))

  expect(await fixture.started()).toEqual({ asked: 0, external: null })
})

test('balances are compared by asset, and where they differ both are told', async () => {
  const fixture = new Fixture()
  fixture.request()
  fixture.fill(1)
  const total = (text: string) => ({ total: text, free: text })
  fixture.exchange.owned = async () => ({
    ok: true,
    value: { USDT: total('9899.9'), BTC: total('0.9'), DOGE: total('5') },
  })

  expect(await fixture.reconciler.compareBalances()).toEqual([
    { asset: 'BTC', ledger: '1', exchange: '0.9' },
    { asset: 'DOGE', ledger: '0', exchange: '5' },
  ])
})

test('balances nobody told do not differ', async () => {
  const fixture = new Fixture()
  fixture.exchange.owned = () => new Promise(() => {})

  const comparing = fixture.reconciler.compareBalances()
  await fixture.clock.advance(PATIENCE_MS)

  expect(await comparing).toBeNull()
})

test('once stopped it asks nobody', async () => {
  const fixture = new Fixture()
  await fixture.started()
  fixture.request()

  fixture.reconciler.stop()
  await fixture.clock.advance(60_000)

  expect(fixture.exchange.asked).toEqual([])
  expect(fixture.clock.timerCount).toBe(0)
})

test('where the mode wants speed a late answer is asked for twice, and in no other', async () => {
  const asked: number[] = []
  for (const hedging of ['none', 'essential', 'declared', 'eager'] as const) {
    const fixture = new Fixture()
    fixture.hedging = hedging
    fixture.request()

    const starting = fixture.reconciler.start()
    await fixture.clock.advance(1_000)

    asked.push(fixture.exchange.asked.length)
    await fixture.clock.advance(PATIENCE_MS)
    await starting
  }

  expect(asked).toEqual([1, 1, 1, 2])
})

test('lost answers are a smaller share of the latest, and slow ones a larger of what is too long', async () => {
  const fixture = new Fixture()
  fixture.request()
  expect([fixture.reconciler.available, fixture.reconciler.latencyRatio]).toEqual([1, 0])

  await fixture.started()

  // The order is unknown, and the open orders were told.
  expect(fixture.reconciler.available).toBe(0.9)
  expect(fixture.reconciler.latencyRatio).toBeGreaterThan(0.5)
})
