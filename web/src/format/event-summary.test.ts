import { expect, test } from 'vitest'
import { summarise } from './event-summary.ts'

test('an order is told by what it is, without numbers that are no prices', () => {
  const request = { clientOrderId: 'g-1', symbol: 'BTC/USDT', side: 'buy', type: 'limit' }

  expect(summarise({ request: { ...request, limitPrice: 6399569 }, blocked: null })).toBe(
    'limit buy BTC/USDT g-1',
  )
  expect(summarise({ type: 'refused', symbol: 'BTC/USDT', reason: 'too small' })).toBe(
    'refused BTC/USDT too small',
  )
})

test('a payload without words is nothing, whatever it is', () => {
  expect([null, 3, 'x', [], {}, { bar: [1, 2] }].map(summarise)).toEqual(['', '', '', '', '', ''])
})
