import { expect, test } from 'vitest'
import { parseMoney, type Price, type Quantity } from '../../trading/index.ts'
import { Account } from './account.ts'
import { orderRequest, type OrderWish, perpetual, price, quantity, spot } from './test-orders.ts'

const mark = { price: null as Price | null }

function account(deposits: Record<string, string> = { USDT: '1000' }, leverage = 1) {
  const opened = new Account([spot, perpetual], {
    makerFee: 10_000n,
    takerFee: 100_000n,
    leverage,
    markPrice: () => mark.price,
  })
  for (const [asset, amount] of Object.entries(deposits)) {
    opened.deposit(asset, parseMoney(amount))
  }
  const order = (wish: OrderWish) => {
    const request = orderRequest(wish)
    return { request, remaining: request.quantity, triggered: true }
  }
  /** Trades the whole order as a taker. */
  const trade = (wish: OrderWish, at: number | string, size: number | string) => {
    const working = order({ ...wish, quantity: size })
    working.remaining = 0 as Quantity
    const fill = { price: price(at), quantity: quantity(size), maker: false }
    const instrument = wish.symbol === perpetual.symbol ? perpetual : spot
    opened.fill(working, fill.price, fill.quantity, opened.feeOn(instrument, fill))
  }
  const balance = (asset: string) => opened.balances()[asset]
  return { opened, order, trade, balance }
}

test('A buy reserves its price and the taker fee, and gives back what it did not need.', () => {
  const { opened, order, balance } = account()
  const buy = order({ side: 'buy', quantity: 2, limit: 100 })

  opened.reserve(buy, price(100))
  expect(balance('USDT')).toEqual({ total: '1000', free: '799.8' })

  buy.remaining = quantity(1)
  opened.fill(buy, price(99), quantity(1), parseMoney('0.0099'))
  expect(balance('USDT')).toEqual({ total: '900.9901', free: '800.8901' })

  opened.release(buy.request.clientOrderId)
  expect(balance('USDT')).toEqual({ total: '900.9901', free: '900.9901' })
  expect(balance('BTC')).toEqual({ total: '1', free: '1' })
})

test('What is not affordable is refused, the fee counted.', () => {
  const { opened } = account()

  const limit = 100

  expect(opened.affords(orderRequest({ quantity: '9.99', limit }), price(100))).toBeNull()
  expect(opened.affords(orderRequest({ quantity: 10, limit }), price(100))).toEqual({
    ok: false,
    refused: 'not-affordable',
    reason: 'it needs 1001 USDT and 1000 is free',
  })
})

test('A market buy is taken as long as one lot of it is affordable.', () => {
  const { opened } = account({ USDT: '0.1001' })

  expect(opened.affords(orderRequest({ quantity: 10 }), price(100))).toBeNull()
  expect(opened.affords(orderRequest({ quantity: 10 }), price('100.01'))).toMatchObject({
    refused: 'not-affordable',
  })
})

test('Spot sells nothing that is not there, and what an open sale holds is not there.', () => {
  const { opened, order } = account({ BTC: '1' })
  const sell = order({ side: 'sell', quantity: '0.6', limit: 100 })
  expect(opened.affords(sell.request, price(100))).toBeNull()

  opened.reserve(sell, price(100))

  expect(opened.affords(orderRequest({ side: 'sell', quantity: '0.5' }), price(100))?.reason).toBe(
    'it needs 0.5 BTC and 0.4 is free',
  )
})

test('A fill at a worse price than reserved is cut to whole lots that the cash pays.', () => {
  const { opened, order } = account({ USDT: '100.1' })
  const buy = order({ side: 'buy', quantity: 1 })
  opened.reserve(buy, price(100))

  expect(opened.allowance(buy, price(100), quantity(1))).toBe(quantity(1))
  expect(opened.allowance(buy, price(110), quantity(1))).toBe(quantity('0.909'))
})

test('A reduce-only sale reserves nothing and gets only what is free.', () => {
  const { opened, order } = account({ BTC: '1' })
  const stop = order({ side: 'sell', quantity: 1, reduceOnly: true })
  const other = order({ side: 'sell', quantity: '0.7', limit: 100 })

  opened.reserve(stop, price(100))
  opened.reserve(other, price(100))

  expect(opened.allowance(stop, price(90), quantity(1))).toBe(quantity('0.3'))
})

test('A perpetual nets, books profit on closing, and may go short through zero.', () => {
  const { opened, trade, balance } = account()
  const symbol = perpetual.symbol

  trade({ symbol, side: 'buy' }, 100, 4)
  trade({ symbol, side: 'sell' }, 110, 6)

  expect(opened.position(symbol)).toBe(quantity(-2))
  expect(balance('USDT')?.total).toBe('1038.94')
  expect(balance(symbol)?.total).toBe('-2')

  trade({ symbol, side: 'buy' }, 105, 2)
  expect(opened.position(symbol)).toBe(0)
  expect(balance('USDT')).toEqual({ total: '1048.73', free: '1048.73' })
})

test('Closing in thirds loses nothing to rounding.', () => {
  const { trade, balance } = account()
  const symbol = perpetual.symbol
  trade({ symbol, side: 'buy' }, '100.01', '0.003')
  trade({ symbol, side: 'buy' }, '100.02', '0.004')

  trade({ symbol, side: 'sell' }, 100, '0.003')
  trade({ symbol, side: 'sell' }, 100, '0.003')
  trade({ symbol, side: 'sell' }, 100, '0.001')

  expect(balance('USDT')?.total).toBe('999.99848989')
})

test('Closing a perpetual needs no margin, opening does, and a loss takes from it.', () => {
  const { opened, trade } = account({ USDT: '1000' }, 2)
  const symbol = perpetual.symbol
  trade({ symbol, side: 'buy' }, 100, 15)

  expect(
    opened.affords(orderRequest({ symbol, side: 'sell', quantity: 15 }), price(100)),
  ).toBeNull()
  expect(opened.affords(orderRequest({ symbol, quantity: 4, limit: 100 }), price(100))).toBeNull()
  expect(opened.affords(orderRequest({ symbol, quantity: 5, limit: 100 }), price(100))?.ok).toBe(
    false,
  )

  mark.price = price(90)
  expect(opened.affords(orderRequest({ symbol, quantity: 3, limit: 90 }), price(90))?.ok).toBe(
    false,
  )
  mark.price = null
})

test('A restored account is the same account.', () => {
  const { opened, order, trade } = account()
  trade({ symbol: perpetual.symbol, side: 'sell' }, 100, 2)
  trade({ side: 'buy' }, 100, 1)
  opened.reserve(order({ side: 'sell', quantity: '0.5', limit: 120 }), price(120))

  const restored = account({}).opened
  restored.restore(JSON.parse(JSON.stringify(opened.snapshot())))

  expect(restored.balances()).toEqual(opened.balances())
  expect(restored.snapshot()).toEqual(opened.snapshot())
})
