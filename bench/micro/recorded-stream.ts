import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { openMarketData, RecordedMarket } from 'genesis/exchange'
import { fileDisk, SimulatedDisk } from 'genesis/runtime'
import { CandleBuilder, OrderBook } from 'genesis/trading'
import type { Row } from '../row.ts'

/**
 * The recorded Binance stream from its gzip files to market events, to a book and to candles, with
 * `JSON.parse` of the unpacked lines beside it for scale; then candles out of CSV.
 */
const FILES = ['20240808', '20240809'].map(
  (day) => `../shared/data/binance-ws/spot_btcusdt_${day}.gz`,
)
const CSV_ROWS = 500_000

export async function run(): Promise<Row[]> {
  const csv: Row = {
    name: 'candles out of CSV',
    value: await csvRate(),
    unit: 'rows/s',
    target: '>= 400000',
  }
  if (!FILES.every((file) => existsSync(file))) return [csv]
  const disk = fileDisk()
  const { elapsedMs: openMs, value: market } = await timed(() => RecordedMarket.open(disk, FILES))
  const { elapsedMs: parseMs, value: lines } = await timed(() => readEvents(market))
  const { elapsedMs: bookMs } = await timed(() => readWithBook(market))
  const perSecond = (ms: number) => Math.round((lines * 1000) / ms)
  const ours = 'gunzip and lines to events'
  return [
    { name: ours, value: perSecond(parseMs), unit: 'lines/s' },
    { name: 'JSON.parse alone, unpacked', value: parseAlone(), unit: 'lines/s', peerOf: ours },
    {
      name: 'gunzip, events, book and 1m candles',
      value: perSecond(bookMs),
      unit: 'lines/s',
      target: '>= 60000',
    },
    { name: 'symbol and decimals read ahead', value: perSecond(openMs), unit: 'lines/s' },
    csv,
  ]
}

async function readEvents(market: RecordedMarket): Promise<number> {
  let count = 0
  for await (const batch of market.batches()) count += batch.length
  return count
}

async function readWithBook(market: RecordedMarket): Promise<number> {
  const book = new OrderBook(market.instrument.symbol)
  const candles = new CandleBuilder(60_000)
  let sum = 0
  for await (const batch of market.batches()) {
    for (const event of batch) {
      if (event.type === 'trade') sum += candles.addTrade(event)?.close ?? 0
      else if (event.type === 'depth-diff' || event.type === 'depth-snapshot') book.apply(event)
      sum += book.top()?.bidPrice ?? 0
    }
  }
  return sum
}

function parseAlone(): number {
  const lines = FILES.flatMap((file) => gunzipSync(readFileSync(file)).toString().split('\n'))
    .filter((line) => line !== '')
    .map((line) => line.slice(line.indexOf(' ') + 1))
  const start = performance.now()
  let objects = 0
  for (const line of lines) if (JSON.parse(line) !== null) objects++
  return Math.round((objects * 1000) / (performance.now() - start))
}

async function csvRate(): Promise<number> {
  const disk = new SimulatedDisk({ losesNothing: true })
  await disk.replaceFile('/bars.csv', Buffer.from(csvText()))
  await openMarketData(disk, ['/bars.csv'])
  const { elapsedMs } = await timed(() => openMarketData(disk, ['/bars.csv']))
  return Math.round((CSV_ROWS * 1000) / elapsedMs)
}

function csvText(): string {
  let text = 'open_time,open,high,low,close,volume\n'
  for (let row = 0; row < CSV_ROWS; row++) {
    const price = 61_000 + (row % 977)
    const time = 1_704_067_200_000 + row * 60_000
    const prices = `${price}.25,${price + 9}.5,${price - 9},${price}.75`
    text += `${time},${prices},${row % 89}.4375\n`
  }
  return text
}

async function timed<Value>(
  work: () => Promise<Value>,
): Promise<{ value: Value; elapsedMs: number }> {
  const start = performance.now()
  const value = await work()
  return { value, elapsedMs: performance.now() - start }
}
