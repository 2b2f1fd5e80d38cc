import { GenesisError, type Disk } from '../../runtime/index.ts'
import { CandleBuilder, type Candle, type Instrument } from '../../trading/index.ts'
import { candleCsv } from '../data/candle-csv.ts'
import type { CandleColumns } from '../data/candle-columns.ts'
import type { InstrumentOptions } from '../data/data-instrument.ts'
import { formatInterval } from '../data/interval.ts'
import type { RecordedMarket } from '../recorded/recorded-market.ts'
import { openMarketData } from './open-market-data.ts'

/**
 * Candles of a chosen interval out of data files: from the trades of a recorded stream, or from
 * smaller candles. Buckets are UTC, and one without a trade has no candle.
 */
export async function buildCandles(
  disk: Disk,
  paths: readonly string[],
  intervalMs: number,
  options: InstrumentOptions = {},
): Promise<BuiltCandles> {
  const data = await openMarketData(disk, paths, options)
  const { instrument } = data
  if (data.kind === 'recorded') return { instrument, ...(await fromTrades(data, intervalMs)) }
  return { instrument, candles: fromCandles(data.columns, intervalMs), lateTrades: 0 }
}

export interface BuiltCandles {
  readonly instrument: Instrument
  readonly candles: readonly Candle[]
  /** Trades whose candle was closed when they came, and which are in none. */
  readonly lateTrades: number
}

/** The candles as a file of Genesis' own form; what is there is replaced in one step. */
export async function writeCandles(disk: Disk, path: string, built: BuiltCandles): Promise<void> {
  await disk.replaceFile(path, candleCsv(built.candles, built.instrument))
}

async function fromTrades(
  market: RecordedMarket,
  intervalMs: number,
): Promise<Omit<BuiltCandles, 'instrument'>> {
  const builder = new CandleBuilder(intervalMs)
  const candles: Candle[] = []
  for await (const batch of market.batches()) {
    for (const event of batch) {
      if (event.type === 'trade') keep(candles, builder.addTrade(event))
    }
  }
  keep(candles, builder.finish())
  return { candles, lateTrades: builder.counts().late }
}

function fromCandles(columns: CandleColumns, intervalMs: number): readonly Candle[] {
  if (intervalMs % columns.intervalMs !== 0) {
    const [wanted, given] = [formatInterval(intervalMs), formatInterval(columns.intervalMs)]
    throw new GenesisError(
      'bad-input',
      `interval is ${wanted}; from candles of ${given} it must be a multiple of ${given}`,
    )
  }
  const builder = new CandleBuilder(intervalMs)
  const candles: Candle[] = []
  for (let index = 0; index < columns.length; index++) {
    keep(candles, builder.addCandle(columns.candleAt(index)))
  }
  keep(candles, builder.finish())
  return candles
}

function keep(candles: Candle[], candle: Candle | null): void {
  if (candle !== null) candles.push(candle)
}
