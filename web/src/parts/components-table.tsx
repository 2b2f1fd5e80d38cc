import type { ComponentView } from '../../../src/server/protocol.ts'
import { formatLatency } from '../format/figure.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { Panel } from './panel.tsx'
import { Table, type Column } from './table.tsx'

/** What the system is made of and how it fares: what failed stands first, with its last error. */
const columns: readonly Column<ComponentView>[] = [
  { title: 'Name', align: 'left', wide: true, cell: (component) => <Name {...component} /> },
  { title: 'State', align: 'left', cell: ({ state }) => <span class={tones[state]}>{state}</span> },
  { title: 'Events', cell: ({ eventsHandled }) => eventsHandled },
  {
    title: 'Errors',
    cell: ({ errors, lastError }) => (
      <span class={errors > 0 ? 'down' : undefined} title={lastError ?? undefined}>
        {errors}
      </span>
    ),
  },
]

const tones = { starting: 'warn', running: 'up', failed: 'down', stopped: 'warn' } as const

export function ComponentsTable({ dashboard }: { dashboard: Dashboard }) {
  const components = dashboard.components.value
  const failed = components.filter(({ state }) => state === 'failed')
  const others = components.filter(({ state }) => state !== 'failed')
  return (
    <Panel area="components" title="Components" aside={<Pace dashboard={dashboard} />}>
      <Table
        caption="Components"
        columns={columns}
        rows={[...failed, ...others]}
        note={({ state, lastError }) => (state === 'failed' ? lastError : null)}
        empty="No component has started yet."
      />
    </Panel>
  )
}

/** "strategy" goes without saying in a narrow column; the tooltip has the whole. */
function Name({ name, subscriptions, essential }: ComponentView) {
  const title = `${name}${essential ? ', essential' : ''}; hears ${subscriptions.join(', ')}`
  return <span title={title}>{name.replace(/^strategy /, '')}</span>
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
