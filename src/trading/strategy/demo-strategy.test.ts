import { expect, test } from 'vitest'
import type { Candle } from '../candle.ts'
import { defineInstrument } from '../instrument.ts'
import { syntheticBars } from '../indicators/market.conformance.ts'
import type { Price, Quantity } from '../money.ts'
import { demoStrategy } from './demo-strategy.ts'
import type { TradeIntent } from './order-intent.ts'
import { StrategyRun } from './strategy-run.ts'

const instrument = defineInstrument({ symbol: 'BTC/USDT', tickSize: '0.01', lotSize: '0.00001' })
/** As many one-second bars as ten minutes have. */
const SECONDS = 600

test('on one-second bars it sends market and resting orders several times a minute', () => {
  const { market, limit } = play()

  expect(market.length).toBeGreaterThan(20)
  expect(limit.length).toBeGreaterThan(60)
})

test('it buys and it sells, and no resting order would trade at once', () => {
  const { market, limit, closes } = play()

  expect(new Set(market.map(({ intent }) => intent.action))).toStrictEqual(new Set(['buy', 'sell']))
  expect(new Set(limit.map(({ intent }) => intent.action))).toStrictEqual(new Set(['buy', 'sell']))
  for (const { intent, bar } of limit) {
    const price = intent.limitPrice! / 100
    if (intent.action === 'buy') expect(price).toBeLessThanOrEqual(closes[bar]!)
    else expect(price).toBeGreaterThanOrEqual(closes[bar]!)
  }
})

/** Market orders fill at the close; limits are only counted. */
function play() {
  const run = new StrategyRun({ strategy: demoStrategy, instrument })
  const closes = syntheticBars(11, SECONDS).map((bar) => bar.close)
  const placed: { intent: TradeIntent; bar: number }[] = []
  let held = 0
  closes.forEach((close, bar) => {
    const positionQuantity = Math.round(held * 1e5) as Quantity
    const view = { positionQuantity, averagePrice: close, unrealisedProfit: 0, equity: 10_000 }
    for (const intent of run.onBar(candle(bar, close), view)) {
      if (intent.action !== 'buy' && intent.action !== 'sell') continue
      placed.push({ intent, bar })
      const share = 'fraction' in intent.size ? intent.size.fraction : 0
      if (intent.type === 'market') {
        held += intent.action === 'buy' ? (share * 10_000) / close : -share * held
      }
    }
  })
  const ofType = (type: string) => placed.filter(({ intent }) => intent.type === type)
  return { market: ofType('market'), limit: ofType('limit'), closes }
}

function candle(index: number, close: number): Candle {
  const price = Math.round(close * 100) as Price
  const volume = 100 as Quantity
  const openTime = index * 1000
  return { openTime, intervalMs: 1000, open: price, high: price, low: price, close: price, volume }
}
