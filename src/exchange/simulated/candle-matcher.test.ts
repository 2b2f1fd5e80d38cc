import { expect, test } from 'vitest'
import { CandleMatcher, type CandleFills } from './candle-matcher.ts'
import { endings } from './matcher.ts'
import { bar, HeardMatching, minute, type OrderWish, price, quantity, spot } from './test-orders.ts'

/** A market that closed at 100, with the given orders placed on that close. */
function market(fills: CandleFills = {}, position = 0) {
  const heard = new HeardMatching()
  heard.position = quantity(position)
  const matcher = new CandleMatcher(spot, heard, fills)
  matcher.onCandle(bar(0, [100, 101, 99, 100]))
  const place = (clientOrderId: string, wish: OrderWish) => {
    const order = heard.order({ clientOrderId, ...wish })
    matcher.place(order)
    return order
  }
  let index = 0
  const next = (...prices: number[]) => matcher.onCandle(bar(++index, prices))
  return { heard, matcher, place, next }
}

test('A market order fills at the next open, as a taker, stamped with the open.', () => {
  const { heard, place, next } = market()
  place('m', { side: 'buy' })

  next(102, 110, 90, 105)

  expect(heard.lines).toEqual(['m buy 1 at 102 as taker'])
  expect(heard.fills[0]?.time).toBe(minute)
})

test('A limit order below the market fills at its price when a bar trades through it.', () => {
  const { heard, place, next } = market()
  place('l', { side: 'buy', limit: 98 })

  next(100, 101, 98, 99)
  next(99, 100, 97.99, 99)

  expect(heard.lines).toEqual(['l buy 1 at 98 as maker'])
  expect(heard.fills[0]?.time).toBe(3 * minute)
})

test('With limitFill "reach" a touch is enough.', () => {
  const { heard, place, next } = market({ limitFill: 'reach' })
  place('l', { side: 'sell', limit: 103 })

  next(100, 103, 99, 100)

  expect(heard.lines).toEqual(['l sell 1 at 103 as maker'])
})

test('A limit order that a gap jumps over fills at the open, the better price.', () => {
  const { heard, place, next } = market()
  place('l', { side: 'buy', limit: 98 })

  next(100, 101, 99, 100)
  next(95, 96, 94, 95)

  expect(heard.lines).toEqual(['l buy 1 at 95 as maker'])
})

test('A limit order placed beyond the market trades at the next open as a taker.', () => {
  const { heard, place, next } = market({ slippageBps: 50 })
  place('l', { side: 'buy', limit: 101 })

  next(100, 102, 99, 101)

  expect(heard.lines).toEqual(['l buy 1 at 100 as taker'])
})

test('A stop fills at its price when the bar reaches it, and at the open on a gap.', () => {
  const { heard, place, next } = market()
  place('reached', { side: 'sell', stop: 95 })
  place('gapped', { side: 'sell', stop: 90 })

  next(100, 101, 95, 96)
  next(85, 88, 84, 86)

  expect(heard.lines).toEqual([
    'reached triggered',
    'reached sell 1 at 95 as taker',
    'gapped triggered',
    'gapped sell 1 at 85 as taker',
  ])
})

test('Slippage worsens market and stop fills, rounded to a tick against us.', () => {
  const { heard, place, next } = market({ slippageBps: 1 })
  place('buy', { side: 'buy' })
  place('sell', { side: 'sell' })
  place('stop', { side: 'buy', stop: 103 })

  next(100.5, 104, 99, 103)

  expect(heard.lines).toEqual([
    'buy buy 1 at 100.52 as taker',
    'sell sell 1 at 100.48 as taker',
    'stop triggered',
    'stop buy 1 at 103.02 as taker',
  ])
})

test('A stop-limit order fills at the price that triggered it while its limit allows.', () => {
  const { heard, place, next } = market({ slippageBps: 100 })
  place('s', { side: 'buy', stop: 103, limit: 103.5 })

  next(100, 104, 99, 104)

  expect(heard.lines).toEqual(['s triggered', 's buy 1 at 103.5 as taker'])
})

test('A stop-limit order that a gap jumps over rests at its limit.', () => {
  const { heard, place, next } = market()
  place('s', { side: 'buy', stop: 103, limit: 104 })

  next(110, 111, 109, 110)
  next(109, 110, 103.9, 105)

  expect(heard.lines).toEqual(['s triggered', 's buy 1 at 104 as maker'])
})

test('A stop-limit triggered inside a bar does not rest before the next bar.', () => {
  const { heard, place, next } = market()
  place('s', { side: 'buy', stop: 103, limit: 99 })

  next(100, 104, 98, 100)
  expect(heard.lines).toEqual(['s triggered'])

  next(100, 101, 98, 100)
  expect(heard.lines.slice(1)).toEqual(['s buy 1 at 99 as maker'])
})

test('A post-only order would trade where the last close reaches it, and gets no better price.', () => {
  const { heard, matcher, place, next } = market()
  place('p', { side: 'buy', limit: 99, postOnly: true })

  next(95, 96, 94, 95)

  expect(matcher.wouldTrade('buy', price(95))).toBe(true)
  expect(matcher.wouldTrade('buy', price('94.99'))).toBe(false)
  expect(heard.lines).toEqual(['p buy 1 at 99 as maker'])
})

test('An immediate-or-cancel limit order has the next open and nothing else.', () => {
  const { heard, place, next } = market()
  place('fills', { side: 'buy', limit: 101, timeInForce: 'ioc' })
  place('misses', { side: 'buy', limit: 99, timeInForce: 'ioc' })

  next(100, 101, 90, 100)

  expect(heard.lines).toEqual([
    'fills buy 1 at 100 as taker',
    `misses expired: ${endings.immediate}`,
  ])
})

test('A volume cap fills in parts over the bars, shared by all orders.', () => {
  const { heard, place, matcher } = market({ volumeShare: 0.1 })
  place('first', { side: 'buy', quantity: 3 })
  place('second', { side: 'buy', quantity: 1, timeInForce: 'ioc' })

  matcher.onCandle(bar(1, [100, 101, 99, 100], 20))
  matcher.onCandle(bar(2, [101, 102, 100, 101], 20))

  expect(heard.lines).toEqual([
    'first buy 2 at 100 as taker',
    `second expired: ${endings.noLiquidity}`,
    'first buy 1 at 101 as taker',
  ])
})

test('A fill-or-kill order needs the whole quantity from one bar.', () => {
  const { heard, place, matcher } = market({ volumeShare: 0.1 })
  place('large', { side: 'buy', quantity: 3, limit: 101, timeInForce: 'fok' })
  place('small', { side: 'buy', quantity: 2, limit: 101, timeInForce: 'fok' })

  matcher.onCandle(bar(1, [100, 101, 99, 100], 20))

  expect(heard.lines).toEqual([
    `large expired: ${endings.fillOrKill}`,
    'small buy 2 at 100 as taker',
  ])
})

test('Orders that reduce go before orders that open.', () => {
  const { heard, place, next } = market({}, 1)
  place('opens', { side: 'buy' })
  place('reduces', { side: 'sell' })

  next(100, 101, 99, 100)

  expect(heard.lines.map((line) => line.split(' ')[0])).toEqual(['reduces', 'opens'])
})

test('Where one bar reaches stop and target the stop is taken, and the target gets nothing.', () => {
  const { heard, place, next } = market({}, 1)
  place('target', { side: 'sell', limit: 105, reduceOnly: true })
  place('stop', { side: 'sell', stop: 95, reduceOnly: true })

  next(100, 106, 94, 100)

  expect(heard.lines.slice(0, 2)).toEqual(['stop triggered', 'stop sell 1 at 95 as taker'])
  expect(heard.lines[2]).toBe(undefined)
})

test('A stop waiting for its position is hit by the bar that opens the position.', () => {
  const { heard, place, next } = market()
  place('entry', { side: 'buy', limit: 98 })
  place('target', { side: 'sell', limit: 105, reduceOnly: true })
  place('stop', { side: 'sell', stop: 95, reduceOnly: true })

  next(100, 106, 94, 100)

  expect(heard.lines).toEqual([
    'entry buy 1 at 98 as maker',
    'stop triggered',
    'stop sell 1 at 95 as taker',
  ])
})

test('A reduce-only stop whose price comes without a position ends.', () => {
  const { heard, place, next } = market()
  place('stop', { side: 'sell', stop: 95, reduceOnly: true })

  next(100, 101, 94, 100)

  expect(heard.lines).toEqual([`stop expired: ${endings.nothingToReduce}`])
})

test('A cancelled order takes no part.', () => {
  const { heard, matcher, place, next } = market()
  const order = place('m', { side: 'buy' })

  matcher.cancel(order)
  next(100, 101, 99, 100)

  expect(heard.lines).toEqual([])
})
