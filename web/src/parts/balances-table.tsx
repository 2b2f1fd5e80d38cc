import type { BalanceView } from '../../../src/server/protocol.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { Amount } from './amount.tsx'
import { Panel } from './panel.tsx'
import { Table, type Column } from './table.tsx'

/** What is owned, and what a new order may use of it. */
const MONEY_DECIMALS = 2
const COIN_DECIMALS = 5

function columnsFor(quote: string): readonly Column<BalanceView>[] {
  const decimals = (asset: string) => (asset === quote ? MONEY_DECIMALS : COIN_DECIMALS)
  return [
    { title: 'Asset', align: 'left', shrinks: true, cell: ({ asset }) => asset },
    {
      title: 'Total',
      cell: ({ asset, total }) => <Amount value={total} decimals={decimals(asset)} />,
    },
    {
      title: 'Free',
      cell: ({ asset, free }) => <Amount value={free} decimals={decimals(asset)} />,
    },
  ]
}

export function BalancesTable({ dashboard }: { dashboard: Dashboard }) {
  return (
    <Panel area="balances" title="Balances">
      <Table
        caption="Balances"
        columns={columnsFor(dashboard.quote.value)}
        rows={dashboard.balances.value}
        empty="No balance is known."
      />
    </Panel>
  )
}
