import { ATR, BollingerBands, EMA, MACD, RSI, SMA } from 'trading-signals'
import {
  Adx,
  Atr,
  Bollinger,
  type Candle,
  Cci,
  crossedDown,
  crossedUp,
  defineInstrument,
  Donchian,
  Ema,
  Keltner,
  Macd,
  Mfi,
  Obv,
  type Price,
  type Quantity,
  Rsi,
  sma,
  Sma,
  StandardDeviation,
  Stochastic,
  strategy,
  StrategyRun,
  type StrategyView,
  Supertrend,
  Vwap,
  Wma,
} from 'genesis/trading'
import type { Row } from '../row.ts'

/** Nanoseconds a bar of each indicator, its peer beside it, and of a whole strategy's turn. */
const BARS = 200_000
const PASSES = 5

interface Bar {
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

export async function run(): Promise<Row[]> {
  const bars = walk(BARS)
  const rows = ours.map(([name, make]) => row(`${name} update`, bars, make()))
  const theirs = peers.map(([name, make]) => {
    const peer = row(`trading-signals ${name}`, bars, make())
    return { ...peer, peerOf: `${name} update` }
  })
  return [...rows, ...theirs, strategyRow(bars)]
}

type Feed = (bar: Bar) => unknown

const ours: readonly (readonly [string, () => Feed])[] = [
  ['SMA 20', () => of(new Sma(20), (it, bar) => it.update(bar.close))],
  ['EMA 20', () => of(new Ema(20), (it, bar) => it.update(bar.close))],
  ['WMA 20', () => of(new Wma(20), (it, bar) => it.update(bar.close))],
  ['RSI 14', () => of(new Rsi(14), (it, bar) => it.update(bar.close))],
  ['MACD 12/26/9', () => of(new Macd(), (it, bar) => it.update(bar.close))],
  ['deviation 20', () => of(new StandardDeviation(20), (it, bar) => it.update(bar.close))],
  ['Bollinger 20', () => of(new Bollinger(), (it, bar) => it.update(bar.close))],
  ['ATR 14', () => of(new Atr(14), (it, bar) => it.update(bar.high, bar.low, bar.close))],
  ['ADX 14', () => of(new Adx(14), (it, bar) => it.update(bar.high, bar.low, bar.close))],
  ['stochastic 14/3/3', () => of(new Stochastic(), (it, b) => it.update(b.high, b.low, b.close))],
  ['CCI 20', () => of(new Cci(20), (it, bar) => it.update(bar.high, bar.low, bar.close))],
  ['MFI 14', () => of(new Mfi(14), (it, b) => it.update(b.high, b.low, b.close, b.volume))],
  ['OBV', () => of(new Obv(), (it, bar) => it.update(bar.close, bar.volume))],
  ['VWAP', () => of(new Vwap(), (it, bar) => it.update(bar.close, bar.volume))],
  ['Donchian 20', () => of(new Donchian(20), (it, bar) => it.update(bar.high, bar.low))],
  ['Keltner 20/10', () => of(new Keltner(), (it, b) => it.update(b.high, b.low, b.close))],
  ['Supertrend 10', () => of(new Supertrend(), (it, b) => it.update(b.high, b.low, b.close))],
]

const peers: readonly (readonly [string, () => Feed])[] = [
  ['SMA 20', () => of(new SMA(20), (it, bar) => it.update(bar.close, false))],
  ['EMA 20', () => of(new EMA(20), (it, bar) => it.update(bar.close, false))],
  ['RSI 14', () => of(new RSI(14), (it, bar) => it.update(bar.close, false))],
  ['MACD 12/26/9', () => of(peerMacd(), (it, bar) => it.update(bar.close, false))],
  ['Bollinger 20', () => of(new BollingerBands(20), (it, bar) => it.update(bar.close, false))],
  ['ATR 14', () => of(new ATR(14), (it, bar) => it.update(bar, false))],
]

function of<Kind>(indicator: Kind, feed: (indicator: Kind, bar: Bar) => unknown): Feed {
  return (bar) => feed(indicator, bar)
}

function peerMacd(): MACD {
  return new MACD(new EMA(12), new EMA(26), new EMA(9))
}

function row(name: string, bars: readonly Bar[], feed: Feed): Row {
  return { name, value: nanosecondsEach(bars, feed), unit: 'ns/bar' }
}

/** The fastest of some passes; the loop around it is part of it, about 1 ns. */
function nanosecondsEach<Item>(items: readonly Item[], feed: (item: Item) => unknown): number {
  let best = Infinity
  for (let pass = 0; pass < PASSES; pass++) {
    const start = performance.now()
    for (let index = 0; index < items.length; index++) feed(items[index]!)
    best = Math.min(best, performance.now() - start)
  }
  return Math.round((best * 1e7) / items.length) / 10
}

function strategyRow(bars: readonly Bar[]): Row {
  const instrument = defineInstrument({ symbol: 'BTC/USDT', tickSize: '0.01', lotSize: '0.00001' })
  const view: StrategyView = {
    positionQuantity: 0 as Quantity,
    averagePrice: 0,
    unrealisedProfit: 0,
    equity: 10_000,
  }
  const candles: Candle[] = bars.map((bar, index) => ({
    openTime: index * 60_000,
    intervalMs: 60_000,
    open: Math.round(bar.close * 100) as Price,
    high: Math.round(bar.high * 100) as Price,
    low: Math.round(bar.low * 100) as Price,
    close: Math.round(bar.close * 100) as Price,
    volume: Math.round(bar.volume * 100) as Quantity,
  }))
  let best = Infinity
  let orders = 0
  for (let pass = 0; pass < PASSES; pass++) {
    const strategyRun = new StrategyRun({ strategy: smaCross, instrument })
    orders = 0
    const start = performance.now()
    for (const candle of candles) orders += strategyRun.onBar(candle, view).length
    best = Math.min(best, performance.now() - start)
  }
  const note = `two SMAs, an order per ${Math.round(candles.length / orders)} bars`
  const value = Math.round((best * 1e7) / candles.length) / 10
  return { name: 'StrategyRun.onBar', value, unit: 'ns/bar', target: '<= 300', note }
}

const smaCross = strategy({
  name: 'sma-cross',
  setup: ({ bars }) => ({ fast: sma(bars.close, 20), slow: sma(bars.close, 100) }),
  onBar: ({ fast, slow, order }) => {
    if (crossedUp(fast, slow)) order.buy({ fraction: 1 })
    else if (crossedDown(fast, slow)) order.sell({ fraction: 1 })
  },
})

function walk(count: number): Bar[] {
  let state = 1
  const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
  let close = 50_000
  return Array.from({ length: count }, () => {
    close = Math.max(1_000, close + (next() - 0.5) * 100)
    return { high: close + next() * 50, low: close - next() * 50, close, volume: next() * 10 }
  })
}
