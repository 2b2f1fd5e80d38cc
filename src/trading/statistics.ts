import { drawdownsOf } from './drawdown.ts'
import { periodReturns, type PeriodReturns } from './period-returns.ts'
import type { RoundTrip } from './round-trip.ts'

/**
 * The figures of a run, for people. Conventions:
 *
 * - A figure that is not defined (no trades, no loss, too short) is null, never NaN or infinity.
 * - Percentages are percentages (12.5 is 12.5 %), ratios are plain, times are milliseconds.
 *   Drawdown is positive.
 * - A year is 365 days: markets that never close. The risk-free rate is 0.
 * - Volatility, Sharpe and Sortino are those of empyrical and QuantStats, on the returns of UTC
 *   days: deviation of the sample (n - 1); Sharpe = mean / deviation; Sortino = mean / root of
 *   the mean of squared negative returns over all periods; each annualised with the root of the
 *   periods in a year. With fewer than 10 days the periods are hours; `returnPeriodMs` says which.
 * - What is annualised (these, the compound annual return, and Calmar: annual return / max
 *   drawdown) needs at least a day: minutes times the root of a year are no forecast.
 * - System quality number (Van Tharp): root of the trade count x mean profit / deviation of the
 *   profits. Profit factor: sum of gains / sum of losses. Both of profits after fees, in the
 *   quote asset, as in backtesting.py.
 * - The arithmetic is + - * / and square roots only: the same digits on every machine.
 */
export interface Statistics {
  readonly startTime: number | null
  readonly endTime: number | null
  readonly durationMs: number | null
  readonly startEquity: number | null
  readonly finalEquity: number | null
  readonly peakEquity: number | null
  readonly totalReturnPercent: number | null
  readonly buyAndHoldReturnPercent: number | null
  readonly compoundAnnualReturnPercent: number | null
  readonly annualVolatilityPercent: number | null
  readonly sharpeRatio: number | null
  readonly sortinoRatio: number | null
  readonly calmarRatio: number | null
  readonly systemQualityNumber: number | null
  readonly maxDrawdownPercent: number | null
  /** The longest time from a peak until it was reached again, or to the end. */
  readonly maxDrawdownLengthMs: number | null
  /** Share of the time in which any position was open. */
  readonly exposureTimePercent: number | null
  /** Round trips that ended. */
  readonly tradeCount: number
  readonly winRatePercent: number | null
  readonly profitFactor: number | null
  /** Mean profit of a trade after fees, in the quote asset. */
  readonly expectancy: number | null
  readonly averageTradePercent: number | null
  readonly bestTradePercent: number | null
  readonly worstTradePercent: number | null
  readonly averageTradeDurationMs: number | null
  /** In the quote asset. */
  readonly feesPaid: number
  /** The periods behind volatility, Sharpe and Sortino. */
  readonly returnPeriodMs: number | null
}

export interface StatisticsInput {
  /** Ascending, one for each equity. */
  readonly times: ArrayLike<number>
  readonly equity: ArrayLike<number>
  readonly roundTrips: readonly RoundTrip[]
  /** In the quote asset. */
  readonly feesPaid: number
  /** When each position that is still open was opened. */
  readonly openedTimes?: readonly number[]
  /** The market's, for buy and hold. */
  readonly firstPrice?: number | null
  readonly lastPrice?: number | null
}

export function statisticsOf(input: StatisticsInput): Statistics {
  return { ...curveFigures(input), ...tradeFigures(input.roundTrips), feesPaid: input.feesPaid }
}

function curveFigures(input: StatisticsInput) {
  const { times, equity } = input
  const startTime = times[0] ?? null
  const endTime = times[times.length - 1] ?? null
  const startEquity = equity[0] ?? null
  const finalEquity = equity[equity.length - 1] ?? null
  const durationMs = difference(endTime, startTime)
  const growth = ratio(finalEquity, startEquity)
  const annualReturn = annualReturnOf(growth, durationMs)
  const drawdowns = drawdownsOf(times, equity)
  return {
    startTime,
    endTime,
    durationMs,
    startEquity,
    finalEquity,
    peakEquity: drawdowns.peak,
    totalReturnPercent: percentGain(growth),
    buyAndHoldReturnPercent: percentGain(ratio(input.lastPrice ?? null, input.firstPrice ?? null)),
    compoundAnnualReturnPercent: percent(annualReturn),
    ...returnFigures(coversADay(durationMs) ? periodReturns(times, equity) : null),
    calmarRatio: ratio(annualReturn, drawdowns.maxFraction),
    maxDrawdownPercent: percent(drawdowns.maxFraction),
    maxDrawdownLengthMs: drawdowns.maxLengthMs,
    exposureTimePercent: percent(ratio(exposedMs(input, endTime), durationMs)),
  }
}

function returnFigures(periods: PeriodReturns | null) {
  const returns = periods?.returns ?? []
  const yearRoot = Math.sqrt(YEAR_MS / (periods?.periodMs ?? YEAR_MS))
  const mean = meanOf(returns)
  const deviation = deviationOf(returns)
  const downside = meanOf(returns.map((one) => (one < 0 ? one * one : 0)))
  return {
    annualVolatilityPercent: percent(scaled(deviation, yearRoot)),
    sharpeRatio: scaled(ratio(mean, deviation), yearRoot),
    sortinoRatio: scaled(ratio(mean, downside === null ? null : Math.sqrt(downside)), yearRoot),
    returnPeriodMs: periods?.periodMs ?? null,
  }
}

function tradeFigures(roundTrips: readonly RoundTrip[]) {
  const profits = roundTrips.map((one) => Number(one.profit))
  const returns = roundTrips.map((one) => one.returnPercent)
  const wins = profits.filter((profit) => profit > 0)
  const losses = profits.filter((profit) => profit < 0)
  const tradeCount = roundTrips.length
  const quality = ratio(meanOf(profits), deviationOf(profits))
  return {
    systemQualityNumber: scaled(quality, Math.sqrt(tradeCount)),
    tradeCount,
    winRatePercent: percent(ratio(wins.length, tradeCount)),
    profitFactor: ratio(sumOf(wins), -sumOf(losses)),
    expectancy: meanOf(profits),
    averageTradePercent: meanOf(returns),
    bestTradePercent: tradeCount === 0 ? null : returns.reduce((a, b) => Math.max(a, b)),
    worstTradePercent: tradeCount === 0 ? null : returns.reduce((a, b) => Math.min(a, b)),
    averageTradeDurationMs: meanOf(roundTrips.map((one) => one.exitTime - one.entryTime)),
  }
}

/** The time covered by at least one position. */
function exposedMs(input: StatisticsInput, endTime: number | null): number {
  const spans = input.roundTrips.map((one) => [one.entryTime, one.exitTime] as const)
  const open = (input.openedTimes ?? []).map((time) => [time, endTime ?? time] as const)
  let covered = 0
  let until = Number.NEGATIVE_INFINITY
  for (const [from, to] of [...spans, ...open].sort((a, b) => a[0] - b[0])) {
    covered += Math.max(0, to - Math.max(from, until))
    until = Math.max(until, to)
  }
  return covered
}

/** Below that nothing is said of a year. */
function coversADay(durationMs: number | null): durationMs is number {
  return durationMs !== null && durationMs >= DAY_MS
}

function annualReturnOf(growth: number | null, durationMs: number | null): number | null {
  if (growth === null || growth < 0 || !coversADay(durationMs)) return null
  return defined(power(growth, YEAR_MS / durationMs) - 1)
}

/** base^exponent by squaring and square roots, whose results IEEE 754 fixes to the last bit. */
function power(base: number, exponent: number): number {
  let result = 1
  let square = base
  for (let whole = Math.floor(exponent); whole > 0; whole = Math.floor(whole / 2)) {
    if (whole % 2 === 1) result *= square
    square *= square
  }
  let root = base
  for (let rest = exponent % 1; rest > 0; rest %= 1) {
    root = Math.sqrt(root)
    rest *= 2
    if (rest >= 1) result *= root
  }
  return result
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : sumOf(values) / values.length
}

/** Of a sample: divided by n - 1. */
function deviationOf(values: readonly number[]): number | null {
  if (values.length < 2) return null
  const mean = sumOf(values) / values.length
  const squares = sumOf(values.map((value) => (value - mean) * (value - mean)))
  return Math.sqrt(squares / (values.length - 1))
}

function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : defined(part / whole)
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b
}

function scaled(value: number | null, factor: number): number | null {
  return value === null ? null : defined(value * factor)
}

function percent(fraction: number | null): number | null {
  return scaled(fraction, 100)
}

function percentGain(growth: number | null): number | null {
  return growth === null ? null : defined((growth - 1) * 100)
}

function defined(value: number): number | null {
  // + 0 turns -0 into 0, which is what JSON makes of it.
  return Number.isFinite(value) ? value + 0 : null
}

const DAY_MS = 86_400_000
const YEAR_MS = 365 * DAY_MS
