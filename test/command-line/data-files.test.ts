import { existsSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { bars, row, TURNING_STRATEGY } from './bars.ts'
import { expectRefusal, type Files, genesis, inFolder } from './command.ts'

const HEADER = 'timestamp,open,high,low,close,volume\n'
const three = bars(3)

test.concurrent.each<[string, string | Uint8Array, string]>([
  ['empty', '', 'b.csv: the file is empty'],
  ['a header alone', HEADER, 'b.csv: there is a header and no candle below it'],
  [
    'cut in a line',
    `${three}17040673`,
    'b.csv:4: has 1 columns where 6 are expected; the line looks cut short',
  ],
  [
    'one time twice with other values',
    three + row(2, '0.5'),
    'b.csv:4: has the time 2024-01-01T00:02:00.000Z of line 3 with other values',
  ],
  [
    'a low above the high',
    `${three}1704067380,1.5,2,3,1.75,0.2\n`,
    'b.csv:4: open 1.5, high 2, low 3, close 1.75: low must be the lowest and high the highest',
  ],
  [
    'a number that is none',
    `${three}1704067380,1.5,2,1,abc,0.2\n`,
    'b.csv:4: close "abc" is not a plain decimal number such as 12.5',
  ],
  ['no candles at all', 'hello\nworld\n', 'b.csv:1: '],
])('a data file that is %s is refused with its line', async (_name, content, sentence) => {
  await inFolder({ 'b.csv': content }, async (folder) => {
    const { code, stdout, stderr } = await genesis(folder, ['backtest', 'demo', '--data', 'b.csv'])

    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({
      code: 1,
      stdout: '',
      lines: 2,
    })
    expect(stderr).toContain(`genesis: ${sentence}`)
  })
})

test.concurrent.each<[string, Files, string]>([
  ['no.csv', {}, 'cannot open no.csv: it does not exist'],
  ['d', { 'd/x.csv': three }, 'cannot read d: it is a folder'],
  [
    'b.gz',
    { 'b.gz': gzipSync(three).subarray(0, -12) },
    'b.gz:3: the gzip data ends early; the file is cut short',
  ],
  [
    'b.zip',
    { 'b.zip': 'PK\u0003\u0004 and no more' },
    'b.zip: the ZIP has no directory at its end; it is cut short',
  ],
])('the data file %s is refused', async (name, files, sentence) => {
  await expectRefusal(['data', 'inspect', name], { files, sentence })
})

test.concurrent('an exact repeat and a gap are told, and the repeat is traded once', async () => {
  const files = { 'b.csv': three + row(2) + row(5), 's.ts': TURNING_STRATEGY }
  await inFolder(files, async (folder) => {
    const looked = await genesis(folder, ['data', 'inspect', 'b.csv', '--json'])
    const ran = await genesis(folder, ['backtest', 's.ts', '--data', 'b.csv', '--json'])

    expect(JSON.parse(looked.stdout)).toMatchObject({
      counts: { candles: 4 },
      duplicatesDropped: 1,
      gaps: 1,
      missingCandles: 2,
    })
    expect(JSON.parse(ran.stdout)).toMatchObject({
      bars: 4,
      data: { duplicatesDropped: 1, gaps: 1, missingCandles: 2 },
    })
  })
})

test.concurrent('candles in disorder are refused with the lines of both', async () => {
  await inFolder({ 'b.csv': row(0) + row(2) + row(1) + row(3) }, async (folder) => {
    const { code, stdout, stderr } = await genesis(folder, ['data', 'inspect', 'b.csv', '--json'])

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(
      'genesis: b.csv:3: opens at 2024-01-01T00:01:00.000Z, before 2024-01-01T00:02:00.000Z ' +
        'of line 2; candles must rise in time\n',
    )
  })
})

test.concurrent('data candles writes candles, and writes over nothing it reads', async () => {
  await inFolder({ 'b.csv': bars(10) }, async (folder) => {
    const words = ['data', 'candles', 'b.csv', '--interval', '5m', '--out']

    const made = await genesis(folder, [...words, 'c.csv'])
    const refused = await genesis(folder, [...words, 'b.csv'])

    expect(made).toEqual({ code: 0, stdout: '2 candles of 5m in c.csv\n', stderr: '' })
    expect(refused).toMatchObject({
      code: 1,
      stderr: 'genesis: --out is "b.csv"; it must be none of the files read\n',
    })
  })
})

test.concurrent('--json is one object with the trades, the equity and the statistics', async () => {
  const files = { 'b.csv': bars(60), 's.ts': TURNING_STRATEGY }
  await inFolder(files, async (folder) => {
    const { code, stdout, stderr } = await genesis(folder, [
      'backtest',
      's.ts',
      '--data',
      'b.csv',
      '--json',
    ])
    const result = JSON.parse(stdout) as { trades: object[]; equity: object[]; stats: object }

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.trimEnd()).not.toContain('\n')
    expect(result.equity).toHaveLength(60)
    expect(result.trades.length).toBeGreaterThan(10)
    expect(result.stats).toMatchObject({ tradeCount: result.trades.length })
  })
})

const recorded = ['20240808', '20240809'].map((day) =>
  resolve(import.meta.dirname, `../../../shared/data/binance-ws/spot_btcusdt_${day}.gz`),
)
// The recording of a real exchange is not part of the repository.
test.skipIf(!recorded.every((file) => existsSync(file)))(
  'the recorded exchange is rebuilt to the last digit, and its own tops agree',
  async () => {
    await inFolder({}, async (folder) => {
      const { code, stdout } = await genesis(folder, ['data', 'inspect', ...recorded, '--json'])
      const report = JSON.parse(stdout) as { book: { topOfBook: { comparisons: number } } }

      expect(code).toBe(0)
      expect(report).toMatchObject({
        lines: 99_574,
        counts: { trades: 19_904, depthSnapshots: 1, unknown: {} },
        firstTradeId: 3_735_683_259,
        lastTradeId: 3_735_703_162,
        baseVolume: '437.91552',
        quoteVolume: '27006929.5910348',
        eventTimeBackwards: 25,
        book: { lost: 0, bidLevels: 1_971, askLevels: 2_962, topOfBook: { mismatches: 0 } },
      })
      expect(report.book.topOfBook.comparisons).toBeGreaterThan(500)
    })
  },
)
