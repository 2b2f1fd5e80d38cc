import type {
  EventView,
  FillView,
  OrderStateName,
  OrderView,
  PositionView,
} from '../server/index.ts'
import type { Event } from '../engine/index.ts'
import {
  formatMoney,
  formatPrice,
  formatQuantity,
  type Instrument,
  isTerminal,
  type Money,
  notional,
  type OrderReport,
  type OrderState,
  type PortfolioPosition,
  type Price,
  type Quantity,
} from '../trading/index.ts'

/** From what the account knows to what the wire shows: pure, exact, decimal text. */
export function orderView(state: OrderState, number: number, of: Instrument): OrderView {
  const { request } = state
  const price = (value: Price | null) => (value === null ? null : formatPrice(value, of))
  return {
    number,
    clientOrderId: request.clientOrderId,
    exchangeOrderId: state.exchangeOrderId,
    symbol: request.symbol,
    side: request.side,
    type: request.type,
    timeInForce: request.timeInForce,
    postOnly: request.postOnly,
    reduceOnly: request.reduceOnly,
    quantity: formatQuantity(request.quantity, of),
    filledQuantity: formatQuantity(state.filledQuantity, of),
    limitPrice: price(request.limitPrice),
    stopPrice: price(request.stopPrice),
    averagePrice: averageFillPrice(state, of),
    state: stateNames[state.status],
    open: !isTerminal(state),
    reason: 'reason' in state ? state.reason : null,
    createdAt: state.intendedTime,
    updatedAt: state.updatedTime,
  }
}

const stateNames: Readonly<Record<OrderState['status'], OrderStateName>> = {
  intended: 'pending',
  submitted: 'pending',
  unknown: 'unknown',
  working: 'working',
  'partially-filled': 'working',
  filled: 'filled',
  canceled: 'canceled',
  expired: 'expired',
  refused: 'refused',
  'never-arrived': 'refused',
}

export function fillView(
  report: Extract<OrderReport, { type: 'filled' }>,
  booked: { readonly number: number; readonly realised: Money | null },
  of: Instrument,
): FillView {
  return {
    number: booked.number,
    tradeId: report.tradeId,
    clientOrderId: report.clientOrderId,
    symbol: report.symbol,
    side: report.side,
    price: formatPrice(report.price, of),
    quantity: formatQuantity(report.quantity, of),
    fee: report.fee,
    liquidity: report.liquidity,
    realisedProfit: booked.realised === null ? null : formatMoney(booked.realised),
    time: report.time,
  }
}

export function positionView(
  position: PortfolioPosition,
  totals: { readonly realised: Money; readonly fees: Money },
): PositionView {
  const { instrument, quantity, openCost, markPrice } = position
  return {
    symbol: instrument.symbol,
    quantity: formatQuantity(quantity, instrument),
    entryPrice: quantity === 0 ? null : averagePrice(openCost, Math.abs(quantity), instrument),
    markPrice: markPrice === 0 ? null : formatPrice(markPrice, instrument),
    unrealisedProfit: formatMoney(position.unrealised()),
    realisedProfit: formatMoney(totals.realised),
    fees: formatMoney(totals.fees),
  }
}

export function eventView(event: Event): EventView {
  const { number, topic, priority, time, key, payload } = event
  return { number, topic, priority, time, key, payload }
}

function averageFillPrice(state: OrderState, of: Instrument): string | null {
  if (state.fills.length === 0) return null
  const value = state.fills.reduce((sum, fill) => sum + notional(fill.price, fill.quantity, of), 0n)
  return averagePrice(value as Money, state.filledQuantity, of)
}

/** Rounded to the price's decimals: a figure to read. */
function averagePrice(value: Money, quantity: number, of: Instrument): string {
  const unit = notional(1 as Price, 1 as Quantity, of)
  const price = Number(value / unit) / quantity
  return formatPrice(Math.round(price) as Price, of)
}
