import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RoundTrip } from './round-trip.ts'
import { type StatisticsInput, statisticsOf } from './statistics.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const START = Date.UTC(2024, 0, 1)

function run(equity: number[], stepMs: number, fields: Partial<StatisticsInput> = {}) {
  const times = equity.map((_, index) => START + index * stepMs)
  return statisticsOf({ times, equity, roundTrips: [], feesPaid: 0, ...fields })
}

function roundTrip(profit: string, fields: Partial<RoundTrip> = {}): RoundTrip {
  const times = { entryTime: START, exitTime: START + HOUR }
  const amounts = { quantity: '1', entryPrice: 100, exitPrice: 100, fees: '0', profit }
  const returnPercent = Number(profit)
  return { symbol: 'A/B', side: 'long', ...times, ...amounts, returnPercent, ...fields }
}

/** Daily returns +1 %, -2 %, +3 %, 0 % over and over, compounded. */
const dailyReturns = Array.from({ length: 40 }, (_, day) => [0.01, -0.02, 0.03, 0][day % 4]!)
const daily = dailyReturns.reduce((all, one) => [...all, all.at(-1)! * (1 + one)], [1000])

test('volatility, Sharpe and Sortino follow the published definitions on daily returns', () => {
  const figures = run(daily, DAY)

  // Worked out with Python's statistics module: stdev(r), mean(r) / stdev(r) and
  // mean(r) / sqrt(mean(min(r, 0) ** 2)), each times sqrt(365).
  expect(figures.returnPeriodMs).toBe(DAY)
  expect(figures.annualVolatilityPercent).toBeCloseTo(34.88074922742727, 9)
  expect(figures.sharpeRatio).toBeCloseTo(5.232112384114087, 9)
  expect(figures.sortinoRatio).toBeCloseTo(9.5524865872714, 9)
})

test('the curve between the ends of days changes nothing in them', () => {
  const sparse = run(daily, DAY)
  const equity = daily.flatMap((value, index) => (index === 0 ? [value] : [value * 0.9, value]))
  const times = daily.flatMap((_, index) => {
    const end = START + index * DAY
    return index === 0 ? [end] : [end - HOUR, end]
  })
  const dense = statisticsOf({ times, equity, roundTrips: [], feesPaid: 0 })

  expect(dense.sharpeRatio).toBe(sparse.sharpeRatio)
  expect(dense.maxDrawdownPercent).toBeGreaterThan(sparse.maxDrawdownPercent!)
})

test('a day without a point is a day without a return', () => {
  const times = [0, 1, 2, 3, 4, 9, 10, 11, 12].map((day) => START + day * DAY)
  const equity = [100, 101, 102, 103, 104, 105, 106, 107, 108]
  const holes = statisticsOf({ times, equity, roundTrips: [], feesPaid: 0 })

  const filled = run([100, 101, 102, 103, 104, 104, 104, 104, 104, 105, 106, 107, 108], DAY)

  expect(holes.sharpeRatio).toBe(filled.sharpeRatio)
})

test('over fewer than ten days the periods are hours, and it says so', () => {
  const equity = Array.from({ length: 9 * 24 + 1 }, (_value, index) => 1000 + (index % 7))

  const figures = run(equity, HOUR)

  expect(figures.returnPeriodMs).toBe(HOUR)
  expect(figures.sharpeRatio).not.toBeNull()
})

test('eleven minutes had a Sharpe ratio of -903: below a day nothing is annualised', () => {
  const equity = Array.from({ length: 12 }, (_value, index) => 1000 - index - (index % 2))

  expect(run(equity, MINUTE)).toMatchObject({
    annualVolatilityPercent: null,
    sharpeRatio: null,
    sortinoRatio: null,
    calmarRatio: null,
    compoundAnnualReturnPercent: null,
    returnPeriodMs: null,
  })
  expect(run(equity, 2.5 * HOUR).sharpeRatio).not.toBeNull()
})

test('the annual return compounds, and needs a day', () => {
  const year = run([1000, 1100], 365 * DAY)
  const twoYears = run([1000, 1210], 2 * 365 * DAY)
  const hour = run([1000, 1100], HOUR)

  expect(year.compoundAnnualReturnPercent).toBeCloseTo(10, 9)
  expect(twoYears.compoundAnnualReturnPercent).toBeCloseTo(10, 9)
  expect(hour.compoundAnnualReturnPercent).toBeNull()
  expect(hour.totalReturnPercent).toBeCloseTo(10, 9)
})

test('the annual return is the power that Math.pow computes', () => {
  const growth = fc.double({ min: 0.01, max: 3, noNaN: true })

  fc.assert(
    fc.property(growth, fc.integer({ min: 30, max: 5000 }), (factor, days) => {
      const figures = run([1, factor], days * DAY)

      const expected = (factor ** (365 / days) - 1) * 100
      const tolerance = 1e-9 * Math.max(1, Math.abs(expected))
      expect(Math.abs(figures.compoundAnnualReturnPercent! - expected)).toBeLessThan(tolerance)
    }),
  )
})

test('a drawdown lasts until its peak is reached again, or to the end', () => {
  const recovered = run([100, 120, 90, 100, 121, 110, 122], DAY)
  const lasting = run([100, 120, 90, 100, 110], DAY)

  expect(recovered).toMatchObject({ maxDrawdownPercent: 25, maxDrawdownLengthMs: 3 * DAY })
  expect(recovered.peakEquity).toBe(122)
  expect(lasting).toMatchObject({ maxDrawdownPercent: 25, maxDrawdownLengthMs: 3 * DAY })
})

test('a curve that never falls has no drawdown and no Calmar ratio', () => {
  const figures = run([100, 100, 101, 102], DAY)

  expect(figures).toMatchObject({
    maxDrawdownPercent: 0,
    maxDrawdownLengthMs: 0,
    calmarRatio: null,
  })
})

test('Calmar is the annual return over the deepest fall', () => {
  const figures = run([1000, 800, 1100], 182.5 * DAY)

  expect(figures.calmarRatio).toBeCloseTo(0.1 / 0.2, 9)
})

test('trades are counted after fees', () => {
  const roundTrips = ['10', '-4', '6', '-2', '0'].map((profit) => roundTrip(profit))

  const figures = run([1000, 1010], DAY, { roundTrips, feesPaid: 3.5 })

  expect(figures).toMatchObject({
    tradeCount: 5,
    winRatePercent: 40,
    expectancy: 2,
    averageTradePercent: 2,
    bestTradePercent: 10,
    worstTradePercent: -4,
    averageTradeDurationMs: HOUR,
    feesPaid: 3.5,
  })
  expect(figures.profitFactor).toBeCloseTo(16 / 6, 12)
  // Python: sqrt(5) * mean(p) / stdev(p)
  expect(figures.systemQualityNumber).toBeCloseTo(0.7669649888473704, 12)
})

test('overlapping positions expose the account once, and open ones to the end', () => {
  const span = (from: number, to: number) =>
    roundTrip('1', { entryTime: START + from * HOUR, exitTime: START + to * HOUR })

  const figures = run([1, 1, 1, 1, 1], 6 * HOUR, {
    roundTrips: [span(4, 8), span(2, 6), span(3, 4)],
    openedTimes: [START + 18 * HOUR],
  })

  expect(figures.exposureTimePercent).toBe(50)
})

test('buy and hold is the market from first to last price', () => {
  expect(run([1, 1], DAY, { firstPrice: 80, lastPrice: 100 }).buyAndHoldReturnPercent).toBe(25)
})

test('nothing happened: everything undefined is null', () => {
  const figures = statisticsOf({ times: [], equity: [], roundTrips: [], feesPaid: 0 })

  const { tradeCount, feesPaid, ...rest } = figures
  expect([tradeCount, feesPaid]).toEqual([0, 0])
  expect(new Set(Object.values(rest))).toEqual(new Set([null]))
})

test('no curve and no trades make a figure that is not a number or not finite', () => {
  const amount = fc.integer({ min: -10_000, max: 200_000 }).map((cents) => cents / 100)

  fc.assert(
    fc.property(
      fc.array(amount, { maxLength: 50 }),
      fc.array(amount, { maxLength: 5 }),
      (equity, profits) => {
        const roundTrips = profits.map((profit) => roundTrip(String(profit)))

        const figures = run(equity, 7 * HOUR, { roundTrips })

        for (const value of Object.values(figures)) {
          expect(value === null || Number.isFinite(value)).toBe(true)
        }
        expect(figures).toEqual(JSON.parse(JSON.stringify(figures)))
      },
    ),
  )
})
