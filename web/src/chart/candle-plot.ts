import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type AutoscaleInfo,
  type CandlestickData,
  type HistogramData,
  type IPriceLine,
  type SeriesMarker,
  type UTCTimestamp,
} from 'lightweight-charts'
import type { CandleView } from '../../../src/server/protocol.ts'
import { chartBase } from './chart-base.ts'
import { paletteColor, translucent } from './palette.ts'
import type { PriceLine } from './price-lines.ts'

/** Candles, volume, trades and working orders on one canvas. Floats are fine: it is a picture. */
const BAR_PIXELS = 7
const MIN_BARS = 30
/** As a part of the height the candles take. */
const LINE_REACH = 0.6

export class CandlePlot {
  readonly #container: HTMLElement
  readonly #chart
  readonly #candles
  readonly #volume
  readonly #marks
  readonly #lines = new Map<string, { line: IPriceLine; text: string }>()
  readonly #colors = { up: paletteColor('up'), down: paletteColor('down') }
  #fitted = false

  /** @param onHover the open time under the pointer, null outside. */
  constructor(container: HTMLElement, onHover: (openTime: number | null) => void) {
    const { up, down } = this.#colors
    this.#container = container
    this.#chart = createChart(container, chartBase())
    this.#volume = this.#chart.addSeries(HistogramSeries, {
      priceScaleId: 'volume',
      priceFormat: { type: 'volume' },
      lastValueVisible: false,
      priceLineVisible: false,
    })
    this.#chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } })
    this.#candles = this.#chart.addSeries(CandlestickSeries, {
      upColor: up,
      downColor: down,
      wickUpColor: up,
      wickDownColor: down,
      borderVisible: false,
      priceLineColor: paletteColor('muted'),
    })
    this.#candles.applyOptions({
      autoscaleInfoProvider: (candles: () => AutoscaleInfo | null) =>
        this.#rangeWithLines(candles()),
    })
    this.#candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.2 } })
    this.#marks = createSeriesMarkers<UTCTimestamp>(this.#candles as never, [])
    this.#chart.subscribeCrosshairMove(({ time }) =>
      onHover(time === undefined ? null : (time as number) * 1000),
    )
  }

  get candleCount(): number {
    return this.#candles.data().length
  }

  setPrecision(decimals: number): void {
    const priceFormat = { type: 'price', precision: decimals, minMove: 10 ** -decimals } as const
    this.#candles.applyOptions({ priceFormat })
  }

  /** Shows the newest candles at the first time; afterwards the trader's view stays. */
  reset(candles: readonly CandleView[]): void {
    this.#candles.setData(candles.map(candleData))
    this.#volume.setData(candles.map((candle) => this.#volumeData(candle)))
    if (candles.length === 0) this.#fitted = false
    if (this.#fitted || candles.length === 0) return
    this.#fitted = true
    const to = candles.length + 4
    const bars = Math.max(MIN_BARS, this.#container.clientWidth / BAR_PIXELS)
    this.#chart.timeScale().setVisibleLogicalRange({ from: to - bars, to })
  }

  /** The last candle or a newer one. */
  update(candle: CandleView): void {
    this.#candles.update(candleData(candle))
    this.#volume.update(this.#volumeData(candle))
  }

  showMarks(marks: SeriesMarker<UTCTimestamp>[]): void {
    this.#marks.setMarkers(marks)
  }

  /** Keeps the lines that did not change, so that nothing flickers. */
  showLines(lines: readonly PriceLine[]): void {
    const wanted = new Map(lines.map((line) => [line.key, line]))
    for (const [key, { line, text }] of this.#lines) {
      const same = wanted.get(key)
      if (same && JSON.stringify(same.options) === text) {
        wanted.delete(key)
        continue
      }
      this.#candles.removePriceLine(line)
      this.#lines.delete(key)
    }
    for (const { key, options } of wanted.values()) {
      const line = this.#candles.createPriceLine(options)
      this.#lines.set(key, { line, text: JSON.stringify(options) })
    }
  }

  close(): void {
    this.#chart.remove()
  }

  /** Makes room for lines that are near; far ones would flatten the candles. */
  #rangeWithLines(candles: AutoscaleInfo | null): AutoscaleInfo | null {
    if (candles === null || candles.priceRange === null) return candles
    const { minValue, maxValue } = candles.priceRange
    const reach = (maxValue - minValue) * LINE_REACH
    const near = [...this.#lines.values()]
      .map(({ line }) => line.options().price)
      .filter((price) => price > minValue - reach && price < maxValue + reach)
    return {
      ...candles,
      priceRange: {
        minValue: Math.min(minValue, ...near),
        maxValue: Math.max(maxValue, ...near),
      },
    }
  }

  #volumeData(candle: CandleView): HistogramData<UTCTimestamp> {
    const rising = Number(candle.close) >= Number(candle.open)
    return {
      time: (candle.openTime / 1000) as UTCTimestamp,
      value: Number(candle.volume),
      color: translucent(rising ? this.#colors.up : this.#colors.down, 28),
    }
  }
}

function candleData(candle: CandleView): CandlestickData<UTCTimestamp> {
  return {
    time: (candle.openTime / 1000) as UTCTimestamp,
    open: Number(candle.open),
    high: Number(candle.high),
    low: Number(candle.low),
    close: Number(candle.close),
  }
}
