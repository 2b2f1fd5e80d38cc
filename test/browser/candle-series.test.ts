import { expect, test } from 'vitest'
import type { CandleView } from '../../src/server/protocol.ts'
import { sampleCandle } from './samples.ts'
import { CandleSeries } from '../../web/src/model/candle-series.ts'

const candle = (openTime: number, close: string): CandleView => {
  const update = sampleCandle(openTime, close)
  return update.type === 'candle' ? update.candle : never()
}

function never(): never {
  throw new Error('a sample candle is a candle')
}

/** Answers are given by the test, one request for candles at a time. */
function series() {
  const answers: ((candles: CandleView[]) => void)[] = []
  const candles = new CandleSeries(async <Item>(route: string) => {
    if (route === 'fills') return []
    return new Promise<readonly Item[]>((resolve) => {
      answers.push((given) => resolve(given as Item[]))
    })
  })
  const resets: string[][] = []
  const updates: string[] = []
  candles.listen({
    onReset: (all) => resets.push(all.map(({ close }) => close)),
    onUpdate: ({ close }) => updates.push(close),
  })
  return { answers, candles, resets, updates }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('what is chosen is read once and continued by the stream', async () => {
  const { answers, candles, resets, updates } = series()
  candles.choose({ symbol: 'BTC/USDT', interval: '1m' })

  answers[0]!([candle(0, '101'), candle(60_000, '102')])
  await settled()
  candles.apply([sampleCandle(60_000, '103'), sampleCandle(120_000, '104')])

  expect(resets.at(-1)).toEqual(['101', '102'])
  expect(updates).toEqual(['103', '104'])
  expect(candles.last.value).toEqual(candle(120_000, '104'))
})

test('updates that come before the answer are not lost behind it', async () => {
  const { answers, candles, resets } = series()
  candles.choose({ symbol: 'BTC/USDT', interval: '1m' })

  candles.apply([sampleCandle(60_000, '103')])
  answers[0]!([candle(0, '101'), candle(60_000, '102')])
  await settled()

  expect(resets.at(-1)).toEqual(['101', '103'])
})

test('the answer to an earlier choice is dropped', async () => {
  const { answers, candles, resets } = series()
  candles.choose({ symbol: 'ETH/USDT', interval: '1m' })
  candles.choose({ symbol: 'BTC/USDT', interval: '1m' })

  answers[1]!([candle(0, '101')])
  await settled()
  answers[0]!([candle(0, '9')])
  await settled()

  expect(resets.at(-1)).toEqual(['101'])
})

test('candles of another symbol or interval are not drawn', async () => {
  const { answers, candles, updates } = series()
  candles.choose({ symbol: 'BTC/USDT', interval: '5m' })
  answers[0]!([])
  await settled()

  candles.apply([sampleCandle(0, '101')])

  expect(updates).toEqual([])
})

test('a late correction of an older candle is put in its place', async () => {
  const { answers, candles, resets } = series()
  candles.choose({ symbol: 'BTC/USDT', interval: '1m' })
  answers[0]!([candle(0, '101'), candle(60_000, '102')])
  await settled()

  candles.apply([sampleCandle(0, '100.5', true)])

  expect(resets.at(-1)).toEqual(['100.5', '102'])
  expect(candles.last.value).toEqual(candle(60_000, '102'))
})
