import type { PositionView } from '../../../src/server/protocol.ts'
import { signOf, withoutSign } from '../format/decimal.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { Amount } from './amount.tsx'
import { Panel } from './panel.tsx'
import { Price } from './price.tsx'
import { Quantity } from './quantity.tsx'
import { SideTag } from './side-tag.tsx'
import { Table, type Column } from './table.tsx'

/** What is held now, with what it would bring at the close of the last whole bar. */
function columnsFor(dashboard: Dashboard): readonly Column<PositionView>[] {
  return [
    { title: 'Symbol', align: 'left', shrinks: true, cell: ({ symbol }) => symbol },
    { title: 'Side', align: 'left', cell: ({ quantity }) => <PositionSide quantity={quantity} /> },
    {
      title: 'Quantity',
      cell: ({ symbol, quantity }) => (
        <Quantity dashboard={dashboard} symbol={symbol} value={withoutSign(quantity)} />
      ),
    },
    {
      title: 'Entry',
      cell: ({ symbol, entryPrice }) => (
        <Price dashboard={dashboard} symbol={symbol} value={entryPrice} />
      ),
    },
    {
      title: 'Bar close',
      hint:
        'The close of the last whole bar, at which profit and equity are reckoned. ' +
        "The chart's price is newer.",
      from: 'medium',
      cell: ({ symbol, markPrice }) => (
        <Price dashboard={dashboard} symbol={symbol} value={markPrice} />
      ),
    },
    {
      title: 'Unrealised',
      hint: 'At the close of the last whole bar',
      cell: ({ unrealisedProfit }) => <Amount value={unrealisedProfit} signed />,
    },
  ]
}

export function PositionsTable({ dashboard }: { dashboard: Dashboard }) {
  const held = dashboard.positions.value.filter(({ quantity }) => signOf(quantity) !== 0)
  return (
    <Panel area="positions" title="Positions" count={held.length}>
      <Table
        caption="Positions"
        columns={columnsFor(dashboard)}
        rows={held}
        empty="Flat: nothing is held."
      />
    </Panel>
  )
}

function PositionSide({ quantity }: { quantity: string }) {
  const long = signOf(quantity) > 0
  return <SideTag side={long ? 'buy' : 'sell'} text={long ? 'Long' : 'Short'} />
}
