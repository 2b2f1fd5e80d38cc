import type { BalanceView } from '../../../src/server/protocol.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { Amount } from './amount.tsx'
import { Panel } from './panel.tsx'
import { Table, type Column } from './table.tsx'

const DECIMALS = 5

const columns: readonly Column<BalanceView>[] = [
  { title: 'Asset', align: 'left', cell: ({ asset }) => asset },
  { title: 'Total', cell: ({ total }) => <Amount value={total} decimals={DECIMALS} /> },
  { title: 'Free', cell: ({ free }) => <Amount value={free} decimals={DECIMALS} /> },
]

/** What is owned, and what a new order may use of it. */
export function BalancesTable({ dashboard }: { dashboard: Dashboard }) {
  return (
    <Panel area="balances" title="Balances">
      <Table
        caption="Balances"
        columns={columns}
        rows={dashboard.balances.value}
        keyOf={({ asset }) => asset}
        empty="No balance is known."
      />
    </Panel>
  )
}
