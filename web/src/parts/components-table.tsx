import type { ComponentView } from '../../../src/server/protocol.ts'
import type { Dashboard } from '../model/dashboard.ts'
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
  {
    title: 'Restored',
    hint: 'How often its state was brought back since the start',
    from: 'medium',
    cell: ({ restarts, restoredFrom }) => (
      <span title={restoredFrom === null ? undefined : `the last time from ${restoredFrom}`}>
        {restarts}
      </span>
    ),
  },
]

const tones = {
  starting: 'warn',
  running: 'up',
  restoring: 'warn',
  failed: 'down',
  stopped: 'warn',
} as const

export function ComponentsTable({ dashboard }: { dashboard: Dashboard }) {
  const components = dashboard.components.value
  const failed = components.filter(({ state }) => state === 'failed')
  const others = components.filter(({ state }) => state !== 'failed')
  return (
    <Table
      caption="Components"
      columns={columns}
      rows={[...failed, ...others]}
      note={({ state, lastError }) => (state === 'failed' ? lastError : null)}
      empty="No component has started yet."
    />
  )
}

/** "strategy" goes without saying in a narrow column; the tooltip has the whole. */
function Name({ name, subscriptions, essential, group }: ComponentView) {
  const of = group === name ? '' : `, of the group ${group}`
  const title = `${name}${essential ? ', essential' : ''}${of}; hears ${subscriptions.join(', ')}`
  return <span title={title}>{name.replace(/^strategy /, '')}</span>
}
