import { useSignal } from '@preact/signals'
import type { EventView } from '../../../src/server/protocol.ts'
import { summarise } from '../format/event-summary.ts'
import { formatMoment, formatTime } from '../format/time.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { Panel } from './panel.tsx'
import { Table, type Column } from './table.tsx'
import { Tabs } from './tabs.tsx'

/** What changed the system's state, as the journal has it, newest first. */
const columns: readonly Column<EventView>[] = [
  { title: 'No.', cell: ({ number }) => number },
  {
    title: 'Time',
    align: 'left',
    cell: ({ time }) => <time title={formatMoment(time)}>{formatTime(time)}</time>,
  },
  { title: 'Event', align: 'left', cell: ({ topic }) => <code>{topic}</code> },
  {
    title: 'What',
    align: 'left',
    wide: true,
    cell: ({ payload }) => <span title={JSON.stringify(payload)}>{summarise(payload)}</span>,
  },
]

const CHOICES = ['Without bars', 'All']

export function EventsList({ dashboard }: { dashboard: Dashboard }) {
  const choice = useSignal(CHOICES[0]!)
  const events = choice.value === 'All' ? dashboard.events : dashboard.decisions
  const tabs = (
    <Tabs
      label="Which events"
      names={CHOICES}
      selected={choice.value}
      controls="events-title"
      onSelect={(name) => (choice.value = name)}
    />
  )
  return (
    <Panel area="events" title="Events" aside={tabs}>
      <Table
        caption="Recent events"
        columns={columns}
        rows={events.value}
        empty="Nothing has happened yet."
      />
    </Panel>
  )
}
