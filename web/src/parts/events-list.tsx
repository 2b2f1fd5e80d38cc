import type { EventView } from '../../../src/server/protocol.ts'
import { formatMoment, formatTime } from '../format/time.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { Panel } from './panel.tsx'
import { Table, type Column } from './table.tsx'

/** What changed the system's state, as the journal has it, newest first. */
const columns: readonly Column<EventView>[] = [
  { title: 'No.', cell: ({ number }) => number },
  {
    title: 'Time',
    align: 'left',
    cell: ({ time }) => <time title={formatMoment(time)}>{formatTime(time)}</time>,
  },
  { title: 'Event', align: 'left', cell: ({ topic }) => <code>{topic}</code> },
  { title: 'Key', align: 'left', minor: true, cell: ({ key }) => key },
  {
    title: 'What',
    align: 'left',
    minor: true,
    wide: true,
    cell: ({ payload }) => <Payload of={payload} />,
  },
]

export function EventsList({ dashboard }: { dashboard: Dashboard }) {
  return (
    <Panel area="events" title="Events">
      <Table
        caption="Recent events"
        columns={columns}
        rows={dashboard.events.value}
        keyOf={({ number }) => number}
        empty="Nothing has happened yet."
      />
    </Panel>
  )
}

function Payload({ of }: { of: unknown }) {
  const text = JSON.stringify(of) ?? ''
  return (
    <code class="payload" title={text}>
      {text}
    </code>
  )
}
