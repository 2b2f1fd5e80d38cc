import { expect, test } from 'vitest'
import { btc, candleAt } from './account-fixture.ts'
import { CandleHistory } from './candle-history.ts'

const MINUTE = 60_000
/** The candle that opens at minute `minute`. */
const candle = (minute: number, close = 100 + minute) => candleAt(close, (minute + 1) * MINUTE, btc)
const newest = { after: null, limit: 100 }

function closed(count: number, keep = 3): CandleHistory {
  const history = new CandleHistory(btc, keep)
  for (let minute = 0; minute < count; minute += 1) history.close(candle(minute))
  return history
}
const opens = (history: CandleHistory, query = newest as { after: number | null; limit: number }) =>
  history.views(query).map(({ openTime }) => openTime / MINUTE)

test('an empty history has no last candle and shows none', () => {
  const history = closed(0)

  expect(history.lastOpenTime).toBe(-1)
  expect(history.views(newest)).toEqual([])
})

test('prices are shown as exact decimal text', () => {
  const history = new CandleHistory(btc, 3)

  history.close(candle(0, 61_837.6))

  expect(history.views(newest)).toEqual([
    {
      openTime: 0,
      open: '61837.6',
      high: '61837.6',
      low: '61837.6',
      close: '61837.6',
      volume: '1',
    },
  ])
})

test('the forming candle is shown last and goes when its own closes', () => {
  const history = closed(2)

  history.form(candle(2, 1))
  const forming = opens(history)
  history.close(candle(2, 2))

  expect(forming).toEqual([0, 1, 2])
  expect(history.views(newest).at(-1)).toMatchObject({ close: '2' })
  expect(opens(history)).toEqual([0, 1, 2])
})

test('a forming candle that is not later than the last closed one is not taken', () => {
  const history = closed(2)

  expect(history.form(candle(1))).toBe(false)
  expect(history.form(candle(0))).toBe(false)

  expect(opens(history)).toEqual([0, 1])
})

test('pages go from the newest, or on from a cursor', () => {
  const history = closed(5, 10)

  expect(opens(history, { after: null, limit: 2 })).toEqual([3, 4])
  expect(opens(history, { after: MINUTE, limit: 2 })).toEqual([2, 3])
})

test('it is bounded, and what is saved is what is kept', () => {
  const history = closed(1_000, 3)

  expect(history.views(newest).length).toBeLessThan(6)
  expect(history.snapshot().map(({ openTime }) => openTime / MINUTE)).toEqual([997, 998, 999])
})

test('a restored history goes on as the one it was taken from, without the forming candle', () => {
  const first = closed(5)
  first.form(candle(5))
  const second = new CandleHistory(btc, 3)

  second.restore(first.snapshot())

  expect(second.lastOpenTime).toBe(first.lastOpenTime)
  expect(second.snapshot()).toEqual(first.snapshot())
  expect(opens(second)).toEqual([2, 3, 4])
})
