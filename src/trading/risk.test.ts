import { expect, test } from 'vitest'
import { defineInstrument } from './instrument.ts'
import { parseMoney, type Quantity } from './money.ts'
import { noOpenOrders } from './open-orders.ts'
import type { OrderRequest } from './order.ts'
import { type RiskContext, RiskGate, type RiskLimits, type RiskRefusal } from './risk.ts'

const DAY_MS = 86_400_000
const spot = defineInstrument({
  symbol: 'BTC/USDT',
  tickSize: '0.50',
  lotSize: '0.001',
  priceDecimals: 2,
  minQuantity: '0.002',
  minNotional: '5',
})
const perpetual = { ...spot, kind: 'perpetual' as const }

/** 0.1 BTC at the market's 100 USDT. */
function order(fields: object = {}): OrderRequest {
  return {
    clientOrderId: 'g-1',
    symbol: 'BTC/USDT',
    side: 'buy',
    type: 'market',
    quantity: 100,
    limitPrice: null,
    stopPrice: null,
    timeInForce: 'gtc',
    postOnly: false,
    reduceOnly: false,
    ...fields,
  } as OrderRequest
}

function context(fields: object = {}): RiskContext {
  return {
    now: 10_000,
    decisionTime: 9_000,
    instrument: spot,
    referencePrice: 10_000,
    position: 0,
    openOrders: noOpenOrders,
    cash: parseMoney('1000'),
    equity: parseMoney('1000'),
    feeRate: 100_000n,
    slippage: 0n,
    ...fields,
  } as RiskContext
}

function refusalOf(limits: Partial<RiskLimits>, wish: object = {}, given: object = {}) {
  const outcome = new RiskGate(limits).check(order(wish), context(given))
  return outcome.ok ? null : outcome
}

const limit = (limitPrice: number, fields: object = {}) => ({
  type: 'limit',
  limitPrice,
  ...fields,
})

test('an order within every limit is approved as it is', () => {
  const outcome = new RiskGate().check(order(), context())

  expect(outcome).toEqual({ ok: true, order: order() })
})

const refused: [string, Partial<RiskLimits>, object, object, RiskRefusal, string][] = [
  ['quantity 0', {}, { quantity: 0 }, {}, 'order-rule', 'above 0'],
  ['part of a lot', {}, { quantity: 100.5 }, {}, 'order-rule', 'whole number'],
  ['too few', {}, { quantity: 1 }, {}, 'order-rule', "below BTC/USDT's least, 0.002"],
  [
    'too little worth',
    {},
    { quantity: 2 },
    {},
    'order-rule',
    'worth 0.2; BTC/USDT takes at least 5',
  ],
  ['off the tick', {}, limit(10_001), {}, 'order-rule', '100.01 is no multiple of the tick of 0.5'],
  ['no limit price', {}, { type: 'limit' }, {}, 'order-rule', 'limit order needs a limit price'],
  [
    'a limit too many',
    {},
    { limitPrice: 100 },
    {},
    'order-rule',
    'market order has no limit price',
  ],
  ['no stop price', {}, { type: 'stop' }, {}, 'order-rule', 'A stop order needs a stop price'],
  ['post-only market', {}, { postOnly: true }, {}, 'order-rule', 'cannot be post-only'],
  [
    'post-only IOC',
    {},
    limit(10_000, { postOnly: true, timeInForce: 'ioc' }),
    {},
    'order-rule',
    'A post-only order cannot be ioc',
  ],
  ['no price yet', {}, {}, { referencePrice: 0 }, 'order-rule', 'has no market price yet'],
  [
    'an old decision',
    { maxDecisionAgeMs: 999 },
    {},
    {},
    'decision-stale',
    '1000 ms old; at most 999',
  ],
  ['the kill switch', { halted: true }, {}, {}, 'halted', 'the setting "halted" is on'],
  ['a wild limit', { priceBand: 0.1 }, limit(11_050), {}, 'price-band', '110.5 is not within 0.1'],
  [
    'a large order',
    { maxOrderNotional: '9.99' },
    {},
    {},
    'order-too-large',
    'worth 10; the limit is',
  ],
  [
    'a large position',
    { maxPositionNotional: '25' },
    {},
    { position: 151 },
    'position-too-large',
    'worth 25.1; the limit is 25 USDT',
  ],
  [
    'a large position once open orders fill',
    { maxPositionNotional: '25' },
    {},
    { openOrders: { ...noOpenOrders, buyQuantity: 151 } },
    'position-too-large',
    'worth 25.1',
  ],
  [
    'many open orders',
    { maxOpenOrders: 3 },
    {},
    { openOrders: { ...noOpenOrders, count: 3 } },
    'too-many-open',
    '3 orders are open; the limit is 3',
  ],
  [
    'a short sale on spot',
    {},
    { side: 'sell' },
    { position: 99 },
    'no-position',
    '0.099 are free to sell',
  ],
  [
    'a sale of what an open order sells',
    {},
    { side: 'sell' },
    { position: 150, openOrders: { ...noOpenOrders, sellQuantity: 51, stayingSellQuantity: 51 } },
    'no-position',
    '0.099 are free',
  ],
  [
    'a reduce-only order that would open',
    {},
    { side: 'sell', reduceOnly: true },
    { instrument: perpetual, position: 50 },
    'not-reducing',
    'meets a position of 0.05',
  ],
  [
    'a purchase whose fee is not covered',
    {},
    {},
    { cash: parseMoney('10.009') },
    'no-cash',
    'may cost 10.01 with fees; 10.009 USDT are free',
  ],
  [
    'a purchase with reserved cash',
    {},
    {},
    { openOrders: { ...noOpenOrders, reservedCash: parseMoney('990') } },
    'no-cash',
    '10 USDT are free',
  ],
  [
    'a purchase that slippage makes too dear',
    {},
    {},
    { cash: parseMoney('10.05'), slippage: 1_000_000n },
    'no-cash',
    'may cost 10.1101',
  ],
  [
    'a short sale of a perpetual without cash',
    {},
    { side: 'sell' },
    { instrument: perpetual, cash: parseMoney('5') },
    'no-cash',
    'may cost 10.01',
  ],
]

test.each(refused)('refuses: %s', (_, limits, wish, given, code, sentence) => {
  const outcome = refusalOf(limits, wish, given)

  expect(outcome).toMatchObject({ refused: code, reason: expect.stringContaining(sentence) })
})

test('exactly what the cash pays for is approved', () => {
  expect(refusalOf({}, {}, { cash: parseMoney('10.01') })).toBeNull()
})

test('a reducing order passes the kill switch and every limit on sizes', () => {
  const limits = {
    halted: true,
    maxOrderNotional: '1',
    maxPositionNotional: '1',
    maxDailyLoss: '0',
  }

  expect(refusalOf(limits, { side: 'sell' }, { position: 100, cash: parseMoney('0') })).toBeNull()
})

test('an order that closes and goes on through zero is no reducing order', () => {
  const outcome = refusalOf(
    { halted: true },
    { side: 'sell' },
    { instrument: perpetual, position: 99 },
  )

  expect(outcome?.refused).toBe('halted')
})

test('going through zero needs cash for the new side only', () => {
  const given = { instrument: perpetual, position: 50, cash: parseMoney('5.005') }

  expect(refusalOf({}, { side: 'sell' }, given)).toBeNull()
})

test('the minute slides', () => {
  const gate = new RiskGate({ maxOrdersPerMinute: 2 })
  gate.orderSent(0)
  gate.orderSent(30_000)

  const early = gate.check(order(), context({ now: 59_999, decisionTime: 59_999 }))
  const later = gate.check(order(), context({ now: 60_000, decisionTime: 60_000 }))

  expect(early).toMatchObject({ refused: 'too-many-per-minute' })
  expect(later.ok).toBe(true)
})

test('the loss of the day halts until the next UTC day', () => {
  const gate = new RiskGate({ maxDailyLoss: '50' })
  const poorer = context({ equity: parseMoney('950') })
  gate.dayStarted(0, () => parseMoney('1000'))
  gate.dayStarted(DAY_MS - 1, () => parseMoney('960'))

  const sameDay = gate.check(order(), poorer)
  gate.dayStarted(DAY_MS, () => parseMoney('950'))
  const nextDay = gate.check(order(), poorer)

  expect(sameDay).toMatchObject({
    refused: 'daily-loss',
    reason: 'The loss of the day is 50; the limit is 50, so positions only shrink.',
  })
  expect(nextDay.ok).toBe(true)
})

test('a restart forgives nothing', () => {
  const gate = new RiskGate({ maxOrdersPerMinute: 1, maxDailyLoss: '50' })
  gate.dayStarted(0, () => parseMoney('1000'))
  gate.orderSent(9_000)
  gate.halt('somebody pressed the switch')

  const copy = new RiskGate({ maxOrdersPerMinute: 1, maxDailyLoss: '50' })
  copy.restore(JSON.parse(JSON.stringify(gate.snapshot())))

  expect(copy.check(order(), context())).toMatchObject({
    refused: 'halted',
    reason: 'Trading is halted: somebody pressed the switch.',
  })
  copy.resume()
  expect(copy.check(order(), context())).toMatchObject({ refused: 'too-many-per-minute' })
  expect(copy.check(order(), context({ equity: parseMoney('900') }))).toMatchObject({
    refused: 'daily-loss',
  })
})

test('a limit that is no amount is refused when the gate is made', () => {
  expect(() => new RiskGate({ maxDailyLoss: '-5' })).toThrow('maxDailyLoss is "-5"; it must be 0')
  expect(() => new RiskGate({ maxOrderNotional: 'much' })).toThrow('maxOrderNotional is "much"')
})

test('a working sell that covers the position leaves nothing to reduce with', () => {
  const openOrders = { ...noOpenOrders, sellQuantity: 100 as Quantity }
  const given = { instrument: perpetual, position: 100, openOrders }

  expect(refusalOf({ halted: true }, { side: 'sell' }, given)?.refused).toBe('halted')
})
