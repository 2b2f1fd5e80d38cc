import { expect, test } from 'vitest'
import {
  type BookTop,
  type MarketEvent,
  OrderBook,
  type Price,
  type Quantity,
} from '../../trading/index.ts'
import { BookCheck } from './book-check.ts'

const snapshot: MarketEvent = {
  type: 'depth-snapshot',
  symbol: 'X/Y',
  lastSequence: 10,
  bids: [[100 as Price, 1 as Quantity]],
  asks: [[101 as Price, 2 as Quantity]],
}

test('a top that comes after its depth event is compared', () => {
  expect(check([snapshot, diff(11, 12, 5), top(12, 5)])).toMatchObject({
    comparisons: 1,
    mismatches: 0,
  })
})

test('a top that comes before its depth event waits for it', () => {
  expect(check([snapshot, top(11, 4), top(12, 5), diff(11, 12, 5)])).toMatchObject({
    comparisons: 1,
    mismatches: 0,
  })
})

test('a top with another quantity is a mismatch', () => {
  expect(check([snapshot, diff(11, 12, 5), top(12, 6)])).toEqual({
    comparisons: 1,
    mismatches: 1,
    firstMismatch: { sequence: 12, time: 7 },
  })
})

test('nothing is compared before there is a book, or between depth events', () => {
  expect(check([diff(1, 2, 5), top(2, 5), snapshot, diff(11, 13, 5), top(12, 9)])).toMatchObject({
    comparisons: 0,
  })
})

function check(events: readonly MarketEvent[]) {
  const book = new OrderBook('X/Y')
  const bookCheck = new BookCheck(book)
  for (const event of events) {
    if (event.type === 'depth-diff' || event.type === 'depth-snapshot') book.apply(event)
    bookCheck.observe(event)
  }
  return bookCheck.result
}

function diff(firstSequence: number, lastSequence: number, bidQuantity: number): MarketEvent {
  const bids = [[100 as Price, bidQuantity as Quantity]] as const
  return { type: 'depth-diff', symbol: 'X/Y', time: 1, firstSequence, lastSequence, bids, asks: [] }
}

function top(sequence: number, bidQuantity: number): BookTop {
  return {
    type: 'book-top',
    symbol: 'X/Y',
    time: 7,
    sequence,
    bidPrice: 100 as Price,
    bidQuantity: bidQuantity as Quantity,
    askPrice: 101 as Price,
    askQuantity: 2 as Quantity,
  }
}
