import { useSignal } from '@preact/signals'
import type { OrderView } from '../../../src/server/protocol.ts'
import { signOf } from '../format/decimal.ts'
import { formatMoment, formatTime } from '../format/time.ts'
import type { Dashboard } from '../model/dashboard.ts'
import type { Desk } from '../model/desk.ts'
import { Panel } from './panel.tsx'
import { Price } from './price.tsx'
import { Quantity } from './quantity.tsx'
import { SideTag } from './side-tag.tsx'
import { Table, type Column } from './table.tsx'
import { Tabs } from './tabs.tsx'

/** What the exchange may still fill, and how the orders before ended. */
const CHOICES = ['Open', 'Recent']

export function OrdersTable({ desk }: { desk: Desk }) {
  const choice = useSignal(CHOICES[0]!)
  const { dashboard } = desk
  const open = dashboard.openOrders.value
  const tabs = (
    <Tabs
      label="Which orders"
      names={CHOICES}
      selected={choice.value}
      controls="orders-title"
      onSelect={(name) => (choice.value = name)}
    />
  )
  const columns = columnsFor(dashboard)
  return (
    <Panel area="orders" title="Open orders" count={open.length} aside={tabs}>
      {choice.value === 'Open' ? (
        <Table
          caption="Open orders"
          columns={[
            ...columns,
            { title: 'State', align: 'left', cell: (order) => <State order={order} /> },
            { title: 'Since', from: 'medium', cell: (order) => <Moment time={order.createdAt} /> },
          ]}
          rows={open}
          empty="No order is working."
        />
      ) : (
        <Table
          caption="Recent orders"
          columns={[
            ...columns,
            { title: 'End', align: 'left', cell: (order) => <State order={order} /> },
            { title: 'At', from: 'medium', cell: (order) => <Moment time={order.updatedAt} /> },
          ]}
          rows={desk.endedOrders.list.value}
          empty="No order has ended yet."
        />
      )}
    </Panel>
  )
}

function columnsFor(dashboard: Dashboard): readonly Column<OrderView>[] {
  return [
    { title: 'Symbol', align: 'left', shrinks: true, cell: ({ symbol }) => symbol },
    {
      title: 'Order',
      align: 'left',
      cell: ({ side, type }) => (
        <>
          <SideTag side={side} /> {type}
        </>
      ),
    },
    { title: 'Quantity', cell: (order) => <Filling dashboard={dashboard} order={order} /> },
    {
      title: 'Price',
      cell: ({ symbol, averagePrice, stopPrice, limitPrice, open }) => (
        <Price
          dashboard={dashboard}
          symbol={symbol}
          value={(open ? null : averagePrice) ?? stopPrice ?? limitPrice}
        />
      ),
    },
  ]
}

/** "0.1 of 0.5" where a part was filled. */
function Filling({ dashboard, order }: { dashboard: Dashboard; order: OrderView }) {
  const { symbol, quantity, filledQuantity, state } = order
  const whole = <Quantity dashboard={dashboard} symbol={symbol} value={quantity} />
  if (signOf(filledQuantity) === 0 || state === 'filled') return whole
  return (
    <>
      <Quantity dashboard={dashboard} symbol={symbol} value={filledQuantity} /> of {whole}
    </>
  )
}

const tones: Partial<Record<OrderView['state'], string>> = {
  unknown: 'warn',
  refused: 'down',
  expired: 'warn',
  filled: 'up',
}

function State({ order: { state, reason } }: { order: OrderView }) {
  const told = reason === null ? tones[state] : `${tones[state] ?? ''} told`
  return (
    <span class={told} title={reason ?? undefined}>
      {state}
    </span>
  )
}

function Moment({ time }: { time: number }) {
  return <time title={formatMoment(time)}>{formatTime(time)}</time>
}
