import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Price, Quantity } from '../../trading/index.ts'
import type { BookOrder, BookSide } from './book-side.ts'
import { endings } from './matcher.ts'
import { MatchingBook, type NewBookOrder } from './matching-book.ts'

function openBook(allowed: (wanted: number) => number = (wanted) => wanted) {
  const trades: string[] = []
  const levels: string[] = []
  const expired: BookOrder[] = []
  const book = new MatchingBook({
    onTrade: (_maker, taker, price, quantity) => {
      trades.push(`${taker.side} ${quantity} at ${price}`)
    },
    onLevel: (side, price, quantity) => levels.push(`${side} ${price}: ${quantity}`),
    allowance: (_order, _price, wanted) => allowed(wanted) as Quantity,
    onExpired: (order) => expired.push(order),
  })
  const submit = (
    side: 'buy' | 'sell',
    quantity: number,
    price: number | null,
    more: Partial<NewBookOrder> = {},
  ) =>
    book.submit({
      owner: 0,
      side,
      price: price as Price | null,
      quantity: quantity as Quantity,
      timeInForce: 'gtc',
      postOnly: false,
      ...more,
    })
  return { book, submit, trades, levels, expired }
}

test('The better price trades first, and at one price the older order.', () => {
  const { submit, trades } = openBook()
  const late = submit('sell', 5, 101)
  const first = submit('sell', 5, 100)
  const second = submit('sell', 5, 100)

  const taker = submit('buy', 7, 101)

  expect(trades).toEqual(['buy 5 at 100', 'buy 2 at 100'])
  expect([first.state, second.remaining, late.remaining]).toEqual(['filled', 3, 5])
  expect(taker.state).toBe('filled')
})

test('A limit order trades what it can and rests with the remainder.', () => {
  const { book, submit } = openBook()
  submit('sell', 5, 100)

  const order = submit('buy', 8, 100)

  expect([order.state, order.remaining]).toEqual(['resting', 3])
  expect(book.bestBid).toMatchObject({ price: 100, quantity: 3 })
  expect(book.bestAsk).toBeUndefined()
})

test('A market order takes every level and its remainder expires.', () => {
  const { submit, trades } = openBook()
  submit('sell', 1, 100)
  submit('sell', 1, 900)

  const order = submit('buy', 3, null)

  expect(trades).toEqual(['buy 1 at 100', 'buy 1 at 900'])
  expect([order.state, order.reason]).toEqual(['expired', endings.noLiquidity])
})

test('An immediate-or-cancel order never rests.', () => {
  const { book, submit } = openBook()
  submit('sell', 1, 100)

  const order = submit('buy', 3, 100, { timeInForce: 'ioc' })

  expect([order.state, order.remaining]).toEqual(['expired', 2])
  expect(book.bestBid).toBeUndefined()
})

test('A fill-or-kill order fills whole or not at all.', () => {
  const { submit, trades } = openBook()
  submit('sell', 2, 100)
  submit('sell', 2, 101)

  const tooMuch = submit('buy', 5, 101, { timeInForce: 'fok' })
  const tooLow = submit('buy', 3, 100, { timeInForce: 'fok' })
  const whole = submit('buy', 4, 101, { timeInForce: 'fok' })

  expect([tooMuch.state, tooLow.state, whole.state]).toEqual(['expired', 'expired', 'filled'])
  expect(trades).toEqual(['buy 2 at 100', 'buy 2 at 101'])
})

test('A post-only order is refused where it would trade and rests where it would not.', () => {
  const { submit } = openBook()
  submit('sell', 2, 100)

  const crossing = submit('buy', 1, 100, { postOnly: true })
  const resting = submit('buy', 1, 99, { postOnly: true })

  expect([crossing.state, resting.state]).toEqual(['refused', 'resting'])
})

test('An order that meets its own account ends there and keeps what it filled.', () => {
  const { submit, trades } = openBook()
  submit('sell', 1, 99)
  const own = submit('sell', 1, 100, { owner: 7 })

  const order = submit('buy', 5, 100, { owner: 7 })

  expect(trades).toEqual(['buy 1 at 99'])
  expect([order.state, order.reason, order.remaining]).toEqual(['expired', endings.selfTrade, 4])
  expect(own.state).toBe('resting')
})

test('A fill-or-kill order does not count on orders of its own account.', () => {
  const { submit, trades } = openBook()
  submit('sell', 5, 100, { owner: 7 })

  const order = submit('buy', 5, 100, { owner: 7, timeInForce: 'fok' })

  expect(order.state).toBe('expired')
  expect(trades).toEqual([])
})

test('A cancelled order is gone from its level and cannot be cancelled again.', () => {
  const { book, submit, levels } = openBook()
  const first = submit('buy', 2, 100)
  submit('buy', 3, 100)

  const answers = [book.cancel(first), book.cancel(first)]

  expect(answers).toEqual([true, false])
  expect(levels).toEqual(['buy 100: 2', 'buy 100: 5', 'buy 100: 3'])
})

test('A resting order that may trade less than it offers trades that and ends.', () => {
  const { book, submit, trades, expired } = openBook((wanted) => Math.min(wanted, 1))
  const limited = submit('sell', 5, 100, { owner: 7 })
  submit('sell', 5, 100)

  const taker = submit('buy', 4, 100)

  expect(trades).toEqual(['buy 1 at 100', 'buy 3 at 100'])
  expect(expired).toEqual([limited])
  expect(taker.state).toBe('filled')
  expect(book.bestAsk).toMatchObject({ price: 100, quantity: 2 })
})

test('An incoming order that may trade less than it wants ends with that.', () => {
  const { submit } = openBook((wanted) => Math.min(wanted, 2))
  submit('sell', 5, 100)

  const order = submit('buy', 4, 100, { owner: 7 })

  expect([order.state, order.reason, order.remaining]).toEqual(['expired', endings.allowance, 2])
})

test('Whatever is done, the book is not crossed, no level is empty and quantity is conserved.', () => {
  const action = fc.record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    quantity: fc.integer({ min: 1, max: 50 }),
    price: fc.option(fc.integer({ min: 90, max: 110 }), { nil: null, freq: 8 }),
    owner: fc.constantFrom(0, 0, 1, 2),
    timeInForce: fc.constantFrom('gtc' as const, 'gtc' as const, 'ioc' as const, 'fok' as const),
    postOnly: fc.boolean(),
    cancels: fc.option(fc.nat(), { freq: 3 }),
  })

  fc.assert(
    fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
      const { book, submit } = openBook()
      const orders: BookOrder[] = []
      const asked: number[] = []
      for (const { side, quantity, price, cancels, ...more } of actions) {
        orders.push(submit(side, quantity, price, more))
        asked.push(quantity)
        if (cancels !== null) book.cancel(orders[cancels % orders.length]!)

        expect(book.bestBid?.price ?? 0).toBeLessThan(book.bestAsk?.price ?? Infinity)
        for (const bookSide of [book.bids, book.asks]) expectSound(bookSide)
      }
      const bought = filled('buy')
      expect(bought).toBe(filled('sell'))

      function filled(side: 'buy' | 'sell') {
        return orders.reduce(
          (sum, order, index) => sum + (order.side === side ? asked[index]! - order.remaining : 0),
          0,
        )
      }
    }),
    { numRuns: 200 },
  )
})

function expectSound(side: BookSide): void {
  let worse = side.side === 'buy' ? -Infinity : Infinity
  for (const level of side.levels) {
    let sum = 0
    for (let order = level.first; order !== null; order = order.next) sum += order.remaining
    expect(sum).toBe(level.quantity)
    expect(sum).toBeGreaterThan(0)
    expect(side.side === 'buy' ? level.price > worse : level.price < worse).toBe(true)
    worse = level.price
  }
}
