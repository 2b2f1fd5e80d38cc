import { existsSync } from 'node:fs'
import { RecordedMarket } from 'genesis/exchange'
import { fileDisk } from 'genesis/runtime'
import type { Row } from '../row.ts'
import { backTest } from './parts/built-app.ts'
import { twoAverages } from './parts/two-averages.ts'

/**
 * The recorded Binance stream, both files, from gzip to the figures of a back-test: lines to
 * events, events to the book, the exchange and the coordinator, trades to bars of a second, bars
 * to the strategy. The first pass over the files, which finds symbol and decimals, stands apart.
 */
const FILES = ['20240808', '20240809'].map(
  (day) => `../shared/data/binance-ws/spot_btcusdt_${day}.gz`,
)

export async function run(): Promise<Row[]> {
  if (!FILES.every((file) => existsSync(file))) {
    process.stderr.write(`\nwhole/recorded-stream: left out, there is no ${FILES.join(' or ')}\n`)
    return []
  }
  const start = performance.now()
  const market = await RecordedMarket.open(fileDisk(), FILES)
  const opened = performance.now()
  const result = await backTest({
    strategy: twoAverages,
    source: 'benchmark',
    parameters: { fast: 40, slow: 120 },
    instrument: market.instrument,
    data: { kind: 'stream', market, intervalMs: 1_000 },
    cash: '100000',
    fees: { maker: '0.001', taker: '0.001' },
    slippageBps: 0,
  })
  const end = performance.now()

  const { lines } = market.counts
  if (result.strategyFailure !== null || result.bars === 0) {
    throw new Error(`the back-test is not what it should be: ${result.strategyFailure}`)
  }
  const perSecond = (ms: number) => Math.round((lines * 1000) / ms)
  const note = `${lines} lines, ${result.bars} bars, ${result.orders.intended} orders`
  const whole = 'the same with the pass for symbol and decimals'
  return [
    {
      name: 'back-test of the recorded stream',
      value: perSecond(end - opened),
      unit: 'lines/s',
      target: '>= 60000',
      note,
    },
    { name: whole, value: perSecond(end - start), unit: 'lines/s' },
  ]
}
