import { expect, test } from 'vitest'
import type { EquityPoint, SnapshotMessage, Update } from '../../src/server/protocol.ts'
import { FakeSystem } from './fake-system.ts'
import { sampleEvent, sampleFill, sampleOrder } from './samples.ts'
import { Dashboard } from '../../web/src/model/dashboard.ts'

function shown(change: Partial<SnapshotMessage> = {}): Dashboard {
  const system = new FakeSystem()
  const dashboard = new Dashboard()
  dashboard.show({
    type: 'snapshot',
    number: 0,
    health: system.health(),
    mode: system.mode(),
    rates: system.rates(),
    strategies: [],
    symbols: system.symbols(),
    components: [],
    engine: system.engine(),
    openOrders: [],
    fills: [],
    positions: [],
    balances: [],
    equity: [],
    events: [],
    ...change,
  })
  return dashboard
}

const point = (time: number, equity: string): EquityPoint => ({
  time,
  equity,
  cash: '0',
  drawdown: '0',
})

test('lists that come oldest first are shown newest first', () => {
  const dashboard = shown({
    fills: [sampleFill(1), sampleFill(2)],
    events: [sampleEvent(1), sampleEvent(2)],
    openOrders: [sampleOrder(1), sampleOrder(2)],
  })

  expect(dashboard.fills.value.map((fill) => fill.number)).toEqual([2, 1])
  expect(dashboard.events.value.map((event) => event.number)).toEqual([2, 1])
  expect(dashboard.openOrders.value.map((order) => order.number)).toEqual([2, 1])
})

test('an order is open until it is not', () => {
  const dashboard = shown({ openOrders: [sampleOrder(1)] })

  dashboard.apply([{ type: 'order', order: sampleOrder(2) }])
  dashboard.apply([{ type: 'order', order: sampleOrder(1, { filledQuantity: '0.2' }) }])
  dashboard.apply([{ type: 'order', order: sampleOrder(2, { open: false, state: 'filled' }) }])

  expect(dashboard.openOrders.value).toEqual([sampleOrder(1, { filledQuantity: '0.2' })])
})

test('an update seen twice changes nothing more', () => {
  const updates: Update[] = [
    { type: 'order', order: sampleOrder(1) },
    { type: 'fill', fill: sampleFill(1) },
    { type: 'event', event: sampleEvent(1) },
    { type: 'equity', point: point(1, '100') },
    { type: 'balance', balance: { asset: 'USDT', total: '1', free: '1' } },
  ]
  const dashboard = shown()

  dashboard.apply(updates)
  dashboard.apply(updates)

  expect(dashboard.openOrders.value).toHaveLength(1)
  expect(dashboard.fills.value).toHaveLength(1)
  expect(dashboard.events.value).toHaveLength(1)
  expect(dashboard.equity.value).toHaveLength(1)
  expect(dashboard.balances.value).toHaveLength(1)
})

test('of one moment the last equity counts, and time does not go back', () => {
  const dashboard = shown({ equity: [point(1, '100')] })

  dashboard.apply([{ type: 'equity', point: point(2, '101') }])
  dashboard.apply([{ type: 'equity', point: point(2, '102') }])
  dashboard.apply([{ type: 'equity', point: point(1, '999') }])

  expect(dashboard.equity.value).toEqual([point(1, '100'), point(2, '102')])
})

test('bars do not bury what was decided', () => {
  const request = sampleEvent(1, { topic: 'order.requested' })
  const dashboard = shown({ events: [request] })

  for (let number = 2; number <= 200; number += 1) {
    dashboard.apply([{ type: 'event', event: sampleEvent(number) }])
  }

  expect(dashboard.decisions.value).toEqual([request])
  expect(dashboard.events.value.map((event) => event.number)).not.toContain(1)
})

test('a page left open for days does not grow', () => {
  const dashboard = shown()

  for (let number = 1; number <= 5000; number += 1) {
    dashboard.apply([
      { type: 'fill', fill: sampleFill(number) },
      { type: 'event', event: sampleEvent(number) },
      { type: 'equity', point: point(number, '100') },
    ])
  }

  expect(dashboard.fills.value).toHaveLength(300)
  expect(dashboard.events.value).toHaveLength(50)
  expect(dashboard.equity.value).toHaveLength(3000)
})
