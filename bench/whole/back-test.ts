import type { CandleColumns } from 'genesis/exchange'
import type { Row } from '../row.ts'
import { backTest } from './parts/built-app.ts'
import { instrument, syntheticMarket } from './parts/synthetic-market.ts'
import { twoAverages } from './parts/two-averages.ts'

/**
 * A million candles through the whole back-test: coordinator, journal, account, risk, exchange and
 * statistics, for a strategy of two averages that orders about once in 100 bars. Beside it, for
 * scale, what no framework can be faster than: a bare loop that keeps the two averages.
 */
const BARS = 1_000_000
const PARAMETERS = { fast: 40, slow: 120 }

export async function run(): Promise<Row[]> {
  const columns = syntheticMarket(BARS)
  await test(columns.between(0, columns.openTime[BARS / 10]!))
  bareLoop(columns)

  const start = performance.now()
  const result = await test(columns)
  const testedMs = performance.now() - start
  const crosses = bareLoop(columns)
  const loopMs = performance.now() - start - testedMs

  const { intended } = result.orders
  if (result.strategyFailure !== null || result.bars !== BARS || crosses === 0) {
    throw new Error(`the back-test is not what it should be: ${result.strategyFailure}`)
  }
  const note = `1 order in ${Math.round(BARS / intended)} bars, ${result.journal.records} records`
  const perSecond = (ms: number) => Math.round((BARS * 1000) / ms)
  const ours = 'back-test, 1 million candles'
  return [
    { name: ours, value: perSecond(testedMs), unit: 'candles/s', target: '>= 400000', note },
    { name: 'bare loop, two averages', value: perSecond(loopMs), unit: 'candles/s', peerOf: ours },
  ]
}

function test(columns: CandleColumns) {
  return backTest({
    strategy: twoAverages,
    source: 'benchmark',
    parameters: PARAMETERS,
    instrument,
    data: { kind: 'candles', columns },
    cash: '100000',
    fees: { maker: '0.0001', taker: '0.0001' },
    slippageBps: 0,
  })
}

/** How often the averages cross: for one that adds in another order, a few more or less. */
function bareLoop({ close, length }: CandleColumns): number {
  const { fast, slow } = PARAMETERS
  let fastSum = 0
  let slowSum = 0
  let above = false
  let crosses = 0
  for (let index = 0; index < length; index += 1) {
    fastSum += close[index]! - (index < fast ? 0 : close[index - fast]!)
    slowSum += close[index]! - (index < slow ? 0 : close[index - slow]!)
    const isAbove = index >= slow && fastSum / fast > slowSum / slow
    if (isAbove !== above) crosses += 1
    above = isAbove
  }
  return crosses
}
