import { backTest, type BackTestOptions } from '../app/index.ts'
import {
  type CandleData,
  CandleColumns,
  candleRepairs,
  formatInterval,
  formatUtc,
  openMarketData,
  parseInterval,
  parseUtc,
  type RecordedMarket,
} from '../exchange/index.ts'
import { type Disk, fileDisk, GenesisError, type Process } from '../runtime/index.ts'
import { aggregateCandles, formatRate, parseMoney, parseRate } from '../trading/index.ts'
import { backTestReport } from './back-test-report.ts'
import { strategyFile } from './strategy-file.ts'

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
  else process.write(backTestReport(result, intervalOf(data), opened.instrument))
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
  if (opened.kind === 'candles') {
    const columns = columnsOf(opened, given)
    return { kind: 'candles', columns, repairs: candleRepairs(opened) }
  }
  if (given.from !== undefined || given.to !== undefined) {
    const sentence = '--from and --to are for candles; a recorded stream is run whole'
    throw new GenesisError('bad-input', sentence, { details: { field: 'from' } })
  }
  const intervalMs = parseInterval(given.interval ?? STREAM_INTERVAL, '--interval')
  return { kind: 'stream', market: opened, intervalMs }
}

function intervalOf(data: BackTestOptions['data']): number {
  return data.kind === 'candles' ? data.columns.intervalMs : data.intervalMs
}

function columnsOf(opened: CandleData, given: BackTestArguments): CandleColumns {
  const from = timeOf(given.from, '--from', Number.NEGATIVE_INFINITY)
  const to = timeOf(given.to, '--to', Number.POSITIVE_INFINITY)
  const chosen = opened.columns.between(from, to)
  if (chosen.length === 0) {
    const first = formatUtc(opened.columns.openTime[0]!)
    const last = formatUtc(opened.columns.openTime[opened.columns.length - 1]!)
    const span = `the data goes from ${first} to ${last}`
    throw new GenesisError('bad-input', `no candle lies between --from and --to; ${span}`)
  }
  if (given.interval === undefined) return chosen
  const intervalMs = parseInterval(given.interval, '--interval')
  return intervalMs === chosen.intervalMs ? chosen : aggregated(chosen, intervalMs)
}

function aggregated(columns: CandleColumns, intervalMs: number): CandleColumns {
  if (intervalMs % columns.intervalMs !== 0) {
    const [asked, have] = [formatInterval(intervalMs), formatInterval(columns.intervalMs)]
    const sentence = `--interval is "${asked}"; it must be a multiple of the data's ${have}`
    throw new GenesisError('bad-input', sentence, { details: { field: 'interval' } })
  }
  const smaller = Array.from({ length: columns.length }, (_, index) => columns.candleAt(index))
  const { priceDecimals, quantityDecimals } = columns
  const scale = { intervalMs, priceDecimals, quantityDecimals }
  return CandleColumns.of(aggregateCandles(smaller, intervalMs), scale)
}

function timeOf(text: string | undefined, flag: string, otherwise: number): number {
  if (text === undefined) return otherwise
  const time = parseUtc(text)
  if (!Number.isNaN(time)) return time
  const allowed = 'a UTC time such as 2022-01-03 or 2022-01-03T12:00Z'
  const sentence = `${flag} is "${text}"; it must be ${allowed}`
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

const STREAM_INTERVAL = '1s'
