import { expect, test } from 'vitest'
import { ImportanceLog, SimulatedClock } from '../runtime/index.ts'
import { formatMoney } from '../trading/index.ts'
import { AccountFixture, btc } from './account-fixture.ts'
import { orderCancelRequested, orderNeverArrived } from './trading-events.ts'

const opened = () => {
  const fixture = new AccountFixture().start()
  fixture.bar(100)
  return fixture
}
const statusOf = ({ account }: AccountFixture, id = 'a') => account.orders.get(id)?.status

test('it has no money until the first run names it', () => {
  const fixture = new AccountFixture()

  expect(fixture.account.opened).toBe(false)
  fixture.start()

  expect(fixture.account.opened).toBe(true)
  expect(formatMoney(fixture.account.portfolio.cash())).toBe('10000')
})

test('a second run keeps the money and the position of the first', () => {
  const fixture = opened()
  fixture.request()
  fixture.fill(1)

  fixture.start({}, { runId: 'run2', fingerprint: 'other', cash: null })

  expect(fixture.account.run).toEqual({ id: 'run2', fingerprint: 'other' })
  expect(formatMoney(fixture.account.portfolio.cash())).toBe('9899.9')
  expect(fixture.account.portfolio.position(btc.symbol).quantity).toBe(1_000)
})

test('a requested order is sent once it is applied', () => {
  const fixture = opened()

  fixture.request()

  expect(fixture.sent).toEqual(['submit a'])
  expect(statusOf(fixture)).toBe('submitted')
})

test('while the journal is replayed nothing is sent, and the state is the same', () => {
  const lived = opened()
  lived.request()
  lived.report('accepted')
  lived.give(orderCancelRequested(62_000, '1', { clientOrderId: 'a', symbol: btc.symbol }))

  const replayed = new AccountFixture()
  replayed.live = false
  for (const event of lived.journal) replayed.give(event)

  expect(lived.sent).toEqual(['submit a', 'cancel a'])
  expect(replayed.sent).toEqual([])
  expect(replayed.account.snapshot()).toEqual(lived.account.snapshot())
})

test('an id that was used is not sent again', () => {
  const fixture = opened()
  fixture.request()

  fixture.request({ side: 'sell' })

  expect(fixture.sent).toEqual(['submit a'])
  expect(fixture.logged).toEqual(['order id used twice'])
})

test('a fill is booked once, however often it is reported', () => {
  const fixture = opened()
  fixture.request()

  fixture.fill(1, { quantity: '0.4' })
  expect(fixture.account.lastBooking).not.toBeNull()
  fixture.fill(1, { quantity: '0.4' })
  expect(fixture.account.lastBooking).toBeNull()
  fixture.fill(2, { quantity: '0.6' })
  fixture.fill(1, { quantity: '0.4' })
  fixture.fill(2, { quantity: '0.6' })

  expect(fixture.account.portfolio.position(btc.symbol).quantity).toBe(1_000)
  expect(formatMoney(fixture.account.portfolio.cash())).toBe('9899.8')
  expect(fixture.account.unexpectedReports).toBe(0)
  expect(statusOf(fixture)).toBe('filled')
})

test('a fill says what it closed, and opening fills close nothing', () => {
  const fixture = opened()
  fixture.request()
  fixture.fill(1)
  const opening = fixture.account.lastBooking
  fixture.request({ clientOrderId: 'b', side: 'sell' })

  fixture.fill(2, { id: 'b', side: 'sell', price: '110', fee: '0.11' })

  const { realised, fees } = fixture.account.booked(btc.symbol)
  expect(opening?.realised).toBeNull()
  expect(formatMoney(fixture.account.lastBooking!.realised!)).toBe('10')
  expect([formatMoney(realised), formatMoney(fees)]).toEqual(['10', '0.21'])
})

test('what risk refuses is not sent, in a replay as in life', () => {
  const lived = new AccountFixture().start({ maxOrderNotional: '50' })
  lived.bar(100)
  lived.request()

  const replayed = new AccountFixture()
  replayed.live = false
  for (const event of lived.journal) replayed.give(event)

  for (const fixture of [lived, replayed]) {
    expect(fixture.sent).toEqual([])
    expect(fixture.account.orders.get('a')).toMatchObject({
      status: 'refused',
      reason: 'The order is worth 100; the limit is 50 USDT.',
    })
  }
  expect(lived.logged).toEqual(['order refused by risk'])
  expect(replayed.logged).toEqual([])
})

test('new terms count from their run on, and the orders of the last minute with them', () => {
  const fixture = opened()
  fixture.request()
  fixture.report('refused')

  fixture.start({ maxOrdersPerMinute: 1 }, { cash: null })
  fixture.request({ clientOrderId: 'b' })

  expect(fixture.account.orders.get('b')).toMatchObject({
    status: 'refused',
    reason: '1 orders went out in a minute; the limit is 1.',
  })
})

test('in a mode that takes no new risk only what reduces is sent', () => {
  const fixture = opened()
  fixture.request()
  fixture.fill(1)
  const blocked = 'the system is in SAFE: held'

  fixture.request({ clientOrderId: 'more' }, { blocked })
  fixture.request({ clientOrderId: 'less', side: 'sell', reduceOnly: true }, { blocked })

  expect(fixture.sent).toEqual(['submit a', 'submit less'])
  expect(fixture.account.orders.get('more')).toMatchObject({
    status: 'refused',
    reason: 'Trading is halted: the system is in SAFE: held.',
  })
})

test('where hardly anything is told any more, its errors still are, every one', () => {
  const fixture = new AccountFixture((log) => {
    const least = new ImportanceLog({ log, clock: new SimulatedClock() })
    least.setVolume({ leastImportance: 4, share: 0 })
    return least
  }).start()

  for (let number = 1; number <= 20; number += 1) fixture.fill(number, { id: 'stranger' })

  expect(fixture.logged).toHaveLength(20)
})

test('a report of an order nobody knows is counted, said and changes no money', () => {
  const fixture = opened()

  fixture.fill(1, { id: 'stranger' })
  fixture.report('accepted', 'stranger')

  expect(fixture.account.unexpectedReports).toBe(2)
  expect(fixture.logged).toEqual(['report that fits no order', 'report that fits no order'])
  expect(formatMoney(fixture.account.portfolio.equity())).toBe('10000')
})

test('a fill after the end of its order is booked, and somebody is told', () => {
  const fixture = opened()
  fixture.request()
  fixture.report('canceled')

  fixture.fill(1, { quantity: '0.5' })

  expect(fixture.account.portfolio.position(btc.symbol).quantity).toBe(500)
  expect(fixture.logged).toEqual(['unusual report'])
})

test('an order that ended is not asked to go', () => {
  const fixture = opened()
  fixture.request()
  fixture.fill(1)

  fixture.give(orderCancelRequested(62_000, '1', { clientOrderId: 'a', symbol: btc.symbol }))

  expect(fixture.sent).toEqual(['submit a'])
})

test('an order that never arrived frees its money', () => {
  const fixture = opened()
  fixture.request({ limit: '100', quantity: '99' })
  const reserved = fixture.account.openOrders(btc.symbol).reservedCash

  fixture.give(orderNeverArrived(62_000, { clientOrderId: 'a', symbol: btc.symbol }))

  expect(formatMoney(reserved)).toBe('9909.9')
  expect(fixture.account.openOrders(btc.symbol).reservedCash).toBe(0n)
  expect(statusOf(fixture)).toBe('never-arrived')
})

test('a restored account goes on as if nothing had happened', () => {
  const first = opened()
  first.request()
  first.report('accepted')
  first.fill(1, { quantity: '0.4' })
  const saved = JSON.parse(JSON.stringify(first.account.snapshot())) as unknown

  const second = new AccountFixture()
  second.account.restore(saved)
  expect(second.account.snapshot()).toEqual(first.account.snapshot())
  for (const fixture of [first, second]) {
    fixture.fill(2, { quantity: '0.6' })
    fixture.bar(120, 120_000)
    fixture.request({ clientOrderId: 'b', side: 'sell' })
  }

  expect(second.account.snapshot()).toEqual(first.account.snapshot())
  expect(formatMoney(second.account.portfolio.equity())).toBe('10019.8')
})

test('an account that never opened is restored as one', () => {
  const saved = new AccountFixture().account.snapshot()

  const { account } = new AccountFixture()
  account.restore(saved)

  expect(account.opened).toBe(false)
})

test('an account that goes back to an earlier state forgets what came after it', () => {
  const fixture = opened()
  const saved = JSON.parse(JSON.stringify(fixture.account.snapshot())) as unknown
  const empty = JSON.parse(JSON.stringify(new AccountFixture().account.snapshot())) as unknown
  fixture.bar(120, 120_000)
  fixture.request()
  fixture.fill(1, { quantity: '0.4' })

  fixture.account.restore(saved)

  expect(fixture.account.snapshot()).toEqual(saved)
  fixture.account.restore(empty)
  expect(fixture.account.snapshot()).toEqual(empty)
  expect(fixture.account.opened).toBe(false)
})
