import { expect, test } from 'vitest'
import { openMarketData } from '../inspect/open-market-data.ts'
import type { CandleData } from './candle-files.ts'
import { diskWith } from './data-fixture.ts'

const NAMED = [
  {
    base: 'DASH',
    counter: 'USDT',
    openTimeInMillis: 1_704_067_200_000,
    open: '74.73000000',
    high: '74.76',
    low: '74.73',
    close: '74.76',
    volume: '5.42808',
    sizeInMillis: 60_000,
  },
  {
    base: 'DASH',
    counter: 'USDT',
    openTimeInMillis: 1_704_067_260_000,
    open: '74.76',
    high: '74.8',
    low: '74.7',
    close: '74.7',
    volume: '1',
    sizeInMillis: 60_000,
  },
]

test('objects are read by their names, and tell the symbol', async () => {
  const data = await load(JSON.stringify(NAMED, null, 2))

  expect(data.instrument).toMatchObject({
    symbol: 'DASH/USDT',
    priceDecimals: 2,
    quantityDecimals: 5,
  })
  expect(data.columns.candleAt(0)).toMatchObject({ open: 7473, close: 7476, volume: 542_808 })
})

test('klines are read by their places, with numbers as text or bare', async () => {
  const klines = [
    [1_704_067_200_000, '0.01634790', '0.8', '0.015758', '0.01577100', '148976.11427815', 0],
    [1_704_067_260_000, 0.0163479, 0.8, 0.015758, 0.015771, 12.5, 0],
  ]

  const { columns } = await load(JSON.stringify(klines))

  expect(columns.candleAt(0)).toMatchObject({ open: 163_479, volume: 14_897_611_427_815 })
  expect(columns.candleAt(1)).toMatchObject({ open: 163_479, volume: 1_250_000_000 })
})

const pretty = JSON.stringify(NAMED, null, 2)

test.each([
  [pretty.slice(0, -20), '/bars.json:13: the file ends in the middle of record 2; it is cut short'],
  [
    pretty.slice(0, -2),
    '/bars.json:23: the array is not closed after record 2; the file is cut short',
  ],
  [`${pretty} x`, '/bars.json:24: there is text behind the end of the array'],
  [pretty.replace('},', '}'), '/bars.json:13: a comma is missing after record 1'],
  [
    pretty.replace('"low": "74.7"', '"low": "abc"'),
    '/bars.json:13: low "abc" is not a plain decimal number such as 12.5',
  ],
  [pretty.replace('"low": "74.7"', '"low": null'), '/bars.json:13: low is missing or not a number'],
  [
    pretty.replace('"low": "74.7"', '"low": 74.70000000000002'),
    '/bars.json:13: low 74.70000000000002 has more digits than a JSON number keeps exactly; write it as text',
  ],
  [
    pretty.replace('"low": "74.7"', '"low": 7e-7'),
    '/bars.json:13: low "7e-7" is in exponent notation; write it as a plain decimal',
  ],
  [pretty.replace('"low": "74.7"', 'low: 74'), /^\/bars\.json:13: record 2 is not JSON$/],
  [pretty.replaceAll('"close"', '"end"'), '/bars.json:2: the object has no key for close'],
  ['[]', '/bars.json: the array holds no candle'],
  ['[1, 2]', '/bars.json:1: record 1 is neither an object nor an array'],
  [
    '[[1, 2]]',
    '/bars.json:1: has 2 values; a kline needs six: time, open, high, low, close, volume',
  ],
  ['{"a": 1}', /^\/bars\.json:1: is a JSON object; candles are a JSON array/],
])('%# is told in one sentence with its line', async (text, sentence) => {
  await expect(load(text)).rejects.toThrow(
    typeof sentence === 'string' ? expect.objectContaining({ message: sentence }) : sentence,
  )
})

async function load(text: string): Promise<CandleData> {
  const disk = await diskWith({ 'bars.json': text })
  return (await openMarketData(disk, ['/bars.json'])) as CandleData
}
