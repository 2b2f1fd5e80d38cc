import { BaselineSeries, createChart, type UTCTimestamp } from 'lightweight-charts'
import type { EquityPoint } from '../../../src/server/protocol.ts'
import { chartBase } from './chart-base.ts'
import { paletteColor, translucent } from './palette.ts'

/** Equity over time, green above where the shown span began and red below. */
export class EquityPlot {
  readonly #chart
  readonly #series

  constructor(container: HTMLElement) {
    const [up, down] = [paletteColor('up'), paletteColor('down')]
    this.#chart = createChart(container, {
      ...chartBase(),
      handleScroll: false,
      handleScale: false,
    })
    this.#series = this.#chart.addSeries(BaselineSeries, {
      lineWidth: 2,
      topLineColor: up,
      topFillColor1: translucent(up, 26),
      topFillColor2: translucent(up, 3),
      bottomLineColor: down,
      bottomFillColor1: translucent(down, 3),
      bottomFillColor2: translucent(down, 26),
      priceLineVisible: false,
      // The account strip has it; here it would be printed over the axis.
      lastValueVisible: false,
      priceFormat: { type: 'price', precision: 2, minMove: 0.01 },
    })
  }

  show(points: readonly EquityPoint[]): void {
    // The library wants one value a second; the last of each counts.
    const bySecond = new Map<number, number>()
    for (const { time, equity } of points) bySecond.set(Math.floor(time / 1000), Number(equity))
    const data = [...bySecond].map(([time, value]) => ({ time: time as UTCTimestamp, value }))
    const baseValue = { type: 'price', price: data[0]?.value ?? 0 } as const
    this.#series.applyOptions({ baseValue })
    this.#series.setData(data)
    this.#chart.timeScale().fitContent()
  }

  close(): void {
    this.#chart.remove()
  }
}
