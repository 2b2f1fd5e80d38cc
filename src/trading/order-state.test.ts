import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Quantity } from './money.ts'
import { orderEdges, type OrderInput, type OrderStatus } from './order-edges.ts'
import { intendedOrder, isTerminal, nextOrderState, type OrderState } from './order-state.ts'
import { remainingQuantity } from './order-state.ts'
import type { OrderRequest } from './order.ts'

const request = {
  clientOrderId: 'g-1',
  symbol: 'BTC/USDT',
  side: 'buy',
  type: 'limit',
  quantity: 10,
  limitPrice: 100,
  stopPrice: null,
  timeInForce: 'gtc',
  postOnly: false,
  reduceOnly: false,
} as OrderRequest

const intended = intendedOrder(request, 1)
const statuses = Object.keys(orderEdges) as OrderStatus[]
const inputTypes = Object.keys(orderEdges.intended) as OrderInput['type'][]

function input(type: OrderInput['type'], fields: object = {}): OrderInput {
  const common = { type, clientOrderId: 'g-1', symbol: 'BTC/USDT', time: 2 }
  const own = {
    accepted: { exchangeOrderId: 'x-1' },
    filled: { tradeId: 1, side: 'buy', price: 100, quantity: 4, fee: '0.1', liquidity: 'maker' },
  }[type as string]
  return { ...common, reason: 'because', ...own, ...fields } as OrderInput
}

function fill(tradeId: number, quantity: number): OrderInput {
  return input('filled', { tradeId, quantity })
}

function after(...inputs: (OrderInput | OrderInput['type'])[]): OrderState {
  return inputs.reduce((state, one) => {
    const outcome = nextOrderState(state, typeof one === 'string' ? input(one) : one)
    if (!outcome.ok) throw new Error(outcome.reason)
    return outcome.state
  }, intended)
}

/** A shortest way into each state. */
const paths: Record<OrderStatus, OrderState> = {
  intended,
  submitted: after('submitted'),
  unknown: after('submitted', 'unknown'),
  working: after('submitted', 'accepted'),
  'partially-filled': after('submitted', 'accepted', fill(101, 4)),
  filled: after('submitted', 'accepted', fill(101, 10)),
  canceled: after('submitted', 'accepted', 'canceled'),
  expired: after('submitted', 'accepted', 'expired'),
  refused: after('submitted', 'refused'),
  'never-arrived': after('submitted', 'unknown', 'never-arrived'),
}

test.each(statuses.flatMap((status) => inputTypes.map((type) => [status, type] as const)))(
  'an order that is %s, given "%s", goes where the table says',
  (status, type) => {
    const outcome = nextOrderState(paths[status], input(type))

    const targets = orderEdges[status][type]
    if (targets.length === 0) {
      expect(outcome).toMatchObject({ ok: false, refused: 'illegal-transition' })
    } else {
      expect(outcome).toMatchObject({ ok: true, state: { status: targets[0] } })
    }
  },
)

test.each(statuses.filter((status) => status !== 'partially-filled'))(
  'a fill of the whole order that is %s is booked and completes it',
  (status) => {
    const outcome = nextOrderState(paths[status], fill(1, 10))

    expect(outcome).toMatchObject({ ok: true, fill: { tradeId: 1, quantity: 10 } })
    expect(outcome).toMatchObject({ state: { status: 'filled' } })
  },
)

test('an illegal transition says what cannot follow what', () => {
  const outcome = nextOrderState(paths.working, input('never-arrived'))

  expect(outcome).toEqual({
    ok: false,
    refused: 'illegal-transition',
    reason: 'Order g-1: it is working, and "never-arrived" cannot follow.',
  })
})

test('a second sending is refused before it leaves', () => {
  const outcome = nextOrderState(paths.unknown, input('submitted'))

  expect(outcome.ok).toBe(false)
})

test('a fill before the acceptance counts, and the acceptance then only names the order', () => {
  const filledFirst = after('submitted', fill(1, 4))

  const outcome = nextOrderState(filledFirst, input('accepted'))

  expect(outcome).toMatchObject({
    ok: true,
    notice: null,
    state: { status: 'partially-filled', exchangeOrderId: 'x-1', filledQuantity: 4 },
  })
})

test('a fill seen twice is booked once', () => {
  const once = after('submitted', 'accepted', fill(7, 4))

  const outcome = nextOrderState(once, fill(7, 4))

  expect(outcome).toEqual({ ok: true, state: once, fill: null, notice: 'repeated' })
})

test('a fill after the cancel is booked and pointed out', () => {
  const outcome = nextOrderState(paths.canceled, fill(1, 4))

  expect(outcome).toMatchObject({
    notice: 'late-fill',
    fill: { quantity: 4 },
    state: { status: 'canceled', reason: 'because', filledQuantity: 4 },
  })
})

test('a fill beyond the order is booked and pointed out', () => {
  const outcome = nextOrderState(paths.filled, fill(102, 3))

  expect(outcome).toMatchObject({
    notice: 'overfill',
    fill: { quantity: 3 },
    state: { status: 'filled', filledQuantity: 13 },
  })
})

test.each(['refused', 'never-arrived'] as const)(
  'an order thought %s that is alive is back',
  (status) => {
    const outcome = nextOrderState(paths[status], input('accepted'))

    expect(outcome).toMatchObject({ ok: true, notice: 'revived', state: { status: 'working' } })
  },
)

test('a lost reply to a submission that was already answered changes nothing', () => {
  const outcome = nextOrderState(paths.working, input('unknown'))

  expect(outcome).toMatchObject({ ok: true, state: paths.working, notice: 'repeated' })
})

test('a wish to cancel stays noted until the exchange says no', () => {
  const asked = after('submitted', 'accepted', 'cancel-requested', fill(1, 4))
  const outcome = nextOrderState(asked, input('cancel-refused'))

  expect(asked.cancelRequested).toBe(true)
  expect(outcome).toMatchObject({ state: { status: 'partially-filled', cancelRequested: false } })
})

test('the first reason of an end is kept', () => {
  const outcome = nextOrderState(paths.canceled, input('canceled', { reason: 'again' }))

  expect(outcome).toMatchObject({ notice: 'repeated', state: { reason: 'because' } })
})

test('a stop order that was triggered says so', () => {
  expect(after('submitted', 'accepted', 'triggered')).toMatchObject({
    status: 'working',
    triggered: true,
  })
})

test.each([
  [input('accepted', { exchangeOrderId: 'x-2' }), 'it is order x-1 of the exchange'],
  [input('canceled', { symbol: 'ETH/USDT' }), 'it is of BTC/USDT, not ETH/USDT'],
  [input('filled', { side: 'sell' }), 'it is to buy, and a sell was filled'],
  [input('filled', { quantity: 0 }), 'a fill of quantity 0 is none'],
])('a report that contradicts the order is refused: %#', (report, sentence) => {
  const outcome = nextOrderState(paths.working, report)

  expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining(sentence) })
})

test('what remains is what may still trade', () => {
  expect(remainingQuantity(paths['partially-filled'])).toBe(6)
  expect(remainingQuantity(paths.canceled)).toBe(0)
})

test('in any order of any reports, each trade is booked exactly once', () => {
  const fills = fc.record({ tradeId: fc.nat({ max: 8 }), quantity: fc.integer({ min: 1, max: 4 }) })
  const anything = fc.oneof(
    fills.map(({ tradeId, quantity }) => fill(tradeId, quantity)),
    fc.constantFrom(...inputTypes.filter((type) => type !== 'filled')).map((type) => input(type)),
  )

  fc.assert(
    fc.property(fc.array(anything, { maxLength: 40 }), (inputs) => {
      const booked = new Map<number, number>()
      const sent = new Map<number, number>()
      let state = intended
      for (const one of inputs) {
        if (one.type === 'filled' && !sent.has(one.tradeId)) sent.set(one.tradeId, one.quantity)
        const outcome = nextOrderState(state, one)
        if (!outcome.ok) continue
        state = outcome.state
        if (outcome.fill) {
          expect(booked.has(outcome.fill.tradeId)).toBe(false)
          booked.set(outcome.fill.tradeId, outcome.fill.quantity)
        }
      }

      expect(booked).toEqual(sent)
      const sum = [...sent.values()].reduce((total, quantity) => total + quantity, 0) as Quantity
      expect(state.filledQuantity).toBe(sum)
      if (sum >= request.quantity) expect(state.status).toBe('filled')
      expect(isTerminal(state) || remainingQuantity(state) > 0).toBe(true)
      expect(JSON.parse(JSON.stringify(state))).toEqual(state)
    }),
  )
})
