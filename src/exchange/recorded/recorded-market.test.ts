import { expect, test } from 'vitest'
import type { MarketEvent } from '../../trading/index.ts'
import { diskWith, gzip } from '../data/data-fixture.ts'
import { RecordedMarket } from './recorded-market.ts'
import { diffLine, snapshotLine, topLine, tradeLine } from './stream-fixture.ts'

const later = (line: string) => line.replace(/^1723161254/, '1723161999')

test('symbol and decimals are those of the finest number in any file', async () => {
  const market = await open({
    a: [tradeLine(1), topLine(2)],
    b: [later(tradeLine(2, { price: '1.12500000', quantity: '0.00000100' }))],
  })

  expect(market.instrument).toMatchObject({
    symbol: 'BTC/USDT',
    base: 'BTC',
    quote: 'USDT',
    priceDecimals: 3,
    quantityDecimals: 6,
  })
})

test('files given in any order are read in the order of their local time', async () => {
  const market = await open({ b: [later(tradeLine(2))], a: [tradeLine(1)] })

  expect(market.paths).toEqual(['/a', '/b'])
  expect((await events(market)).map((event) => 'id' in event && event.id)).toEqual([1, 2])
})

test('a gzipped file is read like a plain one', async () => {
  const lines = [tradeLine(1), topLine(2), diffLine(3, 5), snapshotLine(4)]
  const plain = await open({ a: lines })
  const disk = await diskWith({ a: gzip(`${lines.join('\n')}\n`) })

  const packed = await RecordedMarket.open(disk, ['/a'])

  expect(await events(packed)).toEqual(await events(plain))
})

test('a bookTicker has the time of the event before it, or else of its own line', async () => {
  const market = await open({ a: [topLine(1), tradeLine(1), topLine(2)] })

  const times = (await events(market)).map((event) => 'time' in event && event.time)

  expect(times).toEqual([1_723_161_254_087, 1_723_161_255_342, 1_723_161_255_343])
})

test('what overlapping files have twice is given once and counted', async () => {
  const lines = [tradeLine(1), diffLine(1, 3), topLine(3), tradeLine(2)]
  const market = await open({ a: lines, b: [...lines.slice(1), tradeLine(3)].map(later) })

  const given = await events(market)

  expect(given.filter((event) => event.type === 'trade').map((trade) => trade.id)).toEqual([
    1, 2, 3,
  ])
  expect(market.counts).toMatchObject({ repeatsDropped: 3, tradeGaps: 0, depthGaps: 0 })
})

test('holes in trade ids and depth sequences are counted with file and line', async () => {
  const market = await open({
    a: [tradeLine(1), diffLine(1, 3)],
    b: [later(tradeLine(5)), later(diffLine(6, 9)), later(diffLine(10, 11))],
  })

  await events(market)

  expect(market.counts).toMatchObject({ tradeGaps: 1, missingTrades: 3, depthGaps: 1 })
  expect(market.counts.gaps).toEqual([
    { what: 'trade id', expected: 2, found: 5, path: '/b', line: 1 },
    { what: 'depth sequence', expected: 4, found: 6, path: '/b', line: 2 },
  ])
})

test('event time that goes backwards is counted', async () => {
  const market = await open({
    a: [
      tradeLine(1, { eventTime: 200 }),
      tradeLine(2, { eventTime: 100 }),
      tradeLine(3, { eventTime: 150 }),
    ],
  })

  await events(market)

  expect(market.counts.eventTimeBackwards).toBe(1)
})

test('streams that are not known are counted by name and passed over', async () => {
  const kline =
    '1723161254087891268 {"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1,"s":"BTCUSDT"}}'
  const reply = '1723161254087891268 {"result":null,"id":1}'
  const market = await open({ a: [tradeLine(1), kline, kline, reply] })

  expect(await events(market)).toHaveLength(1)
  expect(market.counts).toMatchObject({ lines: 4, unknown: { kline: 2, reply: 1 } })
})

test('futures events, which name the sequence before them, are understood', async () => {
  const futures = (first: number, last: number, before: number) =>
    diffLine(first, last).replace('"b":[', `"pu":${before},"b":[`)
  const market = await open({ a: [futures(5, 9, 3), futures(12, 20, 9)] })

  const given = await events(market)

  expect(given).toMatchObject([{ firstSequence: 4 }, { firstSequence: 10 }])
  expect(market.counts.depthGaps).toBe(0)
})

test('reading again gives the same and counts anew', async () => {
  const market = await open({ a: [tradeLine(1), tradeLine(3)] })

  const first = await events(market)

  expect(await events(market)).toEqual(first)
  expect(market.counts).toMatchObject({ lines: 2, tradeGaps: 1 })
})

test.each([
  [[tradeLine(1), tradeLine(2).slice(0, 90)], /^\/a:2: is not JSON: .*; the line looks cut short$/],
  [
    [tradeLine(1), tradeLine(2).slice(0, 12)],
    /^\/a:2: is not a local time in nanoseconds, a space and a JSON object; the line looks cut/,
  ],
  [
    [tradeLine(1), tradeLine(2).replace('"t":2,', '')],
    /^\/a:2: "t" is missing; it must be a whole number$/,
  ],
  [
    [tradeLine(1), tradeLine(2, { price: 'x' })],
    /^\/a:2: price is "x"; it must be a plain decimal/,
  ],
  [[tradeLine(1), tradeLine(2, { price: '-5' })], /^\/a:2: price "-5" is negative$/],
  [
    [tradeLine(1), topLine(2).replace('BTCUSDT', 'ETHUSDT')],
    /^\/a:2: is of ETHUSDT where the recording is of BTCUSDT; record one symbol a file$/,
  ],
  [[snapshotLine(1)], /^\/a: no trade, bookTicker or depth event is in it$/],
  [
    [tradeLine(1).replaceAll('BTCUSDT', 'FOOBAR')],
    /^\/a: base and quote of FOOBAR cannot be told apart/,
  ],
])('a line that is not understood ends the run with one sentence (%#)', async (lines, sentence) => {
  const reading = open({ a: lines }).then(events)

  await expect(reading).rejects.toThrow(sentence)
  await expect(reading).rejects.toMatchObject({ code: 'bad-data' })
})

test('a gzip recording that was cut short is told with the line it reached', async () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => tradeLine((index * 7919) % 1_000_003))
  const packed = gzip(`${lines.toSorted().join('\n')}\n`)
  const disk = await diskWith({ a: packed.subarray(0, packed.length - 5000) })

  await expect(RecordedMarket.open(disk, ['/a'])).rejects.toThrow(
    /^\/a:\d+: the gzip data ends early; the file is cut short$/,
  )
})

async function open(files: Record<string, readonly string[]>): Promise<RecordedMarket> {
  const texts = Object.entries(files).map(([name, lines]) => [name, `${lines.join('\n')}\n`])
  const disk = await diskWith(Object.fromEntries(texts) as Record<string, string>)
  return RecordedMarket.open(
    disk,
    Object.keys(files).map((name) => `/${name}`),
  )
}

async function events(market: RecordedMarket): Promise<MarketEvent[]> {
  const all: MarketEvent[] = []
  for await (const batch of market.batches()) all.push(...batch)
  return all
}
