import { expect, test } from 'vitest'
import type { Event } from '../engine/index.ts'
import type { Update } from '../server/index.ts'
import { AccountFixture, btc, candleAt, eth } from './account-fixture.ts'
import { ReadModel } from './read-model.ts'
import { orderCancelRequested } from './trading-events.ts'

/** The read model behind the account, as it is registered. */
class Fixture extends AccountFixture {
  readonly model = new ReadModel({ account: this.account, interval: '1m', log: this.log })
  readonly updates: Update[] = []

  constructor() {
    super()
    this.model.subscribe((update) => void this.updates.push(update))
  }

  override give(event: Event): Event {
    const given = super.give(event)
    this.model.onEvent(given, this.context)
    return given
  }

  get told(): readonly string[] {
    return this.updates.map(({ type }) => type)
  }
}

const opened = () => new Fixture().start()
const candlesOf = (model: ReadModel, symbol = btc.symbol) =>
  model.candles(symbol).views({ after: null, limit: 100 })

test('a bar is told as candle, equity, position and event', () => {
  const fixture = opened()
  fixture.updates.length = 0

  fixture.bar(100)

  expect(fixture.told).toEqual(['candle', 'equity', 'position', 'event'])
  expect(fixture.updates[0]).toMatchObject({ symbol: btc.symbol, interval: '1m', closed: true })
  expect(fixture.updates[1]).toEqual({
    type: 'equity',
    point: { time: 60_000, equity: '10000', cash: '10000', drawdown: '0.000000' },
  })
})

test('bars of several symbols at one time make one point of equity', () => {
  const fixture = opened()
  fixture.request()
  fixture.fill(1)
  fixture.bar(110)
  fixture.bar(20, 60_000, eth)
  fixture.bar(120, 120_000)

  expect(fixture.model.equity().map(({ time, equity }) => [time, equity])).toEqual([
    [60_000, '10009.9'],
    [120_000, '10019.9'],
  ])
})

test('an order is told at each step, under the number of its request', () => {
  const fixture = opened()
  fixture.bar(100)
  const { number } = fixture.request({ limit: '99' })
  fixture.report('accepted')
  fixture.give(orderCancelRequested(62_000, '1', { clientOrderId: 'a', symbol: btc.symbol }))
  fixture.report('canceled')

  const orders = fixture.updates.flatMap((update) =>
    update.type === 'order' ? [update.order] : [],
  )
  expect(orders.map(({ state }) => state)).toEqual(['pending', 'working', 'working', 'canceled'])
  expect(new Set(orders.map((order) => order.number))).toEqual(new Set([number]))
})

test('a fill told twice is shown once', () => {
  const fixture = opened()
  fixture.bar(100)
  fixture.request()
  const { number } = fixture.fill(1)
  fixture.fill(1)

  expect(fixture.model.fills.items).toMatchObject([{ number, price: '100', realisedProfit: null }])
  expect(fixture.told.filter((type) => type === 'fill')).toHaveLength(1)
})

test('while the journal is replayed nobody is told, and the state is the same', () => {
  const lived = opened()
  lived.bar(100)
  lived.request()
  lived.fill(1)

  const replayed = new Fixture()
  replayed.live = false
  for (const event of lived.journal) replayed.give(event)

  expect(replayed.updates).toEqual([])
  expect(replayed.model.snapshot()).toEqual(lived.model.snapshot())
})

test('looking at a chart and forming bars are no part of the state', () => {
  const [plain, looked] = [opened(), opened()]
  for (const fixture of [plain, looked]) fixture.bar(100)

  candlesOf(looked.model, eth.symbol)
  looked.model.showForming(btc.symbol, candleAt(120, 120_000))

  expect(candlesOf(looked.model)).toHaveLength(2)
  expect(JSON.stringify(looked.model.snapshot())).toBe(JSON.stringify(plain.model.snapshot()))
})

test('a forming bar that is over already is not told', () => {
  const fixture = opened()
  fixture.bar(100)
  fixture.updates.length = 0

  fixture.model.showForming(btc.symbol, candleAt(99, 60_000))
  fixture.model.showForming(btc.symbol, candleAt(101, 120_000))

  expect(fixture.updates).toMatchObject([{ type: 'candle', closed: false }])
})

test('a restored read model goes on as the one it was taken from', () => {
  const first = opened()
  first.bar(100)
  first.request()
  first.fill(1, { quantity: '0.4' })
  const second = new Fixture()
  second.account.restore(first.account.snapshot())
  second.model.restore(JSON.parse(JSON.stringify(first.model.snapshot())))
  second.journal.push(...first.journal)

  for (const fixture of [first, second]) {
    fixture.fill(2, { quantity: '0.6' })
    fixture.bar(110, 120_000)
  }

  expect(second.model.snapshot()).toEqual(first.model.snapshot())
  expect(candlesOf(second.model)).toEqual(candlesOf(first.model))
  expect(second.model.orderNumber('a')).toBe(first.model.orderNumber('a'))
})

test('every list is bounded', () => {
  const fixture = opened()
  fixture.live = false
  for (let minute = 1; minute <= 7_000; minute += 1) fixture.bar(100, minute * 60_000)

  const { events, equity, candles } = fixture.model.snapshot()
  expect([events.length, equity.length, candles[0]![1].length]).toEqual([500, 3_000, 1_000])
})

test('who stopped listening is told nothing more', () => {
  const fixture = opened()
  const heard: Update[] = []
  const stop = fixture.model.subscribe((update) => void heard.push(update))

  fixture.bar(100)
  const before = heard.length
  stop()
  fixture.bar(101, 120_000)

  expect(before).toBeGreaterThan(0)
  expect(heard).toHaveLength(before)
})

test('a listener that throws costs a line on the page and nothing else', () => {
  const fixture = opened()
  const unsubscribe = fixture.model.subscribe(() => {
    throw new Error('a page that is gone')
  })

  fixture.bar(100)
  unsubscribe()
  fixture.bar(101)

  expect(candlesOf(fixture.model)).toHaveLength(2)
})
