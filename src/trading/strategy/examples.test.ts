import { expect, test } from 'vitest'
import breakout from '../../../examples/breakout.ts'
import rsiReversion from '../../../examples/rsi-reversion.ts'
import smaCross from '../../../examples/sma-cross.ts'
import type { Candle } from '../candle.ts'
import { syntheticBars } from '../indicators/market.conformance.ts'
import { defineInstrument } from '../instrument.ts'
import type { Price, Quantity } from '../money.ts'
import { StrategyRun } from './strategy-run.ts'
import type { Strategy } from './strategy.ts'

const instrument = defineInstrument({ symbol: 'BTC/USDT', tickSize: '0.01', lotSize: '0.00001' })

test.each([smaCross, rsiReversion, breakout])('example $name enters and leaves', (example) => {
  const actions = play(example)

  expect(actions.filter((action) => action === 'buy').length).toBeGreaterThan(5)
  expect(actions.filter((action) => action === 'close').length).toBeGreaterThan(5)
})

/** Every order fills at once and in full, as an example need not care how. */
function play(example: Strategy): string[] {
  const run = new StrategyRun({ strategy: example, instrument })
  const actions: string[] = []
  let positionQuantity = 0 as Quantity
  for (const candle of candles()) {
    const view = { positionQuantity, averagePrice: 0, unrealisedProfit: 0, equity: 10_000 }
    for (const { action } of run.onBar(candle, view)) {
      actions.push(action)
      if (action === 'buy') positionQuantity = 1000 as Quantity
      if (action === 'close') positionQuantity = 0 as Quantity
    }
  }
  return actions
}

function candles(): Candle[] {
  const units = (value: number) => Math.round(value * 100)
  return syntheticBars(5, 5000).map((bar, index) => ({
    openTime: index * 60_000,
    intervalMs: 60_000,
    open: units(bar.open) as Price,
    high: units(bar.high) as Price,
    low: units(bar.low) as Price,
    close: units(bar.close) as Price,
    volume: units(bar.volume) as Quantity,
  }))
}
