import type { BreakerView } from '../../../src/server/protocol.ts'
import { formatLatency } from '../format/figure.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { UNKNOWN } from './figure.tsx'
import { Table, type Column } from './table.tsx'

/** The circuits between callers and what may fail them. */
const columns: readonly Column<BreakerView>[] = [
  {
    title: 'Circuit',
    align: 'left',
    wide: true,
    cell: ({ name, essential }) => (
      <span title={essential ? `${name}, essential` : name}>{name}</span>
    ),
  },
  {
    title: 'State',
    align: 'left',
    cell: ({ state }) => <span class={tones[state]}>{state.replaceAll('_', ' ')}</span>,
  },
  { title: 'Calls', cell: ({ calls }) => calls },
  {
    title: 'Failed',
    cell: ({ failures }) => <span class={failures > 0 ? 'down' : undefined}>{failures}</span>,
  },
  {
    title: 'Expected',
    hint: 'How long the next call should take',
    from: 'medium',
    cell: ({ latencyMs }) => (latencyMs === null ? UNKNOWN : formatLatency(latencyMs)),
  },
]

const tones = {
  CLOSED: 'up',
  RESILIENT: 'warn',
  ULTRA_RESILIENT: 'warn',
  HALF_OPEN: 'warn',
  OPEN: 'down',
  ETERNAL: 'down',
} as const

export function BreakersTable({ dashboard }: { dashboard: Dashboard }) {
  return (
    <Table
      caption="Circuit breakers"
      columns={columns}
      rows={dashboard.engine.value?.breakers ?? []}
      empty="No call has gone through a breaker yet."
    />
  )
}
