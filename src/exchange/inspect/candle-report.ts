import type { CandleData, CandleFile } from '../data/candle-files.ts'
import { formatInterval } from '../data/interval.ts'
import { formatUtc } from '../data/utc-time.ts'

/** What candle files hold and what was repaired in them. */
export interface CandleReport {
  readonly kind: 'candles'
  readonly format: CandleFile['format'] | 'mixed'
  readonly symbol: string
  /** False where neither the files nor their names tell the symbol. */
  readonly symbolKnown: boolean
  readonly priceDecimals: number
  readonly quantityDecimals: number
  readonly files: readonly CandleFileReport[]
  /** Open time of the first candle and close of the last, UTC. */
  readonly from: string
  readonly to: string
  readonly spanMs: number
  readonly interval: string
  readonly intervalMs: number
  readonly counts: { readonly candles: number }
  /** Exact, decimal text. */
  readonly baseVolume: string
  /** Candles do not tell at which prices their volume traded. */
  readonly quoteVolume: null
  readonly gaps: number
  readonly missingCandles: number
  readonly gapsListed: readonly {
    readonly from: string
    readonly to: string
    readonly missingCandles: number
  }[]
  readonly duplicatesDropped: number
  readonly overlapDropped: number
  readonly volumesRounded: number
  /** Files whose last line has no line end, so that its last number may be cut short. */
  readonly unterminated: readonly string[]
}

export interface CandleFileReport {
  readonly path: string
  readonly container: CandleFile['container']
  readonly candles: number
  readonly from: string
  readonly to: string
}

export function inspectCandles(data: CandleData): CandleReport {
  const { columns, gaps, files, instrument } = data
  const first = columns.openTime[0]!
  const end = columns.openTime[columns.length - 1]! + columns.intervalMs
  const format = files.every((file) => file.format === files[0]!.format)
    ? files[0]!.format
    : 'mixed'
  return {
    kind: 'candles',
    format,
    symbol: instrument.symbol,
    symbolKnown: data.symbolKnown,
    priceDecimals: columns.priceDecimals,
    quantityDecimals: columns.quantityDecimals,
    files: files.map(describeFile),
    from: formatUtc(first),
    to: formatUtc(end),
    spanMs: end - first,
    interval: formatInterval(columns.intervalMs),
    intervalMs: columns.intervalMs,
    counts: { candles: columns.length },
    baseVolume: data.baseVolume,
    quoteVolume: null,
    gaps: gaps.count,
    missingCandles: gaps.missingCandles,
    gapsListed: gaps.listed.map(({ from, to, missingCandles }) => ({
      from: formatUtc(from),
      to: formatUtc(to),
      missingCandles,
    })),
    duplicatesDropped: data.duplicates,
    overlapDropped: data.overlap,
    volumesRounded: data.roundedVolumes,
    unterminated: data.unterminated,
  }
}

function describeFile(file: CandleFile): CandleFileReport {
  const { path, container, candles, firstTime, lastTime } = file
  return { path, container, candles, from: formatUtc(firstTime), to: formatUtc(lastTime) }
}
