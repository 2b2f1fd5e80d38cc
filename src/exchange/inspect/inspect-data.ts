import type { Disk } from '../../runtime/index.ts'
import type { InstrumentOptions } from '../data/data-instrument.ts'
import { inspectCandles, type CandleReport } from './candle-report.ts'
import { openMarketData } from './open-market-data.ts'
import { inspectStream, type StreamReport } from './stream-report.ts'

/** Everything Genesis can tell about data files; plain JSON. */
export type DataReport = CandleReport | StreamReport

export async function inspectData(
  disk: Disk,
  paths: readonly string[],
  options: InstrumentOptions = {},
): Promise<DataReport> {
  const data = await openMarketData(disk, paths, options)
  return data.kind === 'candles' ? inspectCandles(data) : inspectStream(data)
}
