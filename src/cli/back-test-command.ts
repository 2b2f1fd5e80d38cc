import { backTest, type BackTestOptions, type BackTestResult } from '../app/index.ts'
import {
  type CandleData,
  CandleColumns,
  formatInterval,
  formatUtc,
  openMarketData,
  parseInterval,
  parseUtc,
  type RecordedMarket,
} from '../exchange/index.ts'
import { type Disk, fileDisk, GenesisError, type Process } from '../runtime/index.ts'
import {
  aggregateCandles,
  formatRate,
  type Instrument,
  parseMoney,
  parseRate,
  type Statistics,
} from '../trading/index.ts'
import { strategyFile } from './strategy-file.ts'
import { textTable } from './text-table.ts'

/** `genesis backtest`: the run, then a table or one JSON object. */
export async function backTestCommand(process: Process, given: BackTestArguments): Promise<void> {
  const disk = fileDisk()
  const { strategy, source } = await strategyFile(disk, given.strategy)
  const symbol = given.symbol === undefined ? {} : { symbol: given.symbol }
  const opened = await openMarketData(disk, given.data, symbol)
  const data = dataOf(opened, given)
  const result = await backTest({
    strategy,
    source,
    parameters: given.parameters,
    instrument: opened.instrument,
    data,
    cash: cashOf(given.cash),
    fees: feesOf(given.fees),
    slippageBps: slippageOf(given.slippage),
    ...(given.journal === undefined ? {} : { journal: await journalIn(disk, given.journal) }),
  })
  if (result.strategyFailure !== null) {
    const sentence = `the strategy ${result.strategy} threw: ${result.strategyFailure}`
    throw new GenesisError('component-failed', sentence)
  }
  if (given.json) process.write(`${JSON.stringify(result)}\n`)
  else process.write(report(result, data, opened))
}

export interface BackTestArguments {
  readonly strategy: string
  readonly data: readonly string[]
  readonly parameters: Readonly<Record<string, string>>
  readonly interval?: string
  readonly from?: string
  readonly to?: string
  readonly cash: string
  readonly fees: string
  readonly slippage: string
  readonly symbol?: string
  readonly journal?: string
  readonly json?: boolean
}

function dataOf(
  opened: CandleData | RecordedMarket,
  given: BackTestArguments,
): BackTestOptions['data'] {
  if (opened.kind === 'candles') return { kind: 'candles', columns: columnsOf(opened, given) }
  if (given.from !== undefined || given.to !== undefined) {
    const sentence = '--from and --to are for candles; a recorded stream is run whole'
    throw new GenesisError('bad-input', sentence, { details: { field: 'from' } })
  }
  const intervalMs = parseInterval(given.interval ?? STREAM_INTERVAL, '--interval')
  return { kind: 'stream', market: opened, intervalMs }
}

function columnsOf(opened: CandleData, given: BackTestArguments): CandleColumns {
  const from = timeOf(given.from, '--from', Number.NEGATIVE_INFINITY)
  const to = timeOf(given.to, '--to', Number.POSITIVE_INFINITY)
  const chosen = opened.columns.between(from, to)
  if (chosen.length === 0) {
    const first = formatUtc(opened.columns.openTime[0]!)
    const last = formatUtc(opened.columns.openTime[opened.columns.length - 1]!)
    const sentence = `no candle lies between --from and --to; the data goes from ${first} to ${last}`
    throw new GenesisError('bad-input', sentence)
  }
  if (given.interval === undefined) return chosen
  const intervalMs = parseInterval(given.interval, '--interval')
  return intervalMs === chosen.intervalMs ? chosen : aggregated(chosen, intervalMs)
}

function aggregated(columns: CandleColumns, intervalMs: number): CandleColumns {
  if (intervalMs % columns.intervalMs !== 0) {
    const have = formatInterval(columns.intervalMs)
    const sentence = `--interval is "${formatInterval(intervalMs)}"; it must be a multiple of the data's ${have}`
    throw new GenesisError('bad-input', sentence, { details: { field: 'interval' } })
  }
  const smaller = Array.from({ length: columns.length }, (_, index) => columns.candleAt(index))
  return CandleColumns.of(aggregateCandles(smaller, intervalMs), { ...columns, intervalMs })
}

function timeOf(text: string | undefined, flag: string, otherwise: number): number {
  if (text === undefined) return otherwise
  const time = parseUtc(text)
  if (!Number.isNaN(time)) return time
  const sentence = `${flag} is "${text}"; it must be a UTC time such as 2022-01-03 or 2022-01-03T12:00Z`
  throw new GenesisError('bad-input', sentence, { details: { field: flag, value: text } })
}

function cashOf(text: string): string {
  if (parseMoney(text, '--cash') > 0n) return text
  throw new GenesisError('bad-input', `--cash is "${text}"; it must be above 0`)
}

function feesOf(text: string): { readonly maker: string; readonly taker: string } {
  const [maker = '', taker = maker, ...more] = text.split(',').map((part) => part.trim())
  for (const rate of [maker, taker]) checkedFraction(rate, '--fees', text)
  if (more.length > 0) {
    throw new GenesisError('bad-input', `--fees is "${text}"; it must be one rate or maker,taker`)
  }
  return { maker, taker }
}

function slippageOf(text: string): number {
  return Number(formatRate(checkedFraction(text, '--slippage', text))) * 10_000
}

function checkedFraction(text: string, flag: string, given: string): bigint {
  const rate = parseRate(text, flag)
  if (rate >= 0n && rate < 100_000_000n) return rate
  const sentence = `${flag} is "${given}"; it must be a fraction from 0 to below 1, such as 0.001`
  throw new GenesisError('bad-input', sentence, { details: { field: flag, value: given } })
}

async function journalIn(disk: Disk, folder: string) {
  if ((await disk.list(folder)).length === 0) return { disk, folder }
  throw new GenesisError('bad-input', `--journal is "${folder}"; it must be an empty folder`)
}

function report(
  result: BackTestResult,
  data: BackTestOptions['data'],
  opened: CandleData | RecordedMarket,
): string {
  const interval = data.kind === 'candles' ? data.columns.intervalMs : data.intervalMs
  const parameters = Object.entries(result.parameters).map(([name, value]) => `${name}=${value}`)
  const title = `${result.strategy} (${parameters.join(', ')}) on ${result.symbol}, ${result.bars} bars of ${formatInterval(interval)}`
  const rows = statisticRows(result, opened.instrument)
  const notes = [
    `orders decided ${result.orders.intended}, open position at the end ${result.openPosition} ${opened.instrument.base}`,
    `journal: ${result.journal.records} records, sha256 ${result.journal.sha256}`,
    'assumes: orders of a close fill at the next tradable price; a resting limit needs a price beyond it; stops gap through',
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

const STREAM_INTERVAL = '1s'
