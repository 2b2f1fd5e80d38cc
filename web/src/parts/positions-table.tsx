import type { PositionView } from '../../../src/server/protocol.ts'
import { formatDecimal, signOf, withoutSign } from '../format/decimal.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { Amount } from './amount.tsx'
import { UNKNOWN } from './figure.tsx'
import { Panel } from './panel.tsx'
import { SideTag } from './side-tag.tsx'
import { Table, type Column } from './table.tsx'

/** What is held now, with what it would bring. */
const columns: readonly Column<PositionView>[] = [
  { title: 'Symbol', align: 'left', cell: ({ symbol }) => symbol },
  { title: 'Side', align: 'left', cell: ({ quantity }) => <PositionSide quantity={quantity} /> },
  { title: 'Quantity', cell: ({ quantity }) => formatDecimal(withoutSign(quantity)) },
  { title: 'Entry', cell: ({ entryPrice }) => price(entryPrice) },
  { title: 'Mark', minor: true, cell: ({ markPrice }) => price(markPrice) },
  {
    title: 'Unrealised',
    cell: ({ unrealisedProfit }) => <Amount value={unrealisedProfit} signed />,
  },
]

export function PositionsTable({ dashboard }: { dashboard: Dashboard }) {
  const held = dashboard.positions.value.filter(({ quantity }) => signOf(quantity) !== 0)
  return (
    <Panel area="positions" title="Positions" count={held.length}>
      <Table caption="Positions" columns={columns} rows={held} empty="Flat: nothing is held." />
    </Panel>
  )
}

function PositionSide({ quantity }: { quantity: string }) {
  const long = signOf(quantity) > 0
  return <SideTag side={long ? 'buy' : 'sell'} text={long ? 'Long' : 'Short'} />
}

function price(text: string | null) {
  return text === null ? UNKNOWN : <Amount value={text} />
}
