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
  const { strategy, symbol, kind, bars, orders, journal } = result
  const parameters = Object.entries(result.parameters).map(([name, value]) => `${name}=${value}`)
  const run = `${strategy} (${parameters.join(', ')})`
  const title = `${run} on ${symbol} ${kind}, ${bars} bars of ${formatInterval(intervalMs)}`
  const rows = [...statisticRows(result, instrument), ...accountRows(result, instrument)]
  const notes = [
    `orders decided: ${orders.intended}${notMadeText(orders.notMade)}`,
    openText(result, instrument),
    ...dataLines(result.data),
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

/** Exact amounts, as far as a person reads them; `trades` are from flat to flat only. */
function accountRows(result: BackTestResult, { quote }: Instrument): string[][] {
  return [
    ['fills', String(result.fills.length)],
    [`realised before fees, ${quote}`, Number(result.realised).toFixed(2)],
    [`unrealised, ${quote}`, Number(result.unrealised).toFixed(2)],
  ]
}

function openText({ openTrade }: BackTestResult, { base, quote }: Instrument): string {
  if (openTrade === null) return 'open position: none'
  const { side, quantity, entryPrice, entryTime, unrealisedProfit } = openTrade
  const what = `${side} ${quantity} ${base} at ${entryPrice} since ${formatUtc(entryTime)}`
  return `open position: ${what}, unrealised ${Number(unrealisedProfit).toFixed(2)} ${quote}`
}

function notMadeText(notMade: Readonly<Record<string, number>>): string {
  const counts = Object.entries(notMade).map(([code, count]) => `${code} ${count}`)
  return counts.length === 0 ? '' : `; wishes that became no order: ${counts.join(', ')}`
}

function dataLines(data: Readonly<Record<string, number>>): string[] {
  return Object.entries(data)
    .filter(([, count]) => count !== 0)
    .map(([name, count]) => `in the data: ${dataNames[name] ?? name} ${count}`)
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

const dataNames: Readonly<Record<string, string>> = {
  duplicatesDropped: 'duplicate candles dropped:',
  overlapDropped: 'candles of overlapping files dropped:',
  volumesRounded: 'volumes rounded:',
  unterminatedFiles: 'files whose last line has no line end:',
  gaps: 'gaps, not filled:',
  missingCandles: 'candles missing:',
  bookLost: 'times the order book was lost:',
  tradesWithoutBook: 'trades while there was no order book:',
  tradeGaps: 'gaps in the trade ids:',
  missingTrades: 'trades missing:',
  depthGaps: 'gaps in the depth events:',
  repeatsDropped: 'repeated events dropped:',
  lateTrades: 'trades too late for their bar:',
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
