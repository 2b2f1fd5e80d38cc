import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defineInstrument } from './instrument.ts'
import { formatMoney, type Money, type Price } from './money.ts'
import { type FillReport, Portfolio, type PortfolioOptions } from './portfolio.ts'
import type { RoundTrip } from './round-trip.ts'

const Exact = Decimal.clone({ precision: 200, toExpNeg: -100, toExpPos: 100 })
const rules = { tickSize: '0.01', lotSize: '0.001' }
const spot = defineInstrument({ symbol: 'BTC/USDT', ...rules })
const perpetual = defineInstrument({ symbol: 'ETH/USDT', kind: 'perpetual', ...rules })

function account(options: Partial<PortfolioOptions> = {}): Portfolio {
  return new Portfolio({ asset: 'USDT', cash: '1000', instruments: [spot, perpetual], ...options })
}

let lastTradeId = 0

/** A price in cents and a quantity in thousandths. */
function fill(side: 'buy' | 'sell', quantity: number, price: number, fields: object = {}) {
  const tradeId = ++lastTradeId
  const common = {
    type: 'filled',
    clientOrderId: 'g-1',
    symbol: 'BTC/USDT',
    time: tradeId,
    tradeId,
  }
  return { ...common, side, price, quantity, fee: '0', liquidity: 'taker', ...fields } as FillReport
}

const inEth = { symbol: 'ETH/USDT' }

function figures(portfolio: Portfolio): Record<string, string> {
  return {
    cash: formatMoney(portfolio.cash()),
    equity: formatMoney(portfolio.equity()),
    realised: formatMoney(portfolio.realised()),
    unrealised: formatMoney(portfolio.unrealised()),
    fees: formatMoney(portfolio.fees()),
  }
}

test('a purchase turns cash into a position', () => {
  const portfolio = account()

  portfolio.apply(fill('buy', 2000, 10_000, { fee: '0.2' }))
  portfolio.mark('BTC/USDT', 11_000 as Price)

  expect(figures(portfolio)).toEqual({
    cash: '799.8',
    equity: '1019.8',
    realised: '0',
    unrealised: '20',
    fees: '0.2',
  })
  expect([...portfolio.balances()].map(([asset, held]) => [asset, formatMoney(held)])).toEqual([
    ['USDT', '799.8'],
    ['BTC', '2'],
  ])
})

test('a perpetual moves cash by profit and fees only, and ties up what it cost', () => {
  const portfolio = account()

  portfolio.apply(fill('sell', 2000, 10_000, inEth))
  portfolio.mark('ETH/USDT', 9000 as Price)

  expect(figures(portfolio)).toMatchObject({ cash: '1000', equity: '1020', unrealised: '20' })
  expect(formatMoney(portfolio.freeCash())).toBe('820')
})

test('a sale of a part realises its share', () => {
  const portfolio = account()
  portfolio.apply(fill('buy', 1000, 10_000))
  portfolio.apply(fill('buy', 1000, 20_000))

  portfolio.apply(fill('sell', 500, 30_000))

  expect(figures(portfolio)).toMatchObject({ realised: '75', unrealised: '225', cash: '850' })
})

test('a fill through zero ends one round trip and begins the next', () => {
  const portfolio = account()
  portfolio.apply(fill('buy', 1000, 10_000, { ...inEth, fee: '0.1', time: 1 }))

  portfolio.apply(fill('sell', 3000, 12_000, { ...inEth, fee: '0.36', time: 2 }))
  portfolio.apply(fill('buy', 2000, 11_000, { ...inEth, fee: '0.22', time: 3 }))

  expect(portfolio.position('ETH/USDT').quantity).toBe(0)
  expect(portfolio.roundTrips).toEqual<RoundTrip[]>([
    {
      symbol: 'ETH/USDT',
      side: 'long',
      entryTime: 1,
      exitTime: 2,
      quantity: '1',
      entryPrice: 100,
      exitPrice: 120,
      fees: '0.22',
      profit: '19.78',
      returnPercent: 19.78,
    },
    {
      symbol: 'ETH/USDT',
      side: 'short',
      entryTime: 2,
      exitTime: 3,
      quantity: '2',
      entryPrice: 120,
      exitPrice: 110,
      fees: '0.46',
      profit: '19.54',
      returnPercent: expect.closeTo(8.1417, 4),
    },
  ])
  expect(figures(portfolio)).toMatchObject({ equity: '1039.32', realised: '40', fees: '0.68' })
})

test('the drawdown is measured from the highest equity', () => {
  const portfolio = account()
  portfolio.apply(fill('buy', 10_000, 10_000))

  for (const price of [12_000, 9000, 11_000]) portfolio.mark('BTC/USDT', price as Price)

  expect(portfolio.highWaterMark).toBe(1200)
  expect(portfolio.maxDrawdown).toBe(0.25)
  expect(portfolio.drawdown()).toBe(100 / 1200)
})

test('round trips are bounded, counted and handed over', () => {
  const handedOver: RoundTrip[] = []
  const portfolio = account({ roundTripsMax: 2, onRoundTrip: (one) => handedOver.push(one) })

  for (let round = 0; round < 7; round++) {
    portfolio.apply(fill('buy', 1, 100))
    portfolio.apply(fill('sell', 1, 100))
  }

  expect(portfolio.roundTrips.length).toBeLessThanOrEqual(4)
  expect(portfolio.roundTrips.at(-1)).toEqual(handedOver.at(-1))
  expect(portfolio.roundTripCount).toBe(7)
  expect(handedOver).toHaveLength(7)
})

test('an instrument quoted in another asset is refused', () => {
  const cross = defineInstrument({ symbol: 'ETH/BTC', ...rules })

  expect(() => account({ instruments: [cross] })).toThrow(
    "ETH/BTC is quoted in BTC; it must be USDT, the account's asset",
  )
})

test.each([
  ['another asset', { asset: 'EUR' }, "The portfolio's asset is USDT, not EUR"],
  ['other cash', { startingCash: '5' }, "The portfolio's starting cash is 1000, not 5"],
  ['another schema', { schema: 7 }, "The portfolio's schema is 1, not 7"],
])('a snapshot with %s is refused', (_, change, sentence) => {
  const snapshot = { ...account().snapshot(), ...change }

  expect(() => account().restore(snapshot)).toThrow(sentence)
})

const anyFill = fc.record({
  symbol: fc.constantFrom('BTC/USDT', 'ETH/USDT'),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  quantity: fc.integer({ min: 1, max: 100_000 }),
  price: fc.integer({ min: 1, max: 10_000_000 }),
  fee: fc
    .integer({ min: -1_000_000_000, max: 1_000_000_000 })
    .map((fee) => formatMoney(BigInt(fee) as Money)),
})
const anyFills = fc.array(anyFill, { minLength: 1, maxLength: 60 })

test('no digit is lost or made: cash flows are positions, profits and fees', () => {
  fc.assert(
    fc.property(anyFills, (fills) => {
      const portfolio = account()
      let flows = new Exact(1000)
      const held = new Map<string, Decimal>()
      const marks = new Map<string, Decimal>()
      for (const one of fills) {
        portfolio.apply(fill(one.side, one.quantity, one.price, one))
        const quantity = new Exact(one.quantity).div(1000).mul(one.side === 'buy' ? 1 : -1)
        const price = new Exact(one.price).div(100)
        flows = flows.minus(quantity.mul(price)).minus(one.fee)
        held.set(one.symbol, (held.get(one.symbol) ?? new Exact(0)).plus(quantity))
        marks.set(one.symbol, price)
      }

      const value = (symbol: string) =>
        (held.get(symbol) ?? new Exact(0)).mul(marks.get(symbol) ?? 0)
      const worth = flows.plus(value('BTC/USDT')).plus(value('ETH/USDT'))
      expect(formatMoney(portfolio.equity())).toBe(worth.toString())
      const eth = portfolio.position('ETH/USDT')
      const ethCost = (eth.quantity > 0 ? eth.openCost : -eth.openCost) as Money
      const cash = flows.plus(formatMoney(ethCost))
      expect(formatMoney(portfolio.cash())).toBe(cash.toString())
      expect(portfolio.equityNumber()).toBeCloseTo(worth.toNumber(), 3)
    }),
  )
})

test('the profits of round trips are the profit of the account once all is flat', () => {
  fc.assert(
    fc.property(anyFills, (fills) => {
      const closed: RoundTrip[] = []
      const portfolio = account({ onRoundTrip: (one) => closed.push(one) })
      for (const one of fills) portfolio.apply(fill(one.side, one.quantity, one.price, one))
      for (const symbol of ['BTC/USDT', 'ETH/USDT']) {
        const { quantity } = portfolio.position(symbol)
        if (quantity === 0) continue
        const side = quantity > 0 ? 'sell' : 'buy'
        portfolio.apply(fill(side, Math.abs(quantity), 777, { symbol, fee: '0.01' }))
      }

      const profit = closed.reduce((sum, one) => sum.plus(one.profit), new Exact(0))
      expect(profit.plus(1000).toString()).toBe(formatMoney(portfolio.equity()))
      expect(portfolio.cash()).toBe(portfolio.equity())
    }),
  )
})

test('a snapshot through JSON goes on as the original', () => {
  fc.assert(
    fc.property(anyFills, anyFills, (before, later) => {
      const original = account()
      for (const one of before) original.apply(fill(one.side, one.quantity, one.price, one))
      const copy = account()
      copy.restore(JSON.parse(JSON.stringify(original.snapshot())))

      for (const one of later) {
        const next = fill(one.side, one.quantity, one.price, one)
        original.apply(next)
        copy.apply(next)
      }

      expect(copy.snapshot()).toEqual(original.snapshot())
      expect(copy.equity()).toBe(original.equity())
      expect(copy.equityNumber()).toBe(original.equityNumber())
    }),
  )
})

test('an average price showed as 46366.99999999999: it has the decimals of prices and four', () => {
  const portfolio = account({ cash: '1000000' })
  for (const quantity of [2157, 1, 377]) portfolio.apply(fill('buy', quantity, 4_636_700))
  portfolio.apply(fill('sell', 1, 100))
  portfolio.apply(fill('sell', 2534, 200))

  expect(portfolio.roundTrips).toMatchObject([{ entryPrice: 46_367, exitPrice: 1.999606 }])
})

test('the round trip under way tells what is open, at its average, and what it would bring', () => {
  const portfolio = account()
  portfolio.apply(fill('buy', 1000, 10_000, { time: 5 }))
  portfolio.apply(fill('buy', 1000, 10_101, { time: 6 }))
  portfolio.apply(fill('sell', 500, 11_000, { time: 7 }))
  portfolio.mark('BTC/USDT', 9_900 as Price)

  expect(portfolio.position('BTC/USDT').openTrade()).toEqual({
    symbol: 'BTC/USDT',
    side: 'long',
    entryTime: 5,
    quantity: '1.5',
    entryPrice: 100.505,
    unrealisedProfit: '-2.2575',
  })
  expect(portfolio.position('ETH/USDT').openTrade()).toBeNull()
})
