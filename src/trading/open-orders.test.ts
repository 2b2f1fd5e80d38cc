import { expect, test } from 'vitest'
import { defineInstrument } from './instrument.ts'
import { formatMoney, type Price } from './money.ts'
import { openOrdersOf } from './open-orders.ts'
import { OrderLedger } from './order-ledger.ts'
import type { OrderRequest } from './order.ts'

const rules = { tickSize: '1', lotSize: '1' }
const btc = defineInstrument({ symbol: 'BTC/USDT', ...rules })
const eth = defineInstrument({ symbol: 'ETH/USDT', kind: 'perpetual', ...rules })

const market = {
  instrument: (symbol: string) => (symbol === 'BTC/USDT' ? btc : eth),
  referencePrice: () => 100 as Price,
  feeRate: 1_000_000n,
  slippage: 10_000_000n,
}

test('open orders reserve what they may still cost at worst', () => {
  const ledger = new OrderLedger()
  const place = (clientOrderId: string, fields: object) =>
    ledger.intend({ ...baseOrder, clientOrderId, ...fields } as OrderRequest, 1)
  place('limit', { type: 'limit', limitPrice: 90, quantity: 5 })
  place('market', { quantity: 1 })
  place('stop', { type: 'stop', stopPrice: 200, quantity: 1 })
  place('sell', { side: 'sell', quantity: 3 })
  place('short', { symbol: 'ETH/USDT', side: 'sell', quantity: 2 })
  place('close', { symbol: 'ETH/USDT', side: 'sell', quantity: 7, reduceOnly: true })
  ledger.apply({
    type: 'filled',
    clientOrderId: 'limit',
    symbol: 'BTC/USDT',
    time: 2,
    tradeId: 1,
    side: 'buy',
    price: 90 as Price,
    quantity: 4 as OrderRequest['quantity'],
    fee: '0',
    liquidity: 'maker',
  })

  const open = openOrdersOf('BTC/USDT', ledger.working(), market)

  expect(open).toMatchObject({ count: 6, buyQuantity: 3, sellQuantity: 3 })
  // 90 + 110 + 220 bought, 2 x 100 sold short, and 1 % of it all.
  expect(formatMoney(open.reservedCash)).toBe('626.2')
})

const baseOrder = {
  symbol: 'BTC/USDT',
  side: 'buy',
  type: 'market',
  limitPrice: null,
  stopPrice: null,
  timeInForce: 'gtc',
  postOnly: false,
  reduceOnly: false,
}
