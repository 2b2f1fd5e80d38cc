import { expect, test } from 'vitest'
import type { Candle } from '../../trading/index.ts'
import { GenesisError } from '../../runtime/index.ts'
import { candleCsv } from './candle-csv.ts'
import type { CandleData } from './candle-files.ts'
import { openMarketData } from '../inspect/open-market-data.ts'
import { diskWith, gzip, zip } from './data-fixture.ts'

const ROWS = '2024-01-01T00:00:00Z,1.5,2,1,1.75,10\n2024-01-01T00:01:00Z,1.75,3,1.5,2.125,20.5\n'
const CSV = `timestamp,open,high,low,close,volume\n${ROWS}`
const NEW_YEAR_2024 = 1_704_067_200_000

test('a candle has exactly the numbers of the text, in the finest decimals', async () => {
  const { columns, instrument } = await load({ 'bars.csv': CSV })

  expect(instrument).toMatchObject({ priceDecimals: 3, quantityDecimals: 1 })
  expect(columns.candleAt(0)).toEqual({
    openTime: NEW_YEAR_2024,
    intervalMs: 60_000,
    open: 1500,
    high: 2000,
    low: 1000,
    close: 1750,
    volume: 100,
  })
  expect(columns.candleAt(1)).toMatchObject({ close: 2125, volume: 205 })
})

test.each([
  ['gzip', { 'bars.csv.gz': gzip(CSV) }],
  ['gzip under the name of plain text', { 'bars.csv': gzip(CSV) }],
  ['a deflated ZIP', { 'bars.zip': zip({ 'bars.csv': CSV }) }],
  ['a stored ZIP', { 'bars.zip': zip({ 'folder/bars.csv': CSV }, { stored: true }) }],
  ['line ends of Windows', { 'bars.csv': CSV.replaceAll('\n', '\r\n') }],
  ['a byte order mark', { 'bars.csv': `\uFEFF${CSV}` }],
  ['no line end at the end', { 'bars.csv': zip({ 'bars.csv': CSV.trimEnd() }) }],
  ['blank lines', { 'bars.csv': `\n${CSV}\n\n` }],
  ['semicolons', { 'bars.csv': CSV.replaceAll(',', ';') }],
  ['tabs', { 'bars.csv': CSV.replaceAll(',', '\t') }],
  ['quotes', { 'bars.csv': CSV.replaceAll(/[^,\n]+/g, '"$&"') }],
  ['spaces', { 'bars.csv': CSV.replaceAll(',', ' , ') }],
  ['no header', { 'bars.csv': ROWS }],
  ['capital letters', { 'bars.csv': CSV.toUpperCase() }],
  ['an address above the header', { 'bars.csv': `https://www.example.com\n${CSV}` }],
])('%s changes nothing', async (_, files) => {
  const plain = await load({ 'bars.csv': CSV })

  const other = await load(files)

  expect(other.columns).toEqual(plain.columns)
})

test.each([
  ['time', '2024-01-01 00:00:00', '2024-01-01 00:01:00'],
  ['date', '2024-01-01', '2024-01-01 00:01'],
  ['open_time', '1704067200000', '1704067260000'],
  ['Open time', '1704067200', '1704067260'],
  ['openTime', '1704067200000000', '1704067260000000'],
  ['ts', '1704067200000000000', '1704067260000000000'],
  ['unix', '1704067200.0', '1704067260.0'],
  ['timestamp', '2024-01-01 02:00:00+02:00', '2024-01-01 02:01:00+02:00'],
])('a time named %s and written %s is understood', async (name, first, second) => {
  const text = `${name},open,high,low,close,volume\n${first},1,1,1,1,1\n${second},1,1,1,1,1\n`

  const { columns } = await load({ 'bars.csv': text })

  expect([...columns.openTime]).toEqual([NEW_YEAR_2024, NEW_YEAR_2024 + 60_000])
})

test('columns may stand in any order and others may stand between them', async () => {
  const text = 'unix,date,symbol,close,open,low,high,Volume BTC,Volume USDT\n'
  const rows = '1704067200,x,BTC,2,1,1,3,5,9\n1704067260,x,BTC,2,1,1,3,6,9\n'

  const { columns } = await load({ 'bars.csv': text + rows })

  expect(columns.candleAt(1)).toMatchObject({ open: 1, high: 3, low: 1, close: 2, volume: 6 })
})

test('a Binance kline file without header is read by its first six columns', async () => {
  const row = (time: number) => `${time},1,2,0.5,1.5,7,${time + 59_999},9.5,3,1,1,0\n`

  const { columns } = await load({ 'klines.csv': row(1_704_067_200_000) + row(1_704_067_260_000) })

  expect(columns.candleAt(1)).toMatchObject({ openTime: NEW_YEAR_2024 + 60_000, close: 15 })
})

test('milliseconds since midnight get the date of the file in the ZIP', async () => {
  const files = { '20240101_btcusd_minute_trade.csv': '0,1,1,1,1,1\r\n60000,2,2,2,2,2' }

  const { columns, instrument } = await load({ 'x.zip': zip(files) })

  expect([...columns.openTime]).toEqual([NEW_YEAR_2024, NEW_YEAR_2024 + 60_000])
  expect(instrument.symbol).toBe('BTC/USD')
})

test('a candle that stands there twice is dropped and counted', async () => {
  const data = await load({ 'bars.csv': CSV + ROWS })

  expect(data.columns.length).toBe(2)
  expect(data.duplicates).toBe(2)
})

test('a volume with the noise of doubles is rounded and counted', async () => {
  const noisy = '2024-01-01T00:02:00Z,1,1,1,1,218102.59507500002\n'

  const data = await load({ 'bars.csv': CSV + noisy })

  expect(data.roundedVolumes).toBe(1)
  expect(data.columns.candleAt(2).volume).toBe(218_102_595_075)
})

test('missing candles are counted and listed and not filled', async () => {
  const later = '2024-01-01T00:02:00Z,1,1,1,1,1\n2024-01-01T00:05:00Z,1,1,1,1,1\n'

  const { gaps, columns } = await load({ 'bars.csv': CSV + later })

  expect(columns.length).toBe(4)
  expect(gaps).toEqual({
    count: 1,
    missingCandles: 2,
    listed: [{ from: NEW_YEAR_2024 + 180_000, to: NEW_YEAR_2024 + 300_000, missingCandles: 2 }],
  })
})

const row = (rest: string) => `${CSV}2024-01-01T00:02:00Z,${rest}`

test.each([
  ['', '/bars.csv: the file is empty'],
  ['\n\n', '/bars.csv: the file is empty'],
  ['hello', '/bars.csv:1: is neither candles in CSV or JSON nor a recorded Binance stream'],
  ['a\0b', '/bars.csv: is not text: it holds zero bytes'],
  ['timestamp,open,high,low,close,volume\n', '/bars.csv: there is a header and no candle below it'],
  [
    'timestamp,open,high,low\n',
    '/bars.csv:1: the header "timestamp,open,high,low" has no column for close, volume',
  ],
  [
    '1704067200,1,1,1,1\n',
    '/bars.csv:1: has 5 columns; candles without a header need six: time, open, high, low, close, volume',
  ],
  [row('1,1,1,1\n'), '/bars.csv:4: has 5 columns where 6 are expected; the line looks cut short'],
  [
    row('1,1,1,1,46,319.0\n'),
    '/bars.csv:4: has 7 columns where 6 are expected; a number may have thousands separators',
  ],
  [
    row('1,1,1,1,"46,319.0"\n'),
    '/bars.csv:4: volume "46,319.0" has thousands separators; write it without them',
  ],
  [
    row('1,1,1,1,"1\n'),
    '/bars.csv:4: "2024-01-01T00:02:00Z,1,1,1,1,"1" has a stray quote or too many columns',
  ],
  [row('1,1,1,NaN,1\n'), '/bars.csv:4: close "NaN" is not a number'],
  [
    row('1e5,1,1,1,1\n'),
    '/bars.csv:4: open "1e5" is in exponent notation; write it as a plain decimal',
  ],
  [row('1,1,-1,1,1\n'), '/bars.csv:4: low "-1" is negative'],
  [row('1,1,1,1,-1\n'), '/bars.csv:4: volume "-1" is negative'],
  [row('1,1,0,1,1\n'), '/bars.csv:4: low is 0; a price must be above zero'],
  [row('1,1,,1,1\n'), '/bars.csv:4: low "" is empty'],
  [
    row('1,1,2,1,1\n'),
    '/bars.csv:4: open 1, high 1, low 2, close 1: low must be the lowest and high the highest',
  ],
  [
    row('0.30000000000000004,1,1,1,1\n'),
    '/bars.csv:4: open "0.30000000000000004" has more digits than can be kept exactly (15)',
  ],
  [
    `${CSV}2023-12-31,1,1,1,1,1\n`,
    '/bars.csv:4: opens at 2023-12-31T00:00:00.000Z, before 2024-01-01T00:01:00.000Z of line 3; candles must rise in time',
  ],
  [
    `${CSV}2024-01-01,1,1,1,1,1\n`,
    '/bars.csv:4: has the time 2024-01-01T00:00:00.000Z of line 2 with other values',
  ],
  [
    `${CSV}2024-02-30,1,1,1,1,1\n`,
    '/bars.csv:4: time "2024-02-30" is not a time such as 2024-08-09 00:05:00 or an epoch in whole milliseconds',
  ],
  [
    '1704067200000,1,1,1,1,1\n1704067260000000,1,1,1,1,1\n',
    '/bars.csv:2: time "1704067260000000" is not of the form of the first row, epoch milliseconds, in whole milliseconds',
  ],
  [
    '60000,1,1,1,1,1\n120000,1,1,1,1,1\n',
    '/bars.csv:1: time "60000" is milliseconds of a day, and the file name has no date (YYYYMMDD)',
  ],
  [
    '2024-01-01,1,1,1,1,1\n',
    '/bars.csv:1: is the only candle, so the interval cannot be told; give a file with two or more',
  ],
  [
    row('1,1,1,1,1\n2024-01-01T00:02:30Z,1,1,1,1,1\n2024-01-01T00:03:30Z,1,1,1,1,1\n'),
    '/bars.csv:5: opens at 2024-01-01T00:02:30.000Z, before the 60000 ms candle of line 4 has closed',
  ],
])('%j is told in one sentence', async (text, sentence) => {
  await expect(load({ 'bars.csv': text })).rejects.toMatchObject({
    code: 'bad-data',
    message: sentence,
  })
})

test('a last line that was cut inside its last number is noticed by its decimals', async () => {
  const text = CSV.replace('10\n', '10.25\n').replace('20.5\n', '20.50')

  await expect(load({ 'bars.csv': text })).resolves.toBeDefined()
  await expect(load({ 'bars.csv': text.slice(0, -1) })).rejects.toThrow(
    '/bars.csv:3: the last line has no line end and its last number 1 decimals',
  )
})

test('a last line without line end is kept and told, as nothing vouches for its last digit', async () => {
  const data = await load({ 'bars.csv': CSV.trimEnd() })

  expect(data.columns.length).toBe(2)
  expect(data.unterminated).toEqual(['/bars.csv'])
})

test('a file that Genesis wrote is a whole prefix or refused, wherever it is cut', async () => {
  const { columns, instrument } = await load({
    'bars.csv': CSV + ROWS.replaceAll('T00:0', 'T00:1'),
  })
  const whole = candlesOf({ columns })
  const bytes = candleCsv(whole, instrument)

  for (let size = 0; size < bytes.length; size++) {
    const disk = await diskWith({ cut: bytes.subarray(0, size) })
    const read = await openMarketData(disk, ['/cut'], { instrument }).catch(
      (error: GenesisError) => error,
    )
    if (read instanceof GenesisError) expect(read.code).toBe('bad-data')
    else
      expect(numbers(candlesOf(read as CandleData))).toEqual(
        numbers(whole).slice(0, (read as CandleData).columns.length),
      )
  }
})

test('a gzip file that was cut short is told with the line it reached', async () => {
  const lines = Array.from(
    { length: 5000 },
    (_, index) => `${1_704_067_200 + index * 60},${index + 1},9999,1,${index + 1},${index % 7}\n`,
  )
  const packed = gzip(lines.join(''))

  const loading = load({ 'bars.csv.gz': packed.subarray(0, packed.length >> 1) })

  await expect(loading).rejects.toThrow(
    /^\/bars\.csv\.gz:\d{3,4}: the gzip data ends early; the file is cut short$/,
  )
})

test('a gzip file with a wrong byte is damaged', async () => {
  const packed = Buffer.from(gzip(CSV))
  packed[packed.length - 6]! ^= 1

  await expect(load({ 'bars.csv.gz': packed })).rejects.toThrow(
    /^\/bars\.csv\.gz(:\d)?: the gzip data is damaged/,
  )
})

test.each([
  [
    zip({ 'bars.csv': CSV }).subarray(0, -30),
    'the ZIP has no directory at its end; it is cut short',
  ],
  [zip({ 'bars.csv': CSV }, { crc: 1 }), 'the ZIP entry is damaged: its checksum is wrong'],
  [
    zip({ 'a.csv': CSV, 'b.csv': CSV }),
    'the ZIP holds 2 files (a.csv, b.csv); give one with a single data file',
  ],
])('a ZIP that cannot be read is told (%#)', async (bytes, sentence) => {
  await expect(load({ 'bars.zip': bytes })).rejects.toThrow(sentence)
})

test('a file that is not there is told by name', async () => {
  const disk = await diskWith({})

  await expect(openMarketData(disk, ['/none.csv'])).rejects.toMatchObject({ code: 'file-missing' })
})

async function load(files: Record<string, string | Uint8Array>): Promise<CandleData> {
  const disk = await diskWith(files)
  const data = await openMarketData(
    disk,
    Object.keys(files).map((name) => `/${name}`),
  )
  expect(data.kind).toBe('candles')
  return data as CandleData
}

function candlesOf({ columns }: Pick<CandleData, 'columns'>): Candle[] {
  return Array.from({ length: columns.length }, (_, index) => columns.candleAt(index))
}

/** Without the interval, which the first two candles alone may tell otherwise. */
function numbers(candles: readonly Candle[]): number[][] {
  return candles.map(({ openTime, open, high, low, close, volume }) => {
    return [openTime, open, high, low, close, volume]
  })
}
