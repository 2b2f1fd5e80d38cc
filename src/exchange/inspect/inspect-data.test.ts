import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fileDisk, type Disk } from '../../runtime/index.ts'
import { diskWith } from '../data/data-fixture.ts'
import { buildCandles } from './build-candles.ts'
import { inspectData } from './inspect-data.ts'
import { openMarketData } from './open-market-data.ts'
import { reportText } from './report-text.ts'

const DATA = '../shared/data'
const BINANCE = ['08', '09'].map((day) => `${DATA}/binance-ws/spot_btcusdt_202408${day}.gz`)
const PERPETUAL = `${DATA}/candles/btc-perp-20211231-20220201_1m.csv`
const DASH = `${DATA}/candles/ts_OneWeekInMinutes.json`
const [LEAN_SECONDS, LEAN_MINUTES] = ['second', 'minute'].map(
  (unit) => `${DATA}/lean/coinbase_${unit}_btcusd_20161007_trade.zip`,
) as [string, string]
const QUOTES = `${DATA}/indicators/quotes.csv`
/** These read ../shared/data, and are skipped where it is absent. */
const onData = test.skipIf(!existsSync(DATA))

onData(
  'the recorded Binance stream has its known figures, and the book is the exchange own',
  async () => {
    const report = await inspectData(fileDisk(), BINANCE)

    expect(report).toMatchObject({
      kind: 'recorded',
      symbol: 'BTC/USDT',
      lines: 99_574,
      counts: {
        trades: 19_904,
        bookTops: 73_174,
        depthDiffs: 6495,
        depthSnapshots: 1,
        unknown: {},
      },
      baseVolume: '437.91552',
      quoteVolume: '27006929.5910348',
      firstTradeId: 3_735_683_259,
      lastTradeId: 3_735_703_162,
      tradeGaps: 0,
      depthGaps: 0,
      repeatsDropped: 0,
      eventTimeBackwards: 25,
      book: {
        staleDiffs: 2,
        lost: 0,
        bidLevels: 1971,
        askLevels: 2962,
        topOfBook: { comparisons: 1072, mismatches: 0, firstMismatch: null },
      },
    })
  },
)

onData('each candle file has its known figures', async () => {
  const disk = fileDisk()

  expect(await inspectData(disk, [PERPETUAL])).toMatchObject({
    symbol: 'BTC/USD',
    interval: '1m',
    counts: { candles: 45_031 },
    from: '2021-12-31T23:01:00.000Z',
    gaps: 0,
    // 6 with the noise of doubles, 13 with more decimals than their sum has room for.
    volumesRounded: 19,
    quantityDecimals: 4,
    baseVolume: '119923370570.20745',
  })
  expect(await inspectData(disk, [DASH])).toMatchObject({
    format: 'candles-json',
    symbol: 'DASH/USDT',
    interval: '1m',
    counts: { candles: 10_080 },
    gaps: 0,
  })
  expect(await inspectData(disk, [LEAN_SECONDS])).toMatchObject({
    interval: '1s',
    counts: { candles: 4063 },
  })
  expect(await inspectData(disk, [LEAN_MINUTES])).toMatchObject({
    interval: '1m',
    counts: { candles: 1419 },
    missingCandles: 21,
  })
  expect(await inspectData(disk, [QUOTES])).toMatchObject({
    interval: '1d',
    counts: { candles: 502 },
  })
})

onData('hours of the perpetual died of an assertion: any interval adds up', async () => {
  const hours = await buildCandles(fileDisk(), [PERPETUAL], 3_600_000)
  const days = await buildCandles(fileDisk(), [PERPETUAL], 86_400_000)

  const volumeOf = ({ candles }: typeof hours) =>
    candles.reduce((sum, { volume }) => sum + volume, 0)
  expect([hours.candles.length, days.candles.length]).toEqual([751, 33])
  expect(volumeOf(hours)).toBe(volumeOf(days))
})

onData('the seconds of a day add up to its minutes exactly', async () => {
  const minutes = await openMarketData(fileDisk(), [LEAN_MINUTES])
  expect(minutes.kind).toBe('candles')

  const built = await buildCandles(fileDisk(), [LEAN_SECONDS], 60_000)

  if (minutes.kind !== 'candles') return
  const { columns } = minutes
  expect(built.candles).toEqual(
    Array.from({ length: columns.length }, (_, index) => columns.candleAt(index)),
  )
})

onData('a recording that is cut anywhere is told with file and line', async () => {
  const whole = await fileDisk().readFile(BINANCE[0]!)
  const disk: Disk = await diskWith({ 'cut.gz': whole.subarray(0, whole.length >> 1) })

  await expect(inspectData(disk, ['/cut.gz'])).rejects.toThrow(
    /^\/cut\.gz:\d{5}: the gzip data ends early; the file is cut short$/,
  )
})

test('no file at all is refused', async () => {
  await expect(inspectData(await diskWith({}), [])).rejects.toMatchObject({ code: 'bad-input' })
})

test('the text has one fact a line', async () => {
  const rows = [0, 60, 240].map((second) => `${1_704_067_200 + second},1,2,1,2,1.5\n`).join('')
  const disk = await diskWith({ 'bars.csv': rows })

  const text = reportText(await inspectData(disk, ['/bars.csv'], { symbol: 'SOL/USDT' }))

  expect(text.split('\n')).toEqual([
    'file                /bars.csv (plain, 3 candles)',
    'format              candles-csv',
    'symbol              SOL/USDT',
    'from                2024-01-01T00:00:00.000Z',
    'to                  2024-01-01T00:05:00.000Z',
    'decimals            price 0, quantity 1',
    'interval            1m',
    'candles             3',
    'base volume         4.5',
    'gaps                1 (2 candles missing; not filled)',
    '                    2024-01-01T00:02:00.000Z to 2024-01-01T00:04:00.000Z: 2 missing',
    'duplicates dropped  0',
    'overlap dropped     0',
    'volumes rounded     0',
    '',
  ])
})

test('a symbol without a slash is refused', async () => {
  const disk = await diskWith({ a: '1704067200,1,1,1,1,1\n1704067260,1,1,1,1,1\n' })

  await expect(inspectData(disk, ['/a'], { symbol: 'BTCUSDT' })).rejects.toThrow(
    'symbol is "BTCUSDT"; it must be base, slash, quote, such as BTC/USDT',
  )
})
