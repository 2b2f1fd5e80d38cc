import type { QueueView } from '../../../src/server/protocol.ts'
import { formatLatency } from '../format/figure.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { Table, type Column } from './table.tsx'

/** What waits in each of the five levels, and what was turned away. */
const columns: readonly Column<QueueView>[] = [
  { title: 'Level', align: 'left', wide: true, cell: ({ level }) => level },
  {
    title: 'Waiting',
    cell: ({ depth }) => <span class={depth > 1_000 ? 'warn' : undefined}>{depth}</span>,
  },
  { title: 'Handled', cell: ({ handled }) => handled },
  {
    title: 'Shed',
    hint: 'Gave way to more important events, or was throttled by the mode',
    cell: ({ shed }) => <span class={shed > 0 ? 'warn' : undefined}>{shed}</span>,
  },
  {
    title: 'Refused',
    hint: 'Turned away with a reason, for want of room',
    cell: ({ refused }) => <span class={refused > 0 ? 'down' : undefined}>{refused}</span>,
  },
]

export function QueuesTable({ dashboard }: { dashboard: Dashboard }) {
  const engine = dashboard.engine.value
  return (
    <>
      {engine !== null && (
        <p class="effects">
          The oldest has waited {formatLatency(engine.oldestWaitMs)}; {engine.queueBound} may wait
          in a level.
        </p>
      )}
      <Table
        caption="Queues"
        columns={columns}
        rows={engine?.queues ?? []}
        empty="The engine has not told of its queues yet."
      />
    </>
  )
}
