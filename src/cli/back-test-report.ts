import type { BackTestResult } from '../app/index.ts'
import { formatInterval, formatUtc } from '../exchange/index.ts'
import type { Instrument, Statistics } from '../trading/index.ts'
import { textTable } from './text-table.ts'

/** A back-test as a table for people, with what it assumes. */
export function backTestReport(
  result: BackTestResult,
  intervalMs: number,
  instrument: Instrument,
): string {
  const { strategy, symbol, bars, orders, openPosition, journal } = result
  const parameters = Object.entries(result.parameters).map(([name, value]) => `${name}=${value}`)
  const run = `${strategy} (${parameters.join(', ')})`
  const title = `${run} on ${symbol}, ${bars} bars of ${formatInterval(intervalMs)}`
  const rows = statisticRows(result, instrument)
  const notes = [
    `orders decided: ${orders.intended}; held at the end: ${openPosition} ${instrument.base}`,
    `journal: ${journal.records} records, sha256 ${journal.sha256}`,
    'assumed: an order of a close fills at the next tradable price; a resting limit needs a',
    'price beyond it; stops fill at the open where the market gapped over them.',
  ]
  return `${title}\n\n${textTable(['figure', 'value'], rows, new Set([1]))}\n${notes.join('\n')}\n`
}

function statisticRows({ stats }: BackTestResult, { quote }: Instrument): string[][] {
  return statisticNames.map(([name, title]) => {
    const value = stats[name]
    return [title.replace('QUOTE', quote), value === null ? '-' : shown(name, value)]
  })
}

function shown(name: string, value: number): string {
  if (name.endsWith('Time')) return formatUtc(value)
  if (name.endsWith('Ms')) return durationText(value)
  if (name === 'tradeCount') return String(value)
  return value.toFixed(2)
}

function durationText(durationMs: number): string {
  const minutes = Math.floor(durationMs / 60_000)
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24]
  if (days > 0) return `${days}d ${hours}h`
  if (hours > 0) return `${hours}h ${minutes % 60}m`
  return `${minutes}m ${Math.floor(durationMs / 1000) % 60}s`
}

const statisticNames: readonly (readonly [keyof Statistics, string])[] = [
  ['startTime', 'start'],
  ['endTime', 'end'],
  ['durationMs', 'duration'],
  ['startEquity', 'start equity, QUOTE'],
  ['finalEquity', 'final equity, QUOTE'],
  ['peakEquity', 'peak equity, QUOTE'],
  ['totalReturnPercent', 'total return, %'],
  ['buyAndHoldReturnPercent', 'buy and hold, %'],
  ['compoundAnnualReturnPercent', 'compound annual return, %'],
  ['annualVolatilityPercent', 'annual volatility, %'],
  ['sharpeRatio', 'Sharpe ratio'],
  ['sortinoRatio', 'Sortino ratio'],
  ['calmarRatio', 'Calmar ratio'],
  ['systemQualityNumber', 'system quality number'],
  ['maxDrawdownPercent', 'max drawdown, %'],
  ['maxDrawdownLengthMs', 'longest drawdown'],
  ['exposureTimePercent', 'exposure, % of time'],
  ['tradeCount', 'trades'],
  ['winRatePercent', 'win rate, %'],
  ['profitFactor', 'profit factor'],
  ['expectancy', 'expectancy, QUOTE a trade'],
  ['averageTradePercent', 'average trade, %'],
  ['bestTradePercent', 'best trade, %'],
  ['worstTradePercent', 'worst trade, %'],
  ['averageTradeDurationMs', 'average trade duration'],
  ['feesPaid', 'fees paid, QUOTE'],
]
