import { existsSync } from 'node:fs'
import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openMarketData } from '../exchange/index.ts'
import { fileDisk } from '../runtime/index.ts'
import { type Candle, type Instrument, moneyToNumber, parseMoney } from '../trading/index.ts'
import { candle, deciding, perpetual, type Prices, runBars, spot } from './back-test-fixture.ts'

/** Every figure is worked out again, from the candles alone, by the plainest arithmetic. */
const Exact = Decimal.clone({ precision: 60 })
const RATE = new Exact('0.001')
const START_CASH = new Exact('1000000000')
const priceOf = (price: number, decimals = spot.priceDecimals) =>
  new Exact(price).div(new Exact(10).pow(decimals))
const asNumber = (amount: Decimal) => moneyToNumber(parseMoney(amount.toFixed()))
/** Fees are rounded up at 18 decimals. */
const feeOn = (value: Decimal) => value.abs().mul(RATE).toDecimalPlaces(18, Decimal.ROUND_UP)

type Wish = 'buy' | 'sell' | 'close' | 'nothing'
interface Books {
  cash: Decimal
  position: Decimal
  fees: Decimal
  /** Profits after fees, from flat to flat. */
  readonly trips: Decimal[]
}

/** Wishes of each close carried out at the next open; what reduces never turns a position round. */
function naiveBooks(
  candles: readonly Candle[],
  wishes: readonly Wish[],
  { size, decimals }: { readonly size: Decimal; readonly decimals: number },
): Books {
  const books: Books = { cash: START_CASH, position: new Exact(0), fees: new Exact(0), trips: [] }
  let cashWhenFlat = books.cash
  for (let index = 1; index < candles.length; index += 1) {
    const wish = wishes[index - 1]!
    const { position } = books
    const sign = wish === 'buy' ? 1 : wish === 'sell' ? -1 : -Math.sign(position.toNumber())
    const reduces = position.mul(sign).isNegative() && !position.isZero()
    const most = wish === 'close' ? position.abs() : size
    const quantity = reduces ? Exact.min(most, position.abs()) : most
    if (wish === 'nothing' || quantity.isZero()) continue
    const value = priceOf(candles[index]!.open, decimals).mul(quantity).mul(sign)
    const fee = feeOn(value)
    books.cash = books.cash.minus(value).minus(fee)
    books.fees = books.fees.plus(fee)
    books.position = position.plus(quantity.mul(sign))
    if (!books.position.isZero()) continue
    books.trips.push(books.cash.minus(cashWhenFlat))
    cashWhenFlat = books.cash
  }
  return books
}

const prices = fc
  .array(fc.tuple(fc.integer({ min: -300, max: 300 }), fc.nat(200), fc.nat(200)), {
    minLength: 3,
    maxLength: 60,
  })
  .map((moves) => {
    let close = 10_000
    return moves.map(([move, above, below], index) => {
      const open = close + (move % 7)
      close = Math.max(1_000, open + move)
      const high = Math.max(open, close) + above
      const low = Math.max(1, Math.min(open, close) - below)
      return candle(
        index,
        [open, high, low, close].map((cents) => cents / 100) as unknown as Prices,
      )
    })
  })
const wishes = fc.array(fc.constantFrom<Wish>('buy', 'sell', 'close', 'nothing'), {
  minLength: 60,
  maxLength: 60,
})

async function expectSameBooks(
  candles: readonly Candle[],
  wished: readonly Wish[],
  instrument: Instrument = perpetual,
) {
  const size = new Exact('1.234')
  const decimals = instrument.priceDecimals
  const books = naiveBooks(candles, wished, { size, decimals })

  const { result } = await runBars(
    candles,
    deciding(({ index, order }) => {
      const wish = wished[index]!
      if (wish === 'close') order.close()
      else if (wish !== 'nothing') order[wish]({ quantity: size.toString() })
    }),
    { instrument, cash: START_CASH.toFixed() },
  )

  const last = priceOf(candles.at(-1)!.close, decimals)
  expect(result.trades.map(({ profit }) => profit)).toEqual(
    books.trips.map((trip) => trip.toFixed()),
  )
  expect(result.openPosition).toBe(books.position.toNumber())
  expect(result.stats.feesPaid).toBe(asNumber(books.fees))
  expect(result.stats.finalEquity).toBe(asNumber(books.cash.plus(books.position.mul(last))))
}

test('cash, fees, round trips and equity are those of a plain calculation', async () => {
  await fc.assert(
    fc.asyncProperty(prices, wishes, (candles, wished) => expectSameBooks(candles, wished)),
    { numRuns: 150 },
  )
})

const ORDERS = ['buy', 'sell', 'close', 'limit', 'stop', 'cancel', 'nothing'] as const
const orders = fc.array(fc.constantFrom(...ORDERS), { minLength: 60, maxLength: 60 })

/** Orders of every kind, a few at a time, that depend on the bar that closed and nothing else. */
const ordering = (chosen: readonly (typeof ORDERS)[number][]) =>
  deciding(({ index, bar, order }) => {
    const kind = chosen[index]!
    const quantity = '0.5'
    if (kind === 'close') order.close()
    else if (kind === 'cancel') order.cancelAll()
    else if (kind === 'limit') order.buy({ quantity, limit: bar.close * 0.995 })
    else if (kind === 'stop') order.sell({ quantity, stop: bar.close * 0.99 })
    else if (kind !== 'nothing') order[kind]({ quantity })
  })

test('the final equity is the starting cash, what every fill moved, and what is held', async () => {
  await fc.assert(
    fc.asyncProperty(prices, orders, fc.nat(20), async (candles, chosen, slippageBps) => {
      const { result, fills } = await runBars(candles, ordering(chosen), {
        instrument: perpetual,
        slippageBps,
      })

      let [cash, position] = [new Exact(100_000), new Exact(0)]
      for (const { side, price, quantity, fee } of fills) {
        const signed = priceOf(quantity, spot.quantityDecimals).mul(side === 'buy' ? 1 : -1)
        const value = priceOf(price).mul(signed)
        expect(fee).toBe(feeOn(value).toFixed())
        cash = cash.minus(value).minus(fee)
        position = position.plus(signed)
      }
      const equity = cash.plus(position.mul(priceOf(candles.at(-1)!.close)))
      expect(result.stats.finalEquity).toBe(asNumber(equity))
      expect(result.openPosition).toBe(position.toNumber())
    }),
    { numRuns: 150 },
  )
})

test('no later candle changes what was decided or filled before it', async () => {
  await fc.assert(
    fc.asyncProperty(prices, prices, orders, fc.nat(58), async (candles, others, chosen, at) => {
      const known = 1 + (at % (candles.length - 1))
      const later = others.slice(known).map((other, index) => {
        const openTime = candles[0]!.openTime + (known + index) * other.intervalMs
        return { ...other, openTime }
      })
      fc.pre(later.length > 0)
      const options = { instrument: perpetual }

      const whole = await runBars(candles, ordering(chosen), options)
      const changed = await runBars(
        [...candles.slice(0, known), ...later],
        ordering(chosen),
        options,
      )

      // At the very moment of the last common close a later bar opens, and may fill at its open.
      const until = candles[known]!.openTime
      const before = ({ events }: typeof whole) =>
        events.filter(
          ({ time, topic }) => time < until || (time === until && topic === 'order.requested'),
        )
      expect(before(changed)).toEqual(before(whole))
      expect(changed.result.equity.slice(0, known)).toEqual(whole.result.equity.slice(0, known))
    }),
    { numRuns: 150 },
  )
})

const RECORDED = '../shared/data/candles/btc-perp-20211231-20220201_1m.csv'
// The recording of a real market is not part of the repository.
test.skipIf(!existsSync(RECORDED))(
  'a month of real minutes gives the plain books too',
  async () => {
    const data = await openMarketData(fileDisk(), [RECORDED])
    if (data.kind !== 'candles') throw new Error('candles are expected')
    const { columns } = data
    const candles = Array.from({ length: columns.length }, (_, index) => columns.candleAt(index))
    const wished = candles.map(({ close }, index): Wish => {
      const before = candles[index - 30]?.close
      if (before === undefined || index % 5 !== 0) return 'nothing'
      return close > before ? 'buy' : index % 3 === 0 ? 'close' : 'sell'
    })

    await expectSameBooks(candles, wished)
  },
)
