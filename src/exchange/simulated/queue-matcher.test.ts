import { expect, test } from 'vitest'
import { OrderBook, type BookLevel, type MarketEvent, type Side } from '../../trading/index.ts'
import { endings } from './matcher.ts'
import { QueueMatcher } from './queue-matcher.ts'
import { HeardMatching, type OrderWish, price, quantity, spot } from './test-orders.ts'

/** A recorded book: bids 100 x 2 and 99 x 3, asks 101 x 2 and 102 x 3. */
function market() {
  const heard = new HeardMatching()
  const book = new OrderBook(spot.symbol)
  const matcher = new QueueMatcher(heard, book)
  let sequence = 1
  const levels = (texts: [number, number][]): BookLevel[] =>
    texts.map(([at, size]) => [price(at), quantity(size)])
  const tell = (event: MarketEvent) => {
    if (event.type === 'depth-diff' || event.type === 'depth-snapshot') book.apply(event)
    matcher.onMarket(event, 1_000)
  }
  const depth = (changes: { bids?: [number, number][]; asks?: [number, number][] }) => {
    sequence++
    tell({
      type: 'depth-diff',
      symbol: spot.symbol,
      time: 1_000,
      firstSequence: sequence,
      lastSequence: sequence,
      bids: levels(changes.bids ?? []),
      asks: levels(changes.asks ?? []),
    })
  }
  const trade = (takerSide: Side, size: number, at: number) =>
    tell({
      type: 'trade',
      symbol: spot.symbol,
      time: 1_000,
      id: 1,
      price: price(at),
      quantity: quantity(size),
      takerSide,
    })
  const place = (clientOrderId: string, wish: OrderWish) => {
    const order = heard.order({ clientOrderId, ...wish })
    matcher.place(order)
    return order
  }
  tell({
    type: 'depth-snapshot',
    symbol: spot.symbol,
    lastSequence: sequence,
    bids: levels([
      [100, 2],
      [99, 3],
    ]),
    asks: levels([
      [101, 2],
      [102, 3],
    ]),
  })
  return { heard, matcher, place, depth, trade }
}

test('A market order walks the recorded book and its remainder expires.', () => {
  const { heard, place } = market()

  place('m', { side: 'buy', quantity: 6 })

  expect(heard.lines).toEqual([
    'm buy 2 at 101 as taker',
    'm buy 3 at 102 as taker',
    `m expired: ${endings.noLiquidity}`,
  ])
})

test('What one order took is not there for the next before the book is told again.', () => {
  const { heard, place, depth } = market()
  place('first', { side: 'buy', quantity: 2 })

  place('second', { side: 'buy', quantity: 1 })
  depth({ asks: [[103, 1]] })
  place('third', { side: 'buy', quantity: 1 })

  expect(heard.lines.slice(1)).toEqual([
    'second buy 1 at 102 as taker',
    'third buy 1 at 101 as taker',
  ])
})

test('A limit order takes up to its limit and rests with the remainder.', () => {
  const { heard, place, trade } = market()
  place('l', { side: 'buy', quantity: 3, limit: 101 })

  trade('sell', 1, 101)

  expect(heard.lines).toEqual(['l buy 2 at 101 as taker', 'l buy 1 at 101 as maker'])
})

test('A resting order waits for the quantity that was ahead of it.', () => {
  const { heard, place, trade } = market()
  place('l', { side: 'buy', quantity: 2, limit: 100 })

  trade('sell', 2, 100)
  expect(heard.lines).toEqual([])

  trade('sell', 1, 100)
  trade('sell', 5, 100)
  expect(heard.lines).toEqual(['l buy 1 at 100 as maker', 'l buy 1 at 100 as maker'])
})

test('A trade beyond its price fills a resting order at its price.', () => {
  const { heard, place, trade } = market()
  place('l', { side: 'buy', quantity: 2, limit: 100 })

  trade('sell', 1.5, 99)

  expect(heard.lines).toEqual(['l buy 1.5 at 100 as maker'])
})

test('Two of our orders at one price share a trade by arrival.', () => {
  const { heard, place, trade } = market()
  place('first', { side: 'buy', quantity: 1, limit: 100 })
  place('second', { side: 'buy', quantity: 1, limit: 100 })

  trade('sell', 3.5, 100)

  expect(heard.lines).toEqual(['first buy 1 at 100 as maker', 'second buy 0.5 at 100 as maker'])
})

test('A book that moves through our price fills the order with what is displayed there.', () => {
  const { heard, place, depth } = market()
  place('l', { side: 'buy', quantity: 3, limit: 100 })

  depth({
    bids: [
      [100, 0],
      [99, 0],
      [98, 5],
    ],
    asks: [[99.5, 2]],
  })

  expect(heard.lines).toEqual(['l buy 2 at 100 as maker'])
})

test('Immediate-or-cancel takes what is there; fill-or-kill all or nothing.', () => {
  const { heard, place } = market()
  place('fok', { side: 'buy', quantity: 3, limit: 101, timeInForce: 'fok' })
  place('ioc', { side: 'buy', quantity: 3, limit: 101, timeInForce: 'ioc' })

  expect(heard.lines).toEqual([
    `fok expired: ${endings.fillOrKill}`,
    'ioc buy 2 at 101 as taker',
    `ioc expired: ${endings.immediate}`,
  ])
})

test('A post-only order would trade where it reaches the other side.', () => {
  const { matcher } = market()

  expect(matcher.wouldTrade('buy', price(101))).toBe(true)
  expect(matcher.wouldTrade('buy', price('100.99'))).toBe(false)
  expect(matcher.wouldTrade('sell', price(100))).toBe(true)
  expect(matcher.referencePrice('sell')).toBe(price(100))
})

test('A stop triggers on a trade and takes from the book; a cancelled one does not.', () => {
  const { heard, matcher, place, trade } = market()
  place('stop', { side: 'sell', stop: 99 })
  const gone = place('gone', { side: 'sell', stop: 99 })
  matcher.cancel(gone)

  trade('sell', 1, 98)

  expect(heard.lines).toEqual(['stop triggered', 'stop sell 1 at 100 as taker'])
})

test('A stop-limit rests where its limit is out of reach.', () => {
  const { heard, place, trade } = market()
  place('s', { side: 'sell', stop: 99, limit: 100.5 })

  trade('sell', 1, 99)
  trade('buy', 1, 101)

  expect(heard.lines).toEqual(['s triggered', 's sell 1 at 100.5 as maker'])
})
