import fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { BookLevel, DepthDiff, DepthSnapshot } from './market-data.ts'
import { parseUnits, type Price, type Quantity } from './money.ts'
import { OrderBook } from './order-book.ts'

type Levels = readonly (readonly [number, number])[]

function snapshot(lastSequence: number, bids: Levels = [[99, 5]], asks: Levels = [[101, 5]]) {
  return {
    type: 'depth-snapshot',
    symbol: 'A/B',
    lastSequence,
    bids,
    asks,
  } as never as DepthSnapshot
}

function diff(firstSequence: number, lastSequence: number, bids: Levels = [], asks: Levels = []) {
  const sequence = { firstSequence, lastSequence, time: 0 }
  return { type: 'depth-diff', symbol: 'A/B', ...sequence, bids, asks } as never as DepthDiff
}

function liveBook(): OrderBook {
  const book = new OrderBook('A/B')
  book.apply(snapshot(10))
  return book
}

test('a snapshot makes the book live', () => {
  const book = new OrderBook('A/B')

  expect(
    book.apply(
      snapshot(
        10,
        [
          [99, 5],
          [98, 1],
        ],
        [[101, 4]],
      ),
    ),
  ).toBe('applied')

  expect(book.state).toEqual({ status: 'live' })
  expect(book.top()).toEqual({ bidPrice: 99, bidQuantity: 5, askPrice: 101, askQuantity: 4 })
  expect(book.bestBid()).toEqual([99, 5])
  expect(book.bestAsk()).toEqual([101, 4])
  expect(book.levelCounts).toEqual({ bids: 2, asks: 1 })
})

test('a difference sets, adds and removes levels', () => {
  const book = liveBook()

  const outcome = book.apply(
    diff(
      11,
      12,
      [
        [99, 0],
        [97, 2],
        [98, 3],
      ],
      [
        [101, 7],
        [150, 0],
      ],
    ),
  )

  expect(outcome).toBe('applied')
  expect(book.depth(5)).toEqual({
    bids: [
      [98, 3],
      [97, 2],
    ],
    asks: [[101, 7]],
  })
  expect(book.depth(1).bids).toEqual([[98, 3]])
  expect(book.quantityAt('bids', 97 as Price)).toBe(2)
  expect(book.quantityAt('asks', 97 as Price)).toBe(0)
  expect(book.lastSequence).toBe(12)
})

test('a difference that ends at or before the snapshot is stale', () => {
  const book = liveBook()

  expect(book.apply(diff(5, 10, [[99, 1]]))).toBe('stale')
  expect(book.bestBid()).toEqual([99, 5])
})

test('the first difference may reach over the snapshot, later ones may not overlap', () => {
  const book = liveBook()

  expect(book.apply(diff(8, 12))).toBe('applied')
  expect(book.apply(diff(12, 14))).toBe('gap')
})

test('a hole loses the book, which answers null until a new snapshot', () => {
  const book = liveBook()
  book.apply(diff(11, 12))

  expect(book.apply(diff(14, 15, [[98, 1]]))).toBe('gap')
  expect(book.state).toEqual({ status: 'gap', reason: 'sequence 13 was due and 14 came' })
  expect([book.top(), book.bestBid(), book.bestAsk()]).toEqual([null, null, null])
  expect(book.gapCount).toBe(1)

  expect(book.apply(diff(16, 17, [[97, 1]]))).toBe('waiting')
  expect(book.apply(snapshot(13))).toBe('applied')
  expect(book.lastSequence).toBe(17)
  expect(book.depth(5).bids).toEqual([
    [99, 5],
    [98, 1],
    [97, 1],
  ])
})

test('differences before the snapshot wait for it and the stale ones are dropped', () => {
  const book = new OrderBook('A/B')

  expect(book.apply(diff(8, 9, [[50, 1]]))).toBe('waiting')
  expect(book.apply(diff(10, 12, [[98, 1]]))).toBe('waiting')
  expect(book.apply(snapshot(10))).toBe('applied')

  expect(book.depth(5).bids).toEqual([
    [99, 5],
    [98, 1],
  ])
})

test('a snapshot older than what waits is a gap, and a newer one still finds what waits', () => {
  const book = new OrderBook('A/B')
  book.apply(diff(20, 21))
  book.apply(diff(22, 23))

  expect(book.apply(snapshot(10))).toBe('gap')
  expect(book.apply(snapshot(20))).toBe('applied')
  expect(book.lastSequence).toBe(23)
})

test('no more differences wait than allowed', () => {
  const book = new OrderBook('A/B', { waitingMax: 2 })
  for (const sequence of [11, 12, 13]) book.apply(diff(sequence, sequence))

  expect(book.apply(snapshot(10))).toBe('gap')
  expect(book.apply(snapshot(11))).toBe('applied')
})

test('a snapshot older than the live book is stale, a newer one replaces it', () => {
  const book = liveBook()
  book.apply(diff(11, 20, [[98, 1]]))

  expect(book.apply(snapshot(15))).toBe('stale')
  expect(book.apply(snapshot(25, [[90, 1]]))).toBe('applied')
  expect(book.depth(5).bids).toEqual([[90, 1]])
})

test('a book whose bid reaches its ask is lost', () => {
  const book = liveBook()

  expect(book.apply(diff(11, 11, [[101, 1]]))).toBe('gap')
  expect(book.state).toMatchObject({ reason: 'the best bid is not below the best ask' })
  expect(new OrderBook('A/B').apply(snapshot(1, [[5, 1]], [[5, 1]]))).toBe('gap')
})

test('a reset asks for a new snapshot', () => {
  const book = liveBook()

  book.reset('the connection was lost')

  expect(book.state).toEqual({ status: 'gap', reason: 'the connection was lost' })
  expect(book.apply(diff(11, 11))).toBe('waiting')
})

test('an empty side has no top', () => {
  const book = new OrderBook('A/B')
  book.apply(snapshot(1, [], [[5, 1]]))

  expect(book.top()).toBeNull()
  expect(book.bestBid()).toBeNull()
})

test('after any changes the book is what a plain map says', () => {
  const level = fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 2 }))

  fc.assert(
    fc.property(fc.array(fc.array(level, { maxLength: 200 }), { maxLength: 20 }), (changes) => {
      const book = new OrderBook('A/B')
      book.apply(snapshot(0, [], []))
      const bids = new Map<number, number>()
      const asks = new Map<number, number>()
      changes.forEach((levels, index) => {
        const lower = levels.map(([price, quantity]) => [price, quantity] as const)
        const higher = levels.map(([price, quantity]) => [price + 300, quantity] as const)
        expect(book.apply(diff(index + 1, index + 1, lower, higher))).toBe('applied')
        for (const [price, quantity] of lower) set(bids, price, quantity)
        for (const [price, quantity] of higher) set(asks, price, quantity)
      })

      const expected = {
        bids: [...bids].sort((a, b) => b[0] - a[0]),
        asks: [...asks].sort((a, b) => a[0] - b[0]),
      }
      expect(book.depth(1000)).toEqual(expected)
    }),
  )
})

test('a book grows beyond its first room', () => {
  const book = new OrderBook('A/B')
  const many = Array.from({ length: 5000 }, (_, index) => [index + 1, 1] as const)

  book.apply(snapshot(1, many, [[9999, 1]]))

  expect(book.levelCounts.bids).toBe(5000)
  expect(book.bestBid()).toEqual([5000, 1])
})

const recorded = ['20240808', '20240809'].map(
  (day) => `../shared/data/binance-ws/spot_btcusdt_${day}.gz`,
)

test.skipIf(!recorded.every((file) => existsSync(file)))(
  'the rebuilt top equals the recorded one at every comparable update (needs ../shared/data)',
  () => {
    const book = new OrderBook('BTC/USDT')
    const tops = new Map<number, unknown>()
    const rebuilt = new Map<number, unknown>()
    const outcomes: Record<string, number> = { applied: 0, stale: 0, gap: 0, waiting: 0 }
    for (const line of recordedLines()) {
      if (isTop(line)) {
        tops.set(line.u, {
          bidPrice: price(line.b),
          bidQuantity: quantity(line.B),
          askPrice: price(line.a),
          askQuantity: quantity(line.A),
        })
        continue
      }
      const event = depthEvent(line)
      if (event === null) continue
      const outcome = book.apply(event)
      outcomes[outcome]!++
      if (outcome === 'applied') rebuilt.set(book.lastSequence, book.top())
    }

    const comparable = [...rebuilt].filter(([sequence]) => tops.has(sequence))
    const mismatches = comparable.filter(
      ([sequence, top]) => JSON.stringify(top) !== JSON.stringify(tops.get(sequence)),
    )
    expect(comparable.length).toBeGreaterThan(500)
    expect(mismatches).toEqual([])
    expect(outcomes['gap']).toBe(0)
    expect(book.levelCounts).toEqual({ bids: 1971, asks: 2962 })
  },
)

interface RecordedTop {
  readonly u: number
  readonly b: string
  readonly B: string
  readonly a: string
  readonly A: string
}

interface RecordedDiff {
  readonly e: 'depthUpdate'
  readonly E: number
  readonly U: number
  readonly u: number
  readonly b: [string, string][]
  readonly a: [string, string][]
}

interface RecordedSnapshot {
  readonly lastUpdateId: number
  readonly bids: [string, string][]
  readonly asks: [string, string][]
}

type RecordedLine = RecordedTop | RecordedDiff | RecordedSnapshot | { readonly e: 'trade' }

function isTop(line: RecordedLine): line is RecordedTop {
  return 'b' in line && typeof line.b === 'string'
}

function* recordedLines(): Generator<RecordedLine> {
  for (const file of recorded) {
    for (const line of gunzipSync(readFileSync(file)).toString().split('\n')) {
      if (line === '') continue
      const message = JSON.parse(line.slice(line.indexOf(' ') + 1))
      yield message.data ?? message
    }
  }
}

function depthEvent(line: RecordedLine): DepthSnapshot | DepthDiff | null {
  const symbol = 'BTC/USDT'
  if ('lastUpdateId' in line) {
    const { lastUpdateId: lastSequence, bids, asks } = line
    const sides = { bids: levels(bids), asks: levels(asks) }
    return { type: 'depth-snapshot', symbol, lastSequence, ...sides }
  }
  if (!('U' in line)) return null
  const sequence = { firstSequence: line.U, lastSequence: line.u, time: line.E }
  return { type: 'depth-diff', symbol, ...sequence, bids: levels(line.b), asks: levels(line.a) }
}

function levels(texts: [string, string][]): BookLevel[] {
  return texts.map(([p, q]) => [price(p), quantity(q)])
}

function price(text: string): Price {
  return parseUnits(text, 2, 'price') as Price
}

function quantity(text: string): Quantity {
  return parseUnits(text, 8, 'quantity') as Quantity
}

function set(side: Map<number, number>, at: number, amount: number): void {
  if (amount === 0) side.delete(at)
  else side.set(at, amount)
}
