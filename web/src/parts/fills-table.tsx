import type { FillView } from '../../../src/server/protocol.ts'
import { formatDecimal } from '../format/decimal.ts'
import { formatMoment, formatTime } from '../format/time.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { Amount } from './amount.tsx'
import { UNKNOWN } from './figure.tsx'
import { Panel } from './panel.tsx'
import { SideTag } from './side-tag.tsx'
import { Table, type Column } from './table.tsx'

/** What was traded, newest first. */
const SHOWN = 60

const columns: readonly Column<FillView>[] = [
  {
    title: 'Time',
    align: 'left',
    cell: ({ time }) => <time title={formatMoment(time)}>{formatTime(time)}</time>,
  },
  { title: 'Symbol', align: 'left', cell: ({ symbol }) => symbol },
  { title: 'Side', align: 'left', cell: ({ side }) => <SideTag side={side} /> },
  { title: 'Quantity', cell: ({ quantity }) => formatDecimal(quantity) },
  { title: 'Price', cell: ({ price }) => formatDecimal(price) },
  { title: 'Fee', minor: true, cell: ({ fee }) => <Amount value={fee} decimals={4} /> },
  {
    title: 'Profit',
    cell: ({ realisedProfit }) =>
      realisedProfit === null ? UNKNOWN : <Amount value={realisedProfit} signed />,
  },
]

export function FillsTable({ dashboard }: { dashboard: Dashboard }) {
  return (
    <Panel area="fills" title="Recent fills">
      <Table
        caption="Recent fills"
        columns={columns}
        rows={dashboard.fills.value.slice(0, SHOWN)}
        empty="Nothing has been traded yet."
      />
    </Panel>
  )
}
