import { expect, test } from 'vitest'
import { candleExchange } from './candle-exchange.ts'
import { bar, orderRequest, spot } from './test-orders.ts'

test('an exchange that runs for months forgets its oldest finished orders, never a working one', () => {
  const fees = { maker: '0', taker: '0' }
  const exchange = candleExchange({ instruments: [spot], balances: { USDT: '1000' }, fees })
  void exchange.start({ onReport() {}, onMarket() {} })
  exchange.onCandle(spot.symbol, bar(0, [100, 101, 99, 100]))
  const resting = { type: 'limit', limit: 50, quantity: 1 } as const
  exchange.submit(orderRequest({ ...resting, clientOrderId: 'stays' }))

  for (let index = 0; index < 6_000; index += 1) {
    exchange.submit(orderRequest({ ...resting, clientOrderId: `gone-${index}` }))
    exchange.cancel(`gone-${index}`, spot.symbol)
    exchange.deliver()
  }

  const known = exchange.ledger().orders.map(({ request }) => request.clientOrderId)
  expect(known).toHaveLength(5_001)
  expect(known).toContain('stays')
  expect(known).not.toContain('gone-999')
  expect(known).toContain('gone-1000')
})
