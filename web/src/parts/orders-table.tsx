import type { OrderView } from '../../../src/server/protocol.ts'
import { formatDecimal, signOf } from '../format/decimal.ts'
import { formatMoment, formatTime } from '../format/time.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { UNKNOWN } from './figure.tsx'
import { Panel } from './panel.tsx'
import { SideTag } from './side-tag.tsx'
import { Table, type Column } from './table.tsx'

/** What the exchange may still fill. */
const columns: readonly Column<OrderView>[] = [
  { title: 'Symbol', align: 'left', cell: ({ symbol }) => symbol },
  {
    title: 'Order',
    align: 'left',
    cell: ({ side, type }) => (
      <>
        <SideTag side={side} /> {type}
      </>
    ),
  },
  { title: 'Quantity', cell: (order) => <Filling order={order} /> },
  { title: 'Price', cell: ({ stopPrice, limitPrice }) => price(stopPrice ?? limitPrice) },
  { title: 'State', align: 'left', cell: ({ state, reason }) => <State {...{ state, reason }} /> },
  { title: 'Since', minor: true, cell: ({ createdAt }) => <Moment time={createdAt} /> },
]

export function OrdersTable({ dashboard }: { dashboard: Dashboard }) {
  const orders = dashboard.openOrders.value
  return (
    <Panel area="orders" title="Open orders" count={orders.length}>
      <Table caption="Open orders" columns={columns} rows={orders} empty="No order is working." />
    </Panel>
  )
}

function Filling({ order }: { order: OrderView }) {
  const quantity = formatDecimal(order.quantity)
  if (signOf(order.filledQuantity) === 0) return quantity
  return `${formatDecimal(order.filledQuantity)} of ${quantity}`
}

function State({ state, reason }: Pick<OrderView, 'state' | 'reason'>) {
  return (
    <span class={state === 'unknown' ? 'warn' : undefined} title={reason ?? undefined}>
      {state}
    </span>
  )
}

function Moment({ time }: { time: number }) {
  return <time title={formatMoment(time)}>{formatTime(time)}</time>
}

function price(text: string | null): string {
  return text === null ? UNKNOWN : formatDecimal(text)
}
