import { expect, test } from 'vitest'
import { syntheticBars } from '../indicators/market.conformance.ts'
import { defineInstrument } from '../instrument.ts'
import type { Price, Quantity } from '../money.ts'
import { Bars } from './bars.ts'
import * as all from './indicator-series.ts'
import { SeriesGraph } from './series-graph.ts'
import type { Series } from './series.ts'

const instrument = defineInstrument({ symbol: 'A/B', tickSize: '0.01', lotSize: '0.01' })

test('every indicator and every output of it is brought up to date by one step a bar', () => {
  const { bars, feed } = market()
  const macd = all.macd(bars.close, { fast: 5, slow: 9 })
  const bollinger = all.bollinger(bars.close, { period: 10 })
  const stochastic = all.stochastic(bars, { period: 5 })
  const adx = all.adx(bars, 5)
  const donchian = all.donchian(bars, 5)
  const keltner = all.keltner(bars, { period: 5 })
  const supertrend = all.supertrend(bars, { period: 5 })
  const series: Series[] = [
    ...[all.sma(bars.close, 3), all.ema(bars.open, 3), all.wma(bars.volume, 3)],
    ...[all.rsi(bars.close, 5), all.standardDeviation(bars.typical, 5), all.trueRange(bars)],
    ...[all.atr(bars, 5), all.cci(bars, 5), all.mfi(bars, 5), all.obv(bars), all.vwap(bars)],
    ...[macd, macd.signal, macd.histogram, stochastic, stochastic.signal],
    ...[bollinger, bollinger.upper, bollinger.lower, bollinger.percentB, bollinger.width],
    ...[adx, adx.plusDi, adx.minusDi, donchian, donchian.upper, donchian.lower],
    ...[keltner, keltner.upper, keltner.lower, supertrend, supertrend.direction],
  ]

  feed(60)

  expect(series.filter((one) => !one.ready).map((one) => one.label)).toStrictEqual([])
  expect(series.every((one) => Number.isFinite(one.previous))).toBe(true)
})

test('an indicator of an indicator begins when its source has', () => {
  const { bars, feed } = market()
  const nested = all.sma(all.sma(bars.close, 3), 2)

  feed(3)
  expect(nested.ready).toBe(false)
  feed(1)
  expect(nested.ready).toBe(true)
})

test('labels tell what is computed, settings included', () => {
  const { bars } = market()

  expect(all.ema(all.rsi(bars.close), 9).label).toBe('ema(rsi(close, 14), 9)')
  expect(all.macd(bars.close, { fast: 5 }).signal.label).toBe('macd(close, fast 5).signal')
  expect(all.obv(bars).label).toBe('obv')
})

test('a session VWAP starts again with the session', () => {
  const { bars, feed } = market()
  const hourly = all.vwap(bars, { sessionMs: 3_600_000 })
  const everything = all.vwap(bars)

  feed(60)
  expect(hourly.value).toBe(everything.value)
  feed(1)
  expect(hourly.value).toBeCloseTo(bars.typical.value, 9)
})

function market() {
  const graph = new SeriesGraph()
  const bars = new Bars(graph, instrument)
  const made = syntheticBars(3, 100).map((bar) => ({ ...bar, volume: bar.volume + 1 }))
  let fed = 0
  const units = (value: number) => Math.round(value * 100)
  const feed = (count: number) => {
    for (let index = 0; index < count; index++) {
      const bar = made[fed]!
      bars.push({
        openTime: fed * 60_000,
        intervalMs: 60_000,
        open: units(bar.open) as Price,
        high: units(bar.high) as Price,
        low: units(bar.low) as Price,
        close: units(bar.close) as Price,
        volume: units(bar.volume) as Quantity,
      })
      graph.step()
      fed++
    }
  }
  return { bars, feed }
}
