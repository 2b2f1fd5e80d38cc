import fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { aggregateCandles, CandleBuilder } from './candle-builder.ts'
import type { Candle } from './candle.ts'
import type { MarketTrade } from './market-data.ts'
import { parseUnits } from './money.ts'

let lastId = 0

function trade(time: number, price: number, quantity = 1, id = ++lastId): MarketTrade {
  return {
    type: 'trade',
    symbol: 'A/B',
    time,
    id,
    price,
    quantity,
    takerSide: 'buy',
  } as MarketTrade
}

function candle(openTime: number, prices: number[], volume: number, intervalMs = 1000): Candle {
  const [open, high, low, close] = prices
  return { openTime, intervalMs, open, high, low, close, volume } as Candle
}

function closedBy(builder: CandleBuilder, trades: readonly MarketTrade[]): Candle[] {
  return trades.map((one) => builder.addTrade(one)).filter((closed) => closed !== null)
}

test('a candle is first, highest, lowest and last price, and the sum of quantities', () => {
  const builder = new CandleBuilder(1000)

  const closed = closedBy(builder, [
    trade(1000, 10),
    trade(1200, 12),
    trade(1900, 9),
    trade(1999, 11, 5),
    trade(2000, 50),
  ])

  expect(closed).toEqual([candle(1000, [10, 12, 9, 11], 8)])
  expect(builder.current()).toEqual(candle(2000, [50, 50, 50, 50], 1))
})

test('a bucket without a trade has no candle', () => {
  const closed = closedBy(new CandleBuilder(1000), [trade(0, 10), trade(5500, 11), trade(9000, 12)])

  expect(closed.map((one) => one.openTime)).toEqual([0, 5000])
})

test('time that goes back joins the bucket that is still open, and is counted', () => {
  const builder = new CandleBuilder(1000)

  closedBy(builder, [trade(1500, 10), trade(1490, 11)])

  expect(builder.current()).toEqual(candle(1000, [10, 11, 10, 11], 2))
  expect(builder.counts()).toMatchObject({ backwards: 1, late: 0 })
})

test('a trade of a closed bucket is left out, and is counted', () => {
  const builder = new CandleBuilder(1000)

  const closed = closedBy(builder, [trade(1500, 10), trade(2000, 10), trade(1999, 99)])

  expect(closed).toEqual([candle(1000, [10, 10, 10, 10], 1)])
  expect(builder.current()).toEqual(candle(2000, [10, 10, 10, 10], 1))
  expect(builder.counts()).toMatchObject({ late: 1 })
})

test('a trade before the first bucket is late, since candles come in the order of time', () => {
  const builder = new CandleBuilder(1000)

  closedBy(builder, [trade(5000, 10), trade(4999, 99)])

  expect(builder.counts()).toMatchObject({ late: 1 })
})

test('the clock closes a candle without waiting for a trade, once', () => {
  const builder = new CandleBuilder(1000)
  builder.addTrade(trade(1500, 10))

  expect(builder.flush(1999)).toBeNull()
  expect(builder.flush(2000)).toEqual(candle(1000, [10, 10, 10, 10], 1))
  expect(builder.flush(3000)).toBeNull()
  expect(builder.addTrade(trade(1999, 99))).toBeNull()
  expect(builder.counts()).toMatchObject({ late: 1 })
})

test('a trade seen twice counts once, and missing trades are counted', () => {
  const builder = new CandleBuilder(1000)

  closedBy(builder, [trade(0, 10, 1, 100), trade(1, 10, 1, 100), trade(2, 10, 1, 104)])

  expect(builder.current()?.volume).toBe(2)
  expect(builder.counts()).toMatchObject({ repeated: 1, missing: 3 })
})

test('a snapshot through JSON goes on as the original', () => {
  const builder = new CandleBuilder(1000)
  closedBy(builder, [trade(0, 10), trade(1500, 11), trade(1400, 12)])
  const copy = new CandleBuilder(1000)
  copy.restore(JSON.parse(JSON.stringify(builder.snapshot())))

  const next = [trade(1600, 13), trade(700, 1), trade(2000, 14)]

  expect(closedBy(copy, next)).toEqual(closedBy(builder, next))
  expect(copy.snapshot()).toEqual(builder.snapshot())
})

test('a new builder survives its snapshot', () => {
  const copy = new CandleBuilder(1000)

  copy.restore(JSON.parse(JSON.stringify(new CandleBuilder(1000).snapshot())))

  expect(copy.addTrade(trade(-5000, 10))).toBeNull()
  expect(copy.current()?.openTime).toBe(-5000)
})

test('a snapshot of another interval is refused', () => {
  const snapshot = new CandleBuilder(60_000).snapshot()

  expect(() => new CandleBuilder(1000).restore(snapshot)).toThrow('of 60000 ms, not 1000 ms')
})

test('a candle seen twice or out of order is left out and counted', () => {
  const builder = new CandleBuilder(5000)
  for (const openTime of [1000, 2000, 2000, 1000]) {
    builder.addCandle(candle(openTime, [1, 1, 1, 1], 7))
  }

  expect(builder.current()?.volume).toBe(14)
  expect(builder.counts()).toMatchObject({ repeated: 1, late: 1 })
})

test('candles that do not divide the interval are refused', () => {
  const odd = candle(0, [1, 1, 1, 1], 1, 700)

  expect(() => aggregateCandles([odd], 1000)).toThrow('Candles of 700 ms from 0 do not add up')
})

test('candles by way of smaller candles are the candles of the trades', () => {
  const trades = fc.array(
    fc.record({ gap: fc.nat({ max: 30_000 }), price: fc.integer({ min: 1, max: 1000 }) }),
    { minLength: 1, maxLength: 200 },
  )

  fc.assert(
    fc.property(trades, fc.nat({ max: 10 ** 12 }), (steps, start) => {
      let time = start
      const all = steps.map(({ gap, price }) => trade((time += gap), price))
      const direct = new CandleBuilder(60_000)
      const small = new CandleBuilder(5000)
      const minutes = [...closedBy(direct, all), direct.finish()]
      const seconds = [...closedBy(small, all), small.finish() as Candle]

      expect(aggregateCandles(seconds, 60_000)).toEqual(minutes)
      const volume = minutes.reduce((sum, one) => sum + (one?.volume ?? 0), 0)
      expect(volume).toBe(all.length)
    }),
  )
})

const secondFile = '../shared/data/lean/coinbase_second_btcusd_20161007_trade.zip'
const minuteFile = '../shared/data/lean/coinbase_minute_btcusd_20161007_trade.zip'

test.skipIf(!existsSync(secondFile) || !existsSync(minuteFile))(
  "a day of seconds adds up to the exchange's own minutes (needs ../shared/data)",
  () => {
    const seconds = candlesOfZip(secondFile, 1000)
    const minutes = candlesOfZip(minuteFile, 60_000)

    const aggregated = aggregateCandles(seconds, 60_000)

    expect(minutes.length).toBeGreaterThan(1000)
    expect(aggregated).toEqual(minutes)
  },
)

function candlesOfZip(path: string, intervalMs: number): Candle[] {
  return firstFileOfZip(path)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [time, open, high, low, close, volume] = line.trim().split(',')
      const prices = [open, high, low, close].map((text) => parseUnits(text!, 4, 'price'))
      return candle(Number(time), prices, parseUnits(volume!, 8, 'volume'), intervalMs)
    })
}

/** The only file of a small zip archive, found through the central directory. */
function firstFileOfZip(path: string): string {
  const bytes = readFileSync(path)
  const directory = bytes.readUInt32LE(bytes.lastIndexOf('PK\x05\x06') + 16)
  const size = bytes.readUInt32LE(directory + 20)
  const header = bytes.readUInt32LE(directory + 42)
  const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28)
  return inflateRawSync(bytes.subarray(start, start + size)).toString()
}

test('a volume beyond 2^53 died of an assertion: it is bad data, with a sentence', () => {
  const builder = new CandleBuilder(1000)
  builder.addTrade(trade(0, 10, Number.MAX_SAFE_INTEGER))

  const more = () => builder.addTrade(trade(1, 10, 1))

  expect(more).toThrow(expect.objectContaining({ code: 'bad-data' }))
  expect(more).toThrow(/^the candle of 0 ms UTC has a volume above the 9007199254740991 smallest/)
})
