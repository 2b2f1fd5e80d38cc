import { expect, test } from 'vitest'
import type { OrderInput } from './order-edges.ts'
import { OrderLedger } from './order-ledger.ts'
import type { OrderRequest } from './order.ts'

function order(clientOrderId: string): OrderRequest {
  return {
    clientOrderId,
    symbol: 'BTC/USDT',
    side: 'buy',
    type: 'market',
    quantity: 10,
    limitPrice: null,
    stopPrice: null,
    timeInForce: 'gtc',
    postOnly: false,
    reduceOnly: false,
  } as OrderRequest
}

function report(clientOrderId: string, type: OrderInput['type'], fields: object = {}): OrderInput {
  const common = { clientOrderId, type, symbol: 'BTC/USDT', time: 2, reason: 'because' }
  return { ...common, ...fields } as OrderInput
}

function fill(clientOrderId: string, tradeId: number, quantity: number): OrderInput {
  const fields = { tradeId, quantity, side: 'buy', price: 100, fee: '0', liquidity: 'taker' }
  return report(clientOrderId, 'filled', fields)
}

test('an order is working until its last report', () => {
  const ledger = new OrderLedger()
  ledger.intend(order('a'), 1)

  ledger.apply(report('a', 'submitted'))
  expect(ledger.working().map((state) => state.status)).toEqual(['submitted'])

  ledger.apply(fill('a', 1, 10))
  expect(ledger.working()).toEqual([])
  expect(ledger.finished().map((state) => state.status)).toEqual(['filled'])
})

test('the same id is taken once', () => {
  const ledger = new OrderLedger()
  ledger.intend(order('a'), 1)

  const outcome = ledger.intend(order('a'), 2)

  expect(outcome).toEqual({
    ok: false,
    refused: 'duplicate-order',
    reason: 'Order a exists; an id is used once.',
  })
})

test('a report of an order nobody knows is refused', () => {
  const outcome = new OrderLedger().apply(report('ghost', 'canceled'))

  expect(outcome).toMatchObject({ ok: false, refused: 'unknown-order' })
})

test('an order given up that turns out alive is working again', () => {
  const ledger = new OrderLedger()
  ledger.intend(order('a'), 1)
  ledger.apply(report('a', 'never-arrived'))

  const outcome = ledger.apply(fill('a', 1, 4))

  expect(outcome).toMatchObject({ ok: true, notice: 'revived' })
  expect(ledger.working()).toHaveLength(1)
  expect(ledger.finished()).toEqual([])
})

test('only orders without a definite answer are unresolved', () => {
  const ledger = new OrderLedger()
  for (const id of ['intended', 'submitted', 'unknown', 'working']) ledger.intend(order(id), 1)
  for (const id of ['submitted', 'unknown', 'working']) ledger.apply(report(id, 'submitted'))
  ledger.apply(report('unknown', 'unknown'))
  ledger.apply(report('working', 'accepted', { exchangeOrderId: 'x' }))

  const ids = ledger.unresolved().map((state) => state.request.clientOrderId)

  expect(ids).toEqual(['intended', 'submitted', 'unknown'])
})

test('finished orders are kept up to a bound, working ones always', () => {
  const ledger = new OrderLedger({ finishedMax: 2 })
  for (const id of ['a', 'b', 'c', 'd']) ledger.intend(order(id), 1)

  for (const id of ['a', 'b', 'c']) ledger.apply(report(id, 'canceled'))

  expect(ledger.finished().map((state) => state.request.clientOrderId)).toEqual(['c', 'b'])
  expect(ledger.get('a')).toBeNull()
  expect(ledger.working()).toHaveLength(1)
})

test('everything out of the ordinary is counted', () => {
  const ledger = new OrderLedger()
  ledger.intend(order('a'), 1)
  ledger.apply(fill('a', 1, 10))
  ledger.apply(fill('a', 1, 10))
  ledger.apply(fill('a', 2, 1))
  ledger.apply(report('a', 'canceled'))

  expect(ledger.counts()).toEqual({
    intended: 1,
    refused: 1,
    repeated: 1,
    'late-fill': 0,
    revived: 0,
    overfill: 1,
  })
})

test('a snapshot through JSON is the same ledger', () => {
  const ledger = new OrderLedger()
  for (const id of ['a', 'b']) ledger.intend(order(id), 1)
  ledger.apply(fill('a', 1, 10))
  ledger.apply(fill('b', 2, 3))

  const copy = new OrderLedger()
  copy.restore(JSON.parse(JSON.stringify(ledger.snapshot())))

  expect(copy.snapshot()).toEqual(ledger.snapshot())
  expect(copy.apply(fill('b', 2, 3))).toMatchObject({ notice: 'repeated' })
})

test('a snapshot of another schema is refused', () => {
  const snapshot = { ...new OrderLedger().snapshot(), schema: 9 }

  expect(() => new OrderLedger().restore(snapshot)).toThrow('of schema 9, not 1')
})
