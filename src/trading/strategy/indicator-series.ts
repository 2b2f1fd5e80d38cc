import {
  Adx,
  Atr,
  Bollinger,
  Cci,
  Donchian,
  Ema,
  Keltner,
  Macd,
  Mfi,
  Obv,
  Rsi,
  Sma,
  StandardDeviation,
  Stochastic,
  Supertrend,
  TrueRange,
  Vwap,
  Wma,
  multiplier,
  type BollingerOptions,
  type Indicator,
  type KeltnerOptions,
  type MacdOptions,
  type StochasticOptions,
  type SupertrendOptions,
} from '../indicators/index.ts'
import type { Bars } from './bars.ts'
import { IndicatorNode } from './indicator-node.ts'
import type { SeriesGraph } from './series-graph.ts'
import type { Series } from './series.ts'

/**
 * The indicators as a strategy's `setup` makes them: attached to the bars or to another series,
 * brought up to date on every bar before `onBar` runs.
 *
 * One that takes a single series takes any: `ema(rsi(bars.close, 14), 9)`.
 */
export const sma = (source: Series, period: number): Series =>
  ofValue('sma', source, new Sma(period), period).main

export const ema = (source: Series, period: number): Series =>
  ofValue('ema', source, new Ema(period), period).main

export const wma = (source: Series, period: number): Series =>
  ofValue('wma', source, new Wma(period), period).main

export const rsi = (source: Series, period = 14): Series =>
  ofValue('rsi', source, new Rsi(period), period).main

export const standardDeviation = (source: Series, period: number): Series =>
  ofValue('standardDeviation', source, new StandardDeviation(period), period).main

/** `value` is the MACD line. */
export function macd(source: Series, options: MacdOptions = {}) {
  const node = ofValue('macd', source, new Macd(options), options)
  return Object.assign(node.main, {
    signal: node.output('signal', (of) => of.signal),
    histogram: node.output('histogram', (of) => of.histogram),
  })
}

/** `value` is the middle. */
export function bollinger(source: Series, options: BollingerOptions = {}) {
  const node = ofValue('bollinger', source, new Bollinger(options), options)
  return Object.assign(node.main, {
    upper: node.output('upper', (of) => of.upper),
    lower: node.output('lower', (of) => of.lower),
    percentB: node.output('percentB', (of) => of.percentB),
    width: node.output('width', (of) => of.width),
  })
}

export const trueRange = ({ graph, high, low, close }: Bars): Series =>
  node(graph, 'trueRange', new TrueRange(), [], (of) =>
    of.update(high.value, low.value, close.value),
  ).main

export const atr = ({ graph, high, low, close }: Bars, period = 14): Series =>
  node(graph, 'atr', new Atr(period), [period], (of) =>
    of.update(high.value, low.value, close.value),
  ).main

export const cci = ({ graph, high, low, close }: Bars, period = 20): Series =>
  node(graph, 'cci', new Cci(period), [period], (of) =>
    of.update(high.value, low.value, close.value),
  ).main

export const mfi = ({ graph, high, low, close, volume }: Bars, period = 14): Series =>
  node(graph, 'mfi', new Mfi(period), [period], (of) =>
    of.update(high.value, low.value, close.value, volume.value),
  ).main

export const obv = ({ graph, close, volume }: Bars): Series =>
  node(graph, 'obv', new Obv(), [], (of) => of.update(close.value, volume.value)).main

/** Since the first bar, or since the last multiple of `sessionMs` in UTC: 86_400_000 is a day. */
export function vwap(bars: Bars, options: { readonly sessionMs?: number } = {}): Series {
  const { sessionMs } = options
  if (sessionMs !== undefined) multiplier(sessionMs, 'sessionMs')
  return node(bars.graph, 'vwap', new Vwap(), [options], (of) => {
    const session = sessionMs === undefined ? 0 : Math.floor(bars.openTime / sessionMs)
    of.update(bars.typical.value, bars.volume.value, session)
  }).main
}

/** `value` is %K, `signal` is %D. */
export function stochastic({ graph, high, low, close }: Bars, options: StochasticOptions = {}) {
  const made = node(graph, 'stochastic', new Stochastic(options), [options], (of) =>
    of.update(high.value, low.value, close.value),
  )
  return Object.assign(made.main, { signal: made.output('signal', (of) => of.signal) })
}

export function adx({ graph, high, low, close }: Bars, period = 14) {
  const made = node(graph, 'adx', new Adx(period), [period], (of) =>
    of.update(high.value, low.value, close.value),
  )
  return Object.assign(made.main, {
    plusDi: made.output('plusDi', (of) => of.plusDi),
    minusDi: made.output('minusDi', (of) => of.minusDi),
  })
}

/** `value` is the middle. For a breakout compare the close with `upper.previous`. */
export function donchian({ graph, high, low }: Bars, period = 20) {
  const made = node(graph, 'donchian', new Donchian(period), [period], (of) =>
    of.update(high.value, low.value),
  )
  return Object.assign(made.main, {
    upper: made.output('upper', (of) => of.upper),
    lower: made.output('lower', (of) => of.lower),
  })
}

/** `value` is the middle. */
export function keltner({ graph, high, low, close }: Bars, options: KeltnerOptions = {}) {
  const made = node(graph, 'keltner', new Keltner(options), [options], (of) =>
    of.update(high.value, low.value, close.value),
  )
  return Object.assign(made.main, {
    upper: made.output('upper', (of) => of.upper),
    lower: made.output('lower', (of) => of.lower),
  })
}

/** `value` is the line; `direction` is 1 in a rising trend and -1 in a falling one. */
export function supertrend({ graph, high, low, close }: Bars, options: SupertrendOptions = {}) {
  const made = node(graph, 'supertrend', new Supertrend(options), [options], (of) =>
    of.update(high.value, low.value, close.value),
  )
  return Object.assign(made.main, { direction: made.output('direction', (of) => of.direction) })
}

function ofValue<Kind extends Indicator & { update(value: number): number }>(
  name: string,
  source: Series,
  indicator: Kind,
  settings: Settings,
): IndicatorNode<Kind> {
  return node(source.graph, name, indicator, [source.label, settings], (of) => {
    const { value } = source
    // A source that is not ready yet is NaN, which would stay in a sum for ever.
    if (value === value) of.update(value)
  })
}

function node<Kind extends Indicator>(
  graph: SeriesGraph,
  name: string,
  indicator: Kind,
  settings: readonly Settings[],
  update: (indicator: Kind) => void,
): IndicatorNode<Kind> {
  const words = settings.map(settingsText).filter((text) => text !== '')
  const label = words.length === 0 ? name : `${name}(${words.join(', ')})`
  return new IndicatorNode(graph, label, indicator, update)
}

type Settings = number | string | object

function settingsText(settings: Settings): string {
  if (typeof settings !== 'object') return String(settings)
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')
}
