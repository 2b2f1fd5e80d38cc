import { beforeEach, describe, expect, test } from 'vitest'
import { defineInstrument } from '../instrument.ts'
import { NO_INTENTS, OrderDesk, type OrderOptions } from './order-desk.ts'

const instrument = defineInstrument({ symbol: 'BTC/USDT', tickSize: '0.05', lotSize: '0.001' })
let position = 0
let desk = new OrderDesk(instrument, () => position)

beforeEach(() => {
  position = 0
  desk = new OrderDesk(instrument, () => position)
  desk.begin()
})

test('the kind of an order follows from its prices', () => {
  desk.buy({ quantity: 1 })
  desk.buy({ quantity: 1, limit: 10 })
  desk.sell({ quantity: 1, stop: 9 })
  desk.sell({ quantity: 1, stop: 9, limit: 8.5, timeInForce: 'fok', reduceOnly: true })

  expect(desk.take()).toMatchObject([
    { type: 'market', timeInForce: 'ioc', limitPrice: null, stopPrice: null },
    { type: 'limit', timeInForce: 'gtc', limitPrice: 1000, stopPrice: null },
    { type: 'stop', timeInForce: 'gtc', limitPrice: null, stopPrice: 900 },
    { type: 'stop-limit', timeInForce: 'fok', limitPrice: 850, stopPrice: 900, reduceOnly: true },
  ])
})

test('close asks for nothing where there is no position', () => {
  desk.close()
  position = -5
  desk.close()
  desk.cancelAll()

  expect(desk.take()).toStrictEqual([{ action: 'close' }, { action: 'cancel-all' }])
})

test('a turn ends with what it asked for, and the next begins empty', () => {
  desk.buy({ notional: '100.5' })
  const first = desk.take()
  desk.begin()

  expect(first).toMatchObject([{ size: { notional: '100.5' } }])
  expect(Object.isFrozen(first)).toBe(true)
  expect(desk.take()).toBe(NO_INTENTS)
})

test('outside a turn nothing can be ordered', () => {
  desk.take()

  for (const act of [() => desk.close(), () => desk.cancelAll(), () => desk.buy({ quantity: 1 })]) {
    expect(act).toThrow(/outside onStart, onBar and onFill/)
  }
})

test('a strategy that orders without end is stopped', () => {
  const storm = () => {
    for (let count = 0; count <= 100; count++) desk.buy({ quantity: 1 })
  }

  expect(storm).toThrow(/at most 100/)
})

describe('a bad order is refused at the call with field, value and what is allowed', () => {
  const cases: readonly (readonly [options: object, sentence: string])[] = [
    [{}, 'the size is missing; it must be one of fraction, quantity, notional'],
    [{ fraction: 1, quantity: 1 }, 'the size is given twice'],
    [{ fraction: 1.5 }, 'fraction is 1.5; it must be above 0 and at most 1'],
    [{ fraction: Number.NaN }, 'fraction is NaN'],
    [{ quantity: 0 }, 'quantity is 0; it must be above 0'],
    [{ quantity: '-1' }, 'quantity is "-1"'],
    [{ notional: 'many' }, 'notional is "many"'],
    [{ quantity: 1, limit: Number.NaN }, 'limit is NaN; it must be a number above 0'],
    [{ quantity: 1, stop: '1e5' }, 'stop is "1e5"'],
    [{ quantity: 1, price: 5 }, 'price is no option of an order; it must be one of fraction'],
    [{ quantity: 1, limit: 5, timeInForce: 'day' }, 'timeInForce is "day"; it must be one of gtc'],
    [{ quantity: 1, timeInForce: 'fok' }, 'timeInForce is "fok"; it must be left out'],
    [{ quantity: 1, postOnly: true }, 'postOnly is true; it must be left out'],
    [{ quantity: 1, limit: 5, postOnly: 'yes' }, 'postOnly is "yes"; it must be true or false'],
  ]
  test.each(cases)('%j', (options, sentence) => {
    expect(() => desk.buy(options as OrderOptions)).toThrow(sentence)
  })
})
