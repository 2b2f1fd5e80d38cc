import { useSignal } from '@preact/signals'
import { formatLatency } from '../format/figure.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { BreakersTable } from './breakers-table.tsx'
import { ComponentsTable } from './components-table.tsx'
import { ModesTable } from './modes-table.tsx'
import { Panel } from './panel.tsx'
import { QueuesTable } from './queues-table.tsx'
import { Tabs } from './tabs.tsx'

/** The engine from inside: its components, what waits for them, the circuits and the modes. */
const views = {
  Components: ComponentsTable,
  Queues: QueuesTable,
  Breakers: BreakersTable,
  Modes: ModesTable,
}
type View = keyof typeof views

export function EnginePanel({ dashboard }: { dashboard: Dashboard }) {
  const choice = useSignal<View>('Components')
  const Chosen = views[choice.value]
  const tabs = (
    <>
      <Tabs
        label="What of the engine"
        names={Object.keys(views)}
        selected={choice.value}
        controls="components-title"
        onSelect={(name) => (choice.value = name as View)}
      />
      <Pace dashboard={dashboard} />
    </>
  )
  return (
    <Panel area="components" title="Engine" aside={tabs}>
      <Chosen dashboard={dashboard} />
    </Panel>
  )
}

/** How far the journal is, and how long events take. */
function Pace({ dashboard }: { dashboard: Dashboard }) {
  const rates = dashboard.rates.value
  if (rates === null) return null
  const [p50, p99] = [formatLatency(rates.latencyMsP50), formatLatency(rates.latencyMsP99)]
  const title = [
    `The journal's last number is ${rates.journalNumber}.`,
    `It is on disk up to ${rates.journalAcknowledged}.`,
    `Half of the events are handled in ${p50}, 99 of 100 in ${p99}.`,
    `${rates.queueDepth} wait, ${rates.eventsShed} were shed.`,
  ].join('\n')
  return (
    <span class="aside" title={title}>
      journal {rates.journalNumber} · p99 {p99}
    </span>
  )
}
