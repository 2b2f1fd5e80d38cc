import { expect, test } from 'vitest'
import {
  intendedOrder,
  nextOrderState,
  type Money,
  parseMoney,
  Portfolio,
} from '../trading/index.ts'
import { btc, fillOf, orderOf, reportOf } from './account-fixture.ts'
import { fillView, orderView, positionView } from './order-views.ts'

const totals = { realised: parseMoney('1.5'), fees: parseMoney('0.25') }

function orderAfter(...reports: (ReturnType<typeof reportOf> | ReturnType<typeof fillOf>)[]) {
  let state = intendedOrder(orderOf({ quantity: '2', limit: '100.5' }), 1_000)
  for (const report of reports) {
    const outcome = nextOrderState(state, report)
    if (!outcome.ok) throw new Error(outcome.reason)
    state = outcome.state
  }
  return orderView(state, 7, btc)
}

test('an order is shown in exact decimal text', () => {
  expect(orderAfter(reportOf('accepted'))).toEqual({
    number: 7,
    clientOrderId: 'a',
    exchangeOrderId: 'x-a',
    symbol: 'BTC/USDT',
    side: 'buy',
    type: 'limit',
    timeInForce: 'gtc',
    postOnly: false,
    reduceOnly: false,
    quantity: '2',
    filledQuantity: '0',
    limitPrice: '100.5',
    stopPrice: null,
    averagePrice: null,
    state: 'working',
    open: true,
    reason: null,
    createdAt: 1_000,
    updatedAt: 61_000,
  })
})

test('the average price is weighted by quantity and rounded to the price decimals', () => {
  const fills = [
    fillOf(1, { price: '100', quantity: '0.5' }),
    fillOf(2, { price: '100.5', quantity: '0.25' }),
  ]

  // (50 + 25.125) / 0.75 = 100.1666...
  expect(orderAfter(...fills)).toMatchObject({
    averagePrice: '100.17',
    filledQuantity: '0.75',
    state: 'working',
  })
})

test('an order that ended says why', () => {
  expect(orderAfter(reportOf('refused'))).toMatchObject({
    state: 'refused',
    open: false,
    reason: 'the exchange said so',
  })
  expect(orderAfter(reportOf('accepted'), reportOf('expired'))).toMatchObject({
    state: 'expired',
    open: false,
  })
})

test('a fill is shown as it was reported, with what it closed', () => {
  const report = fillOf(3, { side: 'sell', price: '101.25', quantity: '0.125', fee: '0.0126' })

  expect(fillView(report, { number: 9, realised: parseMoney('-3.75') }, btc)).toMatchObject({
    number: 9,
    tradeId: 3,
    price: '101.25',
    quantity: '0.125',
    fee: '0.0126',
    realisedProfit: '-3.75',
  })
  expect(fillView(report, { number: 9, realised: null }, btc).realisedProfit).toBeNull()
})

test('a flat position has no entry price, and one never marked no market price', () => {
  const portfolio = new Portfolio({ asset: 'USDT', cash: '1000', instruments: [btc] })

  expect(positionView(portfolio.position(btc.symbol), totals)).toEqual({
    symbol: 'BTC/USDT',
    quantity: '0',
    entryPrice: null,
    markPrice: null,
    unrealisedProfit: '0',
    realisedProfit: '1.5',
    fees: '0.25',
  })
})

test('a position shows what it cost and what it would bring', () => {
  const portfolio = new Portfolio({ asset: 'USDT', cash: '1000', instruments: [btc] })
  portfolio.apply(fillOf(1, { price: '100', quantity: '1' }))
  portfolio.apply(fillOf(2, { price: '101', quantity: '2' }))
  portfolio.mark(btc.symbol, 9_900 as Parameters<Portfolio['mark']>[1])

  expect(positionView(portfolio.position(btc.symbol), totals)).toMatchObject({
    quantity: '3',
    // 302 / 3 = 100.666...
    entryPrice: '100.67',
    markPrice: '99',
    unrealisedProfit: '-5',
  })
})

test('the profit of a sale below zero keeps its sign to the last digit', () => {
  const smallest = -1n as Money

  expect(fillView(fillOf(1), { number: 1, realised: smallest }, btc).realisedProfit).toBe(
    '-0.000000000000000001',
  )
})
