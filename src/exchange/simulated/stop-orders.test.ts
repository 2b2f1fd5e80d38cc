import { expect, test } from 'vitest'
import { StopOrders } from './stop-orders.ts'
import { HeardMatching, price } from './test-orders.ts'

const heard = new HeardMatching()

test('A buy stop triggers at or above its price and a sell stop at or below.', () => {
  const stops = new StopOrders()
  const buy = heard.order({ side: 'buy', stop: 105 })
  const sell = heard.order({ side: 'sell', stop: 95 })
  stops.add(buy)
  stops.add(sell)

  expect(stops.onTrade(price('104.99'))).toEqual([])
  expect(stops.onTrade(price('95.01'))).toEqual([])
  expect(stops.onTrade(price(105))).toEqual([buy])
  expect(stops.onTrade(price(95))).toEqual([sell])
  expect(stops.size).toBe(0)
})

test('A price that jumps over several stops triggers them in the order of their arrival.', () => {
  const stops = new StopOrders()
  const far = heard.order({ side: 'sell', stop: 90 })
  const near = heard.order({ side: 'sell', stop: 95 })
  stops.add(far)
  stops.add(near)

  expect(stops.onTrade(price(80))).toEqual([far, near])
})

test('A removed stop does not trigger, and the others still do.', () => {
  const stops = new StopOrders()
  const gone = heard.order({ side: 'buy', stop: 101 })
  const stays = heard.order({ side: 'buy', stop: 102 })
  stops.add(gone)
  stops.add(stays)

  expect(stops.remove(gone)).toBe(true)
  expect(stops.remove(gone)).toBe(false)
  expect(stops.onTrade(price(101))).toEqual([])
  expect(stops.onTrade(price(102))).toEqual([stays])
})
