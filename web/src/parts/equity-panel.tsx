import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { EquityPlot } from '../chart/equity-plot.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { Panel } from './panel.tsx'

/** What the account was worth, as a curve. */
export function EquityPanel({ dashboard }: { dashboard: Dashboard }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current!
    const plot = new EquityPlot(element)
    const stop = effect(() => {
      plot.show(dashboard.equity.value)
      element.dataset['points'] = String(dashboard.equity.value.length)
    })
    return () => {
      stop()
      plot.close()
    }
  }, [dashboard])
  return (
    <Panel area="equity" title="Equity">
      <div ref={place} class="plot" role="img" aria-label="Equity over time" />
    </Panel>
  )
}
