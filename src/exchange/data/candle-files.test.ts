import { expect, test } from 'vitest'
import { openMarketData } from '../inspect/open-market-data.ts'
import type { CandleData } from './candle-files.ts'
import { diskWith } from './data-fixture.ts'

const START = 1_704_067_200

test('files given in any order are joined in the order of time', async () => {
  const data = await load({ b: csv([3, 4, 5]), a: csv([0, 1, 2]) })

  expect(minutes(data)).toEqual([0, 1, 2, 3, 4, 5])
  expect(data.gaps.count).toBe(0)
})

test('candles that two files have alike are kept once and counted', async () => {
  const data = await load({ a: csv([0, 1, 2, 3]), b: csv([2, 3, 4]), c: csv([0, 1, 2, 3, 4, 5]) })

  expect(minutes(data)).toEqual([0, 1, 2, 3, 4, 5])
  expect(data.overlap).toBe(7)
})

test('files that interleave are sorted into each other', async () => {
  const data = await load({ a: csv([0, 2, 3, 4, 8]), b: csv([1, 5, 6, 7, 9]) })

  expect(minutes(data)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('numbers of files with other decimals become comparable', async () => {
  const data = await load({ a: csv([0, 1], '1.5'), b: csv([2, 3], '1.125') })

  expect(data.instrument.priceDecimals).toBe(3)
  expect([...data.columns.close]).toEqual([1500, 1500, 1125, 1125])
})

test.each([
  [
    { a: csv([0, 1, 2]), b: csv([2, 3], '9') },
    '/b:1: has the candle of 2024-01-01T00:02:00.000Z with other values than /a:3',
  ],
  [
    { a: csv([0, 1, 2]), b: csv([5, 10, 15]) },
    '/b: has candles of 300000 ms where /a has candles of 60000 ms; give files of one interval',
  ],
  [
    { a: csv([0, 1, 2]), b: csv([0.5, 1.5, 2.5]) },
    '/b:1: opens at 2024-01-01T00:00:30.000Z, before the candle of /a:1 has closed',
  ],
  [
    { 'btcusdt.csv': csv([0, 1]), 'ethusdt.csv': csv([2, 3]) },
    '/ethusdt.csv: is of ETH/USDT where the files before it are of BTC/USDT; give files of one symbol',
  ],
  [
    { a: csv([0, 1]), s: '1723161254087896568 {"stream":"btcusdt@trade","data":{}}\n' },
    '/s: holds a recorded stream where /a holds candles; give files of one kind',
  ],
])('files that do not belong together are refused (%#)', async (files, message) => {
  await expect(load(files as Record<string, string>)).rejects.toMatchObject({
    code: 'bad-data',
    message,
  })
})

test('an instrument settles the decimals, and finer numbers are refused', async () => {
  const disk = await diskWith({ a: csv([0, 1], '1.125') })
  const { instrument } = await load({ a: csv([0, 1], '1.5') })

  await expect(openMarketData(disk, ['/a'], { instrument })).rejects.toThrow(
    '/a:1: a price has 3 decimals; the instrument has 1',
  )
})

test('a span of the candles shares their numbers', async () => {
  const { columns } = await load({ a: csv([0, 1, 2, 3, 4]) })

  const part = columns.between((START + 60) * 1000, (START + 181) * 1000)

  expect([...part.openTime].map((time) => (time / 1000 - START) / 60)).toEqual([1, 2, 3])
  expect(part.open.buffer).toBe(columns.open.buffer)
})

function csv(at: readonly number[], price = '1'): string {
  return at
    .map((minute) => `${START + minute * 60},${price},${price},${price},${price},1\n`)
    .join('')
}

function minutes(data: CandleData): number[] {
  return [...data.columns.openTime].map((time) => (time / 1000 - START) / 60)
}

async function load(files: Record<string, string>): Promise<CandleData> {
  const disk = await diskWith(files)
  return (await openMarketData(
    disk,
    Object.keys(files).map((name) => `/${name}`),
  )) as CandleData
}
