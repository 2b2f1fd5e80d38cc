import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Candle } from '../candle.ts'
import { syntheticBars } from '../indicators/market.conformance.ts'
import { defineInstrument } from '../instrument.ts'
import type { Price, Quantity } from '../money.ts'
import type { OrderReport } from '../order.ts'
import { crossedDown, crossedUp } from './cross.ts'
import { ema, macd, rsi, sma } from './indicator-series.ts'
import { NO_INTENTS } from './order-desk.ts'
import { choice, int } from './parameter.ts'
import { StrategyRun } from './strategy-run.ts'
import type { StrategyView } from './strategy-view.ts'
import { strategy } from './strategy.ts'

const instrument = defineInstrument({ symbol: 'BTC/USDT', tickSize: '0.01', lotSize: '0.00001' })
const flat: StrategyView = {
  positionQuantity: 0 as Quantity,
  averagePrice: 0,
  unrealisedProfit: 0,
  equity: 10_000,
}
const long: StrategyView = { ...flat, positionQuantity: 250_000 as Quantity, averagePrice: 99.5 }

test('on the bar on which the averages cross, and on no other, it buys', () => {
  const run = new StrategyRun({
    strategy: crossing,
    instrument,
    parameters: { fast: 2, slow: '3' },
  })

  const intents = candles([10, 9, 8, 7, 9, 12, 13]).map((candle) => run.onBar(candle, flat))

  expect(intents.map((of) => of.length)).toStrictEqual([0, 0, 0, 0, 0, 1, 0])
  expect(intents[5]).toStrictEqual([
    {
      action: 'buy',
      size: { fraction: 1 },
      type: 'market',
      limitPrice: null,
      stopPrice: null,
      timeInForce: 'ioc',
      postOnly: false,
      reduceOnly: false,
    },
  ])
})

test('a bar without an order returns the one empty list', () => {
  const run = new StrategyRun({ strategy: crossing, instrument })

  const intents = candles([10, 11]).map((candle) => run.onBar(candle, flat))

  expect(intents[0]).toBe(NO_INTENTS)
  expect(intents[1]).toBe(NO_INTENTS)
})

test('the strategy sees the bar, its close time, its position and its equity in doubles', () => {
  let seen: unknown
  const watching = strategy({
    name: 'watching',
    setup: () => ({}),
    onBar: ({ bar, time, position, equity }) => {
      const { quantity, side, averagePrice } = position
      seen = { close: bar.close, volume: bar.volume, time, quantity, side, averagePrice, equity }
    },
  })
  const run = new StrategyRun({ strategy: watching, instrument })

  run.onBar(candles([100.25])[0]!, long)

  expect(seen).toStrictEqual({
    close: 100.25,
    volume: 1.5,
    time: 60_000,
    quantity: 2.5,
    side: 'long',
    averagePrice: 99.5,
    equity: 10_000,
  })
})

test('indicators of indicators are up to date when onBar runs', () => {
  const seen: number[] = []
  const nested = strategy({
    name: 'nested',
    setup: ({ bars }) => ({ smooth: ema(rsi(bars.close, 3), 2), lines: macd(bars.close) }),
    onBar: ({ smooth }) => void seen.push(smooth.value),
  })
  const run = new StrategyRun({ strategy: nested, instrument })

  for (const candle of candles([1, 2, 3, 4, 5, 4])) run.onBar(candle, flat)

  expect(seen.slice(0, 4)).toStrictEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN])
  expect(seen[4]).toBe(100)
  expect(seen[5]).toBeCloseTo(100 + (2 / 3) * (66.6666667 - 100), 5)
})

test('onStart runs once in the life of a strategy, restarts included', () => {
  let starts = 0
  const starting = strategy({
    name: 'starting',
    setup: () => ({}),
    onStart: () => void starts++,
    onBar: () => {},
  })
  const [first, second] = candles([1, 2])
  const run = new StrategyRun({ strategy: starting, instrument })
  run.onBar(first!, flat)

  const again = new StrategyRun({ strategy: starting, instrument })
  again.restore(throughJson(run.snapshot()))
  again.onBar(second!, flat)

  expect(starts).toBe(1)
})

test('onFill sees the fill in doubles and may order', () => {
  let seen: unknown
  const filling = strategy({
    name: 'filling',
    setup: () => ({}),
    onBar: () => {},
    onFill: ({ fill, order, time }) => {
      seen = { ...fill, time }
      order.sell({ quantity: fill.quantity, limit: fill.price * 1.01 })
    },
  })
  const run = new StrategyRun({ strategy: filling, instrument })

  const intents = run.onFill(fillReport, long)

  expect(seen).toStrictEqual({
    clientOrderId: 'g-a-b-0',
    side: 'buy',
    price: 100,
    quantity: 0.5,
    fee: 0.05,
    liquidity: 'taker',
    time: 7,
  })
  expect(intents).toMatchObject([{ action: 'sell', limitPrice: 10_100, size: { quantity: 0.5 } }])
})

test('restored at any bar it decides bit for bit as if it had never stopped', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(80), (seed, cut) => {
      const bars = syntheticBars(seed, 140)
      const all = candles(
        bars.map((bar) => bar.close),
        bars.map((bar) => bar.volume),
      )
      const run = new StrategyRun({ strategy: remembering, instrument })
      for (const candle of all.slice(0, cut)) run.onBar(candle, flat)

      const again = new StrategyRun({ strategy: remembering, instrument })
      again.restore(throughJson(run.snapshot()))
      const decide = (of: StrategyRun) => all.slice(cut).map((candle) => of.onBar(candle, flat))

      expect(decide(again)).toStrictEqual(decide(run))
      expect(again.snapshot()).toStrictEqual(run.snapshot())
    }),
    { numRuns: 40 },
  )
})

test('a checkpoint of other parameters, another instrument or other indicators is refused', () => {
  const run = new StrategyRun({ strategy: crossing, instrument })
  const saved = throughJson(run.snapshot())
  const other = new StrategyRun({ strategy: crossing, instrument, parameters: { fast: 11 } })
  const renamed = { ...saved, symbol: 'ETH/USDT' }
  const grown = { ...saved, indicators: [...saved.indicators, saved.indicators[0]!] }

  expect(() => other.restore(saved)).toThrow(/is of sma-cross .*fast 10.* not of .*fast 11/)
  expect(() => run.restore(renamed)).toThrow(/ETH\/USDT/)
  expect(() => run.restore(grown)).toThrow(/indicators changed since its checkpoint/)
})

test('a strategy that throws loses what it had ordered on that bar', () => {
  const throwing = strategy({
    name: 'throwing',
    setup: () => ({}),
    onBar: ({ bar, order }) => {
      order.buy({ fraction: 1 })
      if (bar.close === 1) throw new Error('by design')
    },
  })
  const run = new StrategyRun({ strategy: throwing, instrument })
  const [first, second] = candles([1, 2])

  expect(() => run.onBar(first!, flat)).toThrow('by design')

  expect(run.onBar(second!, flat)).toHaveLength(1)
})

test('state that a checkpoint could not hold is refused at the start, by name', () => {
  const refusal = (state: object) => () =>
    new StrategyRun({
      instrument,
      strategy: strategy({ name: 'odd', setup: () => state, onBar: () => {} }),
    })

  expect(refusal({ seen: new Map() })).toThrow(/state seen is a Map; it must be/)
  expect(refusal({ deep: { list: [1, Number.NaN] } })).toThrow(/state deep.list\[1\] is NaN/)
  expect(refusal({ later: () => 1 })).toThrow(/state later is a function/)
  expect(refusal({ when: undefined })).toThrow(/state when is a undefined/)
  expect(refusal({ order: 1 })).toThrow(/field order; that name is taken/)
})

test('an indicator made after setup is refused', () => {
  const late = strategy({
    name: 'late',
    setup: () => ({}),
    onBar: ({ bars }) => void sma(bars.close, 3),
  })
  const run = new StrategyRun({ strategy: late, instrument })

  expect(() => run.onBar(candles([1])[0]!, flat)).toThrow(/sma\(close, 3\) was asked for after/)
})

test('an asynchronous strategy is refused', () => {
  const asynchronous = strategy({ name: 'slow', setup: () => ({}), onBar: async () => {} })
  const run = new StrategyRun({ strategy: asynchronous, instrument })

  expect(() => run.onBar(candles([1])[0]!, flat)).toThrow(/returned a promise/)
})

test('a bar out of order is a programmer error', () => {
  const run = new StrategyRun({ strategy: crossing, instrument })
  const [first, second] = candles([1, 2])
  run.onBar(second!, flat)

  expect(() => run.onBar(first!, flat)).toThrow(/order of their time/)
})

const crossing = strategy({
  name: 'sma-cross',
  params: { fast: int(10), slow: int(30) },
  setup: ({ params, bars }) => ({
    fast: sma(bars.close, params.fast),
    slow: sma(bars.close, params.slow),
  }),
  onBar: ({ fast, slow, order }) => {
    if (crossedUp(fast, slow)) order.buy({ fraction: 1 })
  },
})

const remembering = strategy({
  name: 'remembering',
  params: { mood: choice(['calm', 'wild']) },
  setup: ({ bars }) => ({
    averages: [sma(bars.close, 5), ema(bars.typical, 9)],
    past: bars.close.history(7),
    memory: { crossings: 0, closes: [0] },
    note: 'none',
  }),
  onBar: (context) => {
    const { averages, past, memory, order, bar } = context
    const [fast, slow] = averages
    if (crossedUp(fast!, slow!) || crossedDown(fast!, slow!)) {
      memory.crossings++
      memory.closes = [...memory.closes.slice(-3), bar.close]
      context.note = `${memory.crossings} ${past.at(6)}`
      order.buy({ quantity: memory.crossings, limit: memory.closes[0]! + 1 })
      if (context.note.length > 5) order.sell({ notional: bar.close })
    }
  },
})

const fillReport: Extract<OrderReport, { type: 'filled' }> = {
  type: 'filled',
  clientOrderId: 'g-a-b-0',
  symbol: 'BTC/USDT',
  time: 7,
  tradeId: 1,
  side: 'buy',
  price: 10_000 as Price,
  quantity: 50_000 as Quantity,
  fee: '0.05',
  liquidity: 'taker',
}

function candles(closes: readonly number[], volumes: readonly number[] = []): Candle[] {
  return closes.map((close, index) => {
    const price = Math.round(close * 100) as Price
    const volume = Math.round((volumes[index] ?? 1.5) * 1e5) as Quantity
    const openTime = index * 60_000
    return {
      openTime,
      intervalMs: 60_000,
      open: price,
      high: price,
      low: price,
      close: price,
      volume,
    }
  })
}

function throughJson<State>(state: State): State {
  return JSON.parse(JSON.stringify(state)) as State
}
