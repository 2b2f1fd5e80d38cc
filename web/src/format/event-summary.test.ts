import { expect, test } from 'vitest'
import { summarise } from './event-summary.ts'

test('an order is told by what it is, without numbers that are no prices', () => {
  const request = { clientOrderId: 'g-1', symbol: 'BTC/USDT', side: 'buy', type: 'limit' }

  expect(
    summarise('order.requested', { request: { ...request, limitPrice: 6399569 }, blocked: null }),
  ).toBe('limit buy BTC/USDT')
  expect(
    summarise('order.reported', { type: 'refused', symbol: 'BTC/USDT', reason: 'too small' }),
  ).toBe('refused BTC/USDT too small')
})

test('what has no type is told by its topic', () => {
  expect(summarise('order.cancel-requested', { clientOrderId: 'g-1', symbol: 'BTC/USDT' })).toBe(
    'cancel-requested BTC/USDT',
  )
})

test('a payload without words is nothing, whatever it is', () => {
  const payloads = [null, 3, 'x', [], {}, { bar: [1, 2] }]

  expect(payloads.map((payload) => summarise('bar.closed', payload))).toEqual(Array(6).fill(''))
})
