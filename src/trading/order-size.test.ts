import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defineInstrument } from './instrument.ts'
import { type Money, parseMoney, type Price, type Quantity } from './money.ts'
import { noOpenOrders } from './open-orders.ts'
import { orderCost, worstPrice } from './order-cost.ts'
import { type OrderSize, sizeOrder, type SizeContext } from './order-size.ts'
import type { OrderRequest } from './order.ts'
import { RiskGate } from './risk.ts'

const spot = defineInstrument({
  symbol: 'BTC/USDT',
  tickSize: '0.01',
  lotSize: '0.002',
  minNotional: '5',
})

/** 1,000 USDT free, the market at 100. */
function context(fields: object = {}): SizeContext {
  return {
    side: 'buy',
    instrument: spot,
    limitPrice: null,
    referencePrice: 10_000,
    position: 0,
    freeCash: parseMoney('1000'),
    equity: parseMoney('1000'),
    feeRate: 0n,
    slippage: 0n,
    ...fields,
  } as SizeContext
}

const perpetual = { ...spot, kind: 'perpetual' as const }

test.each<[OrderSize, object, number]>([
  [{ quantity: '0.5' }, {}, 500],
  [{ quantity: 0.1 }, {}, 100],
  [{ quantity: 0.0619999 }, {}, 60],
  [{ quantity: '20' }, {}, 10_000],
  [{ notional: 50 }, {}, 500],
  [{ notional: '50.1' }, { limitPrice: 5000 }, 1002],
  [{ fraction: 1 }, {}, 10_000],
  [{ fraction: 0.5 }, {}, 5000],
  [{ fraction: 0.5 }, { equity: parseMoney('4000') }, 10_000],
  [{ fraction: 1 }, { feeRate: 100_000n }, 9990],
  [{ fraction: 1 }, { slippage: 1_000_000n }, 9900],
  [{ fraction: 1 }, { side: 'sell', position: 1234 }, 1234],
  [{ fraction: 0.5 }, { side: 'sell', position: 1234 }, 616],
  [{ quantity: 5 }, { side: 'sell', position: 1234 }, 1234],
  [{ fraction: 0.5 }, { side: 'sell', instrument: perpetual }, 5000],
  [{ fraction: 1 }, { side: 'buy', instrument: perpetual, position: -300 }, 300],
])('%o with %o comes to %i units', (size, fields, quantity) => {
  expect(sizeOrder(size, context(fields))).toEqual({ ok: true, quantity })
})

test.each<[OrderSize, object, string, string]>([
  [{ quantity: 0 }, {}, 'bad-size', 'The quantity is 0; it must be a number above 0.'],
  [{ quantity: 'lots' }, {}, 'bad-size', 'The quantity is "lots"'],
  [{ notional: NaN }, {}, 'bad-size', 'The notional is null'],
  [{ fraction: 1.5 }, {}, 'bad-size', 'The fraction is 1.5; it must be above 0 and at most 1.'],
  [{ quantity: 0.001 }, {}, 'size-too-small', 'The size comes to 0 BTC; BTC/USDT takes at least'],
  [{ quantity: 0.04 }, {}, 'size-too-small', 'comes to 0.04 BTC; BTC/USDT takes at least 0.002'],
  [{ fraction: 1 }, { freeCash: parseMoney('0.1') }, 'no-cash', 'of 0.1 USDT does not pay'],
  [{ fraction: 1 }, { freeCash: parseMoney('-3') }, 'no-cash', 'of -3 USDT does not pay'],
  [{ fraction: 1 }, { side: 'sell' }, 'no-position', 'There is no BTC to sell.'],
  [{ fraction: 1 }, { side: 'sell', position: 1 }, 'size-too-small', 'comes to 0 BTC'],
])('%o with %o is refused as %s', (size, fields, code, sentence) => {
  expect(sizeOrder(size, context(fields))).toMatchObject({
    ok: false,
    refused: code,
    reason: expect.stringContaining(sentence),
  })
})

test('all of the cash buys as many lots as can be paid, and passes the risk gate', () => {
  const cash = fc.bigInt(0n, 10n ** 24n)
  const price = fc.integer({ min: 1, max: 10 ** 9 })
  const rate = fc.bigInt(0n, 10_000_000n)

  fc.assert(
    fc.property(cash, price, rate, rate, (amount, units, feeRate, slippage) => {
      const instrument = defineInstrument({ symbol: 'A/B', tickSize: '0.01', lotSize: '0.003' })
      const freeCash = amount as Money
      const referencePrice = units as Price
      const given = { instrument, freeCash, equity: freeCash, referencePrice, feeRate, slippage }
      const order = { side: 'buy', type: 'market', limitPrice: null, stopPrice: null } as const

      const sized = sizeOrder({ fraction: 1 }, context({ ...given }))

      const worst = worstPrice(order, referencePrice, slippage)
      const cost = (lots: number) => orderCost(worst, lots as Quantity, feeRate, instrument)
      if (!sized.ok) {
        expect(cost(instrument.lotSize)).toBeGreaterThan(freeCash)
        return
      }
      expect(freeCash - cost(sized.quantity)).toBeGreaterThanOrEqual(0n)
      const request = { ...order, symbol: 'A/B', quantity: sized.quantity, timeInForce: 'gtc' }
      const outcome = new RiskGate().check(request as OrderRequest, {
        ...context(given),
        now: 0,
        decisionTime: 0,
        openOrders: noOpenOrders,
        cash: freeCash,
      })
      expect(outcome.ok).toBe(true)
    }),
  )
})

test('no cash is left lying that would pay for another lot', () => {
  fc.assert(
    fc.property(fc.bigInt(10n ** 20n, 10n ** 23n), fc.bigInt(0n, 1_000_000n), (amount, feeRate) => {
      const freeCash = amount as Money
      const sized = sizeOrder({ quantity: '1000000' }, context({ freeCash, feeRate }))

      if (!sized.ok) throw new Error(sized.reason)
      const more = (sized.quantity + spot.lotSize) as Quantity
      expect(orderCost(10_000 as Price, more, feeRate, spot)).toBeGreaterThan(freeCash)
    }),
  )
})
