import type { Desk } from '../model/desk.ts'
import { CandleChart } from './candle-chart.tsx'
import { LastPrice } from './last-price.tsx'
import { Tabs } from './tabs.tsx'

/** The market of one symbol, and what the strategy does in it. */
const CHART_ID = 'candle-chart'

export function CandlePanel({ desk }: { desk: Desk }) {
  const symbols = desk.dashboard.symbols.value.map(({ symbol }) => symbol)
  const chosen = desk.chosen.value
  return (
    <section class="panel market" aria-label="Market">
      <header class="panel-head">
        <Tabs
          label="Symbol"
          names={symbols}
          selected={chosen?.symbol ?? null}
          controls={CHART_ID}
          onSelect={(symbol) => desk.chooseSymbol(symbol)}
        />
        <LastPrice desk={desk} />
        <Tabs
          label="Interval"
          names={desk.instrument.value?.intervals ?? []}
          selected={chosen?.interval ?? null}
          controls={CHART_ID}
          onSelect={(interval) => desk.chooseInterval(interval)}
        />
      </header>
      <CandleChart id={CHART_ID} desk={desk} />
    </section>
  )
}
