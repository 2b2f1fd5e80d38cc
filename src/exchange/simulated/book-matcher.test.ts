import { expect, test } from 'vitest'
import type { MarketTrade, Side } from '../../trading/index.ts'
import { BookMatcher } from './book-matcher.ts'
import { endings } from './matcher.ts'
import { HeardMatching, type OrderWish, price, quantity, spot } from './test-orders.ts'

/** A market where somebody bids 2 at 99 and offers 2 at 101. */
function market() {
  const heard = new HeardMatching()
  const tape: MarketTrade[] = []
  let ids = 0
  const matcher = new BookMatcher(spot.symbol, heard, {
    now: () => 1_000,
    nextTradeId: () => ++ids,
    onTrade: (trade) => tape.push(trade),
  })
  const other = (side: Side, size: number, at: number | null) =>
    matcher.submitOther({
      owner: 0,
      side,
      price: at === null ? null : price(at),
      quantity: quantity(size),
      timeInForce: 'gtc',
      postOnly: false,
    })
  const place = (clientOrderId: string, wish: OrderWish) => {
    const order = heard.order({ clientOrderId, ...wish })
    matcher.place(order)
    return order
  }
  other('buy', 2, 99)
  other('sell', 2, 101)
  return { heard, matcher, tape, other, place }
}

test('Our orders trade with the crowd as takers and as makers, under the market numbering.', () => {
  const { heard, tape, other, place } = market()
  place('takes', { side: 'buy', quantity: 1 })
  place('rests', { side: 'buy', quantity: 1, limit: 100 })
  other('sell', 3, 99)

  expect(heard.lines).toEqual(['takes buy 1 at 101 as taker', 'rests buy 1 at 100 as maker'])
  expect(heard.fills.map(({ tradeId }) => tradeId)).toEqual([1, 2])
  expect(tape.map(({ id, takerSide }) => [id, takerSide])).toEqual([
    [1, 'buy'],
    [2, 'sell'],
    [3, 'sell'],
  ])
})

test('A stop is triggered by the trade of somebody else, after that order is done.', () => {
  const { heard, other, place } = market()
  other('sell', 1, 101.5)
  other('buy', 1, 98)
  place('stop', { side: 'buy', stop: 101 })

  other('buy', 1, 101)

  expect(heard.lines).toEqual(['stop triggered', 'stop buy 1 at 101 as taker'])
})

test('One stop can trigger the next.', () => {
  const { heard, other, place } = market()
  other('sell', 1, 103)
  other('sell', 5, 104)
  place('second', { side: 'buy', stop: 103 })
  place('first', { side: 'buy', quantity: 2, stop: 101 })

  other('buy', 1, 101)

  expect(heard.lines).toEqual([
    'first triggered',
    'first buy 1 at 101 as taker',
    'first buy 1 at 103 as taker',
    'second triggered',
    'second buy 1 at 104 as taker',
  ])
})

test('A stop whose price was already reached triggers on arrival.', () => {
  const { heard, other, place } = market()
  other('buy', 1, 101)

  place('stop', { side: 'buy', stop: 100 })

  expect(heard.lines).toEqual(['stop triggered', 'stop buy 1 at 101 as taker'])
})

test('Our own orders do not trade with each other: the newer one ends.', () => {
  const { heard, tape, place } = market()
  place('older', { side: 'sell', limit: 100 })

  place('newer', { side: 'buy', quantity: 2, limit: 100 })

  expect(heard.lines).toEqual([`newer expired: ${endings.selfTrade}`])
  expect(tape).toEqual([])
})

test('A cancelled order is out of the book, resting or waiting for its stop.', () => {
  const { heard, matcher, other, place } = market()
  const resting = place('resting', { side: 'buy', limit: 100 })
  const waiting = place('waiting', { side: 'sell', stop: 99 })

  matcher.cancel(resting)
  matcher.cancel(waiting)
  other('sell', 1, 99)

  expect(heard.lines).toEqual([])
})

test('A resting reduce-only order without a position ends when somebody meets it.', () => {
  const { heard, other, place } = market()
  place('reduces', { side: 'sell', limit: 100, reduceOnly: true })

  const taker = other('buy', 1, 101)

  expect(heard.lines).toEqual([`reduces expired: ${endings.allowance}`])
  expect(taker.state).toBe('filled')
})

test('A market order without anybody to trade with expires.', () => {
  const { heard, other, place } = market()
  other('buy', 2, 101)

  place('m', { side: 'buy' })

  expect(heard.lines).toEqual([`m expired: ${endings.noLiquidity}`])
})
