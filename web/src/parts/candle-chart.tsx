import { effect, signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { CandlePlot } from '../chart/candle-plot.ts'
import { priceLines } from '../chart/price-lines.ts'
import { tradeMarks } from '../chart/trade-marks.ts'
import { intervalMs } from '../format/time.ts'
import type { Desk } from '../model/desk.ts'
import { CandleLegend } from './candle-legend.tsx'

/** Ties the plot to the state: candles by their own events, marks and lines by signals. */
export function CandleChart({ id, desk }: { id: string; desk: Desk }) {
  const place = useRef<HTMLDivElement>(null)
  const hovered = useSignal<number | null>(null)
  useEffect(() => connectPlot(place.current!, desk, (time) => (hovered.value = time)), [desk])
  const symbol = desk.chosen.value?.symbol ?? ''
  return (
    <div id={id} role="tabpanel" class="chart" aria-busy={desk.candles.loading.value}>
      <CandleLegend desk={desk} hovered={hovered.value} />
      <div
        ref={place}
        class="plot"
        role="img"
        aria-label={`Candles of ${symbol}; its orders and fills are in the tables`}
      />
    </div>
  )
}

function connectPlot(
  place: HTMLDivElement,
  desk: Desk,
  onHover: (openTime: number | null) => void,
): () => void {
  const { candles, dashboard } = desk
  const plot = new CandlePlot(place, onHover)
  const drawn = signal(0)
  const count = () => (place.dataset['candles'] = String(plot.candleCount))
  const endings = [
    effect(() => plot.setPrecision(desk.instrument.value?.priceDecimals ?? 2)),
    candles.listen({
      onReset: (all) => {
        plot.reset(all)
        count()
        drawn.value += 1
      },
      onUpdate: (candle) => {
        plot.update(candle)
        count()
      },
    }),
    effect(() => {
      const chosen = desk.chosen.value
      const own = [...candles.fills.value, ...dashboard.fills.value].filter(
        ({ symbol }) => symbol === chosen?.symbol,
      )
      const marks = tradeMarks(own, intervalMs(chosen?.interval ?? '') ?? 60_000)
      void drawn.value
      plot.showMarks(marks)
      place.dataset['marks'] = String(marks.length)
    }),
    effect(() => {
      const symbol = desk.chosen.value?.symbol
      const orders = dashboard.openOrders.value.filter((order) => order.symbol === symbol)
      const position = dashboard.positions.value.find((each) => each.symbol === symbol) ?? null
      const lines = priceLines(orders, position)
      plot.showLines(lines)
      place.dataset['lines'] = String(lines.length)
    }),
    () => plot.close(),
  ]
  return () => endings.forEach((end) => end())
}
