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
  {
    title: 'Time',
    align: 'left',
    cell: ({ time }) => <time title={formatMoment(time)}>{formatTime(time)}</time>,
  },
  {
    title: 'What',
    align: 'left',
    wide: true,
    cell: ({ topic, payload }) => <What topic={topic} payload={payload} />,
  },
  { title: 'Event', align: 'left', from: 'medium', cell: ({ topic }) => <code>{topic}</code> },
  { title: 'No.', from: 'large', cell: ({ number }) => number },
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

/** The whole of it shows on hover, and on a click or tap the words that were cut. */
function What({ topic, payload }: Pick<EventView, 'topic' | 'payload'>) {
  const text = summarise(topic, payload)
  return (
    <span tabIndex={-1} title={`${text}\n${JSON.stringify(payload)}`}>
      {text}
    </span>
  )
}
