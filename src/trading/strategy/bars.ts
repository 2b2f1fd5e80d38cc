import { assert } from '../../runtime/index.ts'
import type { Candle } from '../candle.ts'
import type { Instrument } from '../instrument.ts'
import { powerOfTen } from '../money.ts'
import type { StateTape } from '../indicators/index.ts'
import type { SeriesGraph } from './series-graph.ts'
import { Series } from './series.ts'

/** The closed bars of one instrument as series of doubles, for indicators to attach to. */
export class Bars {
  readonly graph: SeriesGraph
  readonly open: Series
  readonly high: Series
  readonly low: Series
  readonly close: Series
  /** In the base asset. */
  readonly volume: Series
  /** (high + low + close) / 3 */
  readonly typical: Series
  readonly #all: readonly Series[]
  readonly #priceScale: number
  readonly #quantityScale: number
  #count = 0
  #openTime = Number.NaN
  #closeTime = Number.NaN

  constructor(graph: SeriesGraph, instrument: Instrument) {
    this.graph = graph
    this.open = new Series(graph, 'open')
    this.high = new Series(graph, 'high')
    this.low = new Series(graph, 'low')
    this.close = new Series(graph, 'close')
    this.volume = new Series(graph, 'volume')
    this.typical = new Series(graph, 'typical')
    this.#all = [this.open, this.high, this.low, this.close, this.volume, this.typical]
    this.#priceScale = powerOfTen(instrument.priceDecimals)
    this.#quantityScale = powerOfTen(instrument.quantityDecimals)
  }

  /** Bars since the strategy first started. */
  get count(): number {
    return this.#count
  }

  /** UTC milliseconds; the bar covers `openTime <= t < closeTime`. NaN before the first. */
  get openTime(): number {
    return this.#openTime
  }

  get closeTime(): number {
    return this.#closeTime
  }

  push(candle: Candle): void {
    assert(!(candle.openTime <= this.#openTime), 'candles come in the order of their time')
    this.#count++
    this.#openTime = candle.openTime
    this.#closeTime = candle.openTime + candle.intervalMs
    const scale = this.#priceScale
    const high = candle.high / scale
    const low = candle.low / scale
    const close = candle.close / scale
    this.open.push(candle.open / scale)
    this.high.push(high)
    this.low.push(low)
    this.close.push(close)
    this.volume.push(candle.volume / this.#quantityScale)
    this.typical.push((high + low + close) / 3)
  }

  carry(tape: StateTape): void {
    this.#count = tape.whole(this.#count, Number.MAX_SAFE_INTEGER)
    this.#openTime = tape.number(this.#openTime)
    this.#closeTime = tape.number(this.#closeTime)
    for (const series of this.#all) series.carry(tape)
  }
}

/** The bar that has just closed, in doubles. One object that always shows the newest. */
export class Bar {
  readonly #bars: Bars

  constructor(bars: Bars) {
    this.#bars = bars
  }

  get openTime(): number {
    return this.#bars.openTime
  }

  get closeTime(): number {
    return this.#bars.closeTime
  }

  get open(): number {
    return this.#bars.open.value
  }

  get high(): number {
    return this.#bars.high.value
  }

  get low(): number {
    return this.#bars.low.value
  }

  get close(): number {
    return this.#bars.close.value
  }

  get volume(): number {
    return this.#bars.volume.value
  }
}
