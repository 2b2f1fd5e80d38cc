import { LineStyle, type CreatePriceLineOptions } from 'lightweight-charts'
import type { OrderView, PositionView } from '../../../src/server/protocol.ts'
import { formatDecimal, signOf, withoutSign } from '../format/decimal.ts'
import { paletteColor } from './palette.ts'

/** Where orders work and where the position was entered, as lines across the chart. */
export interface PriceLine {
  readonly key: string
  readonly options: Partial<CreatePriceLineOptions> & { readonly price: number }
}

const LINES_MAX = 40

export function priceLines(
  orders: readonly OrderView[],
  position: PositionView | null,
): readonly PriceLine[] {
  const lines = orders.slice(0, LINES_MAX).flatMap(orderLine)
  return position === null ? lines : [...lines, ...entryLine(position)]
}

function orderLine(order: OrderView): PriceLine[] {
  const isStop = order.stopPrice !== null
  const price = order.stopPrice ?? order.limitPrice
  if (price === null) return []
  const verb = `${order.side === 'buy' ? 'Buy' : 'Sell'}${isStop ? ' stop' : ''}`
  return [
    {
      key: order.clientOrderId,
      options: {
        price: Number(price),
        color: paletteColor(order.side === 'buy' ? 'up' : 'down'),
        lineWidth: 1,
        lineStyle: isStop ? LineStyle.LargeDashed : LineStyle.Dashed,
        title: `${verb} ${formatDecimal(order.quantity)}`,
      },
    },
  ]
}

function entryLine(position: PositionView): PriceLine[] {
  const sign = signOf(position.quantity)
  if (sign === 0 || position.entryPrice === null) return []
  const quantity = formatDecimal(withoutSign(position.quantity))
  return [
    {
      key: 'entry',
      options: {
        price: Number(position.entryPrice),
        color: paletteColor('accent'),
        lineWidth: 1,
        lineStyle: LineStyle.SparseDotted,
        title: `${sign > 0 ? 'Long' : 'Short'} ${quantity}`,
      },
    },
  ]
}
