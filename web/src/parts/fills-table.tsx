import type { FillView } from '../../../src/server/protocol.ts'
import { formatMoment, formatTime } from '../format/time.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { Amount } from './amount.tsx'
import { UNKNOWN } from './figure.tsx'
import { Panel } from './panel.tsx'
import { Price } from './price.tsx'
import { Quantity } from './quantity.tsx'
import { SideTag } from './side-tag.tsx'
import { Table, type Column } from './table.tsx'

/** What was traded, newest first. */
const SHOWN = 60

function columnsFor(dashboard: Dashboard): readonly Column<FillView>[] {
  return [
    {
      title: 'Time',
      align: 'left',
      cell: ({ time }) => <time title={formatMoment(time)}>{formatTime(time)}</time>,
    },
    { title: 'Symbol', align: 'left', shrinks: true, cell: ({ symbol }) => symbol },
    { title: 'Side', align: 'left', cell: ({ side }) => <SideTag side={side} /> },
    {
      title: 'Quantity',
      cell: ({ symbol, quantity }) => (
        <Quantity dashboard={dashboard} symbol={symbol} value={quantity} />
      ),
    },
    {
      title: 'Price',
      cell: ({ symbol, price }) => <Price dashboard={dashboard} symbol={symbol} value={price} />,
    },
    { title: 'Fee', from: 'large', cell: ({ fee }) => <Amount value={fee} decimals={4} /> },
    {
      title: 'Profit',
      cell: ({ realisedProfit }) =>
        realisedProfit === null ? UNKNOWN : <Amount value={realisedProfit} signed />,
    },
  ]
}

export function FillsTable({ dashboard }: { dashboard: Dashboard }) {
  return (
    <Panel area="fills" title="Recent fills">
      <Table
        caption="Recent fills"
        columns={columnsFor(dashboard)}
        rows={dashboard.fills.value.slice(0, SHOWN)}
        empty="Nothing has been traded yet."
      />
    </Panel>
  )
}
