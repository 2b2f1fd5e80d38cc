import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defineInstrument } from '../instrument.ts'
import { orderPrice } from './order-price.ts'

const cents = defineInstrument({ symbol: 'A/B', tickSize: '0.01', lotSize: '1' })
const nickels = defineInstrument({ symbol: 'A/B', tickSize: '0.05', lotSize: '1' })

test('a limit is rounded so that it never trades at a worse price', () => {
  expect(orderPrice('limit', 'buy', 10.019, cents)).toBe(1001)
  expect(orderPrice('limit', 'sell', 10.011, cents)).toBe(1002)
  expect(orderPrice('limit', 'buy', '10.07', nickels)).toBe(1005)
  expect(orderPrice('limit', 'sell', '10.07', nickels)).toBe(1010)
})

test('a stop is rounded so that it never triggers earlier', () => {
  expect(orderPrice('stop', 'buy', 10.011, cents)).toBe(1002)
  expect(orderPrice('stop', 'sell', 10.019, cents)).toBe(1001)
})

test('what arithmetic leaves in the last digits of a number costs no tick', () => {
  expect(0.1 + 0.2).not.toBe(0.3)

  expect(orderPrice('limit', 'sell', 0.1 + 0.2, cents)).toBe(30)
  expect(orderPrice('limit', 'buy', 1.1 * 3 - 3, cents)).toBe(30)
  expect(orderPrice('limit', 'sell', '0.30000000000000004', cents)).toBe(31)
})

test('a price on a tick stays where it is, in either direction', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), (ticks) => {
      const price = (ticks * 5) / 100

      for (const side of ['buy', 'sell'] as const) {
        expect(orderPrice('limit', side, price, nickels)).toBe(ticks * 5)
        expect(orderPrice('stop', side, price, nickels)).toBe(ticks * 5)
      }
    }),
  )
})

test('a price that rounds to nothing is refused', () => {
  expect(() => orderPrice('limit', 'buy', 0.004, cents)).toThrow(
    'limit is 0.004; it must be at least one tick of the instrument',
  )
})
