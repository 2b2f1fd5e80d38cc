import type { Instrument } from '../../trading/index.ts'
import { badData } from './bad-data.ts'
import type { CollectedCandles, DecimalsGiven } from './candle-collector.ts'
import { CandleColumns } from './candle-columns.ts'
import { findGaps, type CandleGaps } from './candle-gaps.ts'
import { checkOverlap, inferInterval } from './candle-interval.ts'
import { joinCandles } from './candle-join.ts'
import { readCsvCandles } from './csv-candles.ts'
import type { DataFormat } from './data-format.ts'
import { instrumentOf, UNNAMED_SYMBOL, type InstrumentOptions } from './data-instrument.ts'
import type { DataSource } from './data-source.ts'
import { fitVolumes } from './fit-volumes.ts'
import { readJsonCandles, type JsonCandles } from './json-candles.ts'
import { splitSymbol, symbolOfName, type NamedSymbol } from './symbol-of-name.ts'

/**
 * Candles of one or several files, checked and joined in time order.
 *
 * All files must be of one symbol and one interval. Repairs are counted in the result; what cannot
 * be repaired is thrown as `bad-data` with file and line.
 */
export interface CandleData {
  readonly kind: 'candles'
  readonly instrument: Instrument
  /** False where no file and no option names the symbol. */
  readonly symbolKnown: boolean
  readonly columns: CandleColumns
  readonly files: readonly CandleFile[]
  /** Exact repeats that were dropped: within a file, and between files that overlap. */
  readonly duplicates: number
  readonly overlap: number
  /**
   * Volumes with the noise of doubles, rounded to 15 digits, and volumes rounded so that their sum
   * is exact; one that is both counts for each.
   */
  readonly roundedVolumes: number
  /** Of all candles, before volumes were rounded to fit: exact, decimal text. */
  readonly baseVolume: string
  /** Files whose last line has no line end, so that its last number may be cut short. */
  readonly unterminated: readonly string[]
  readonly gaps: CandleGaps
}

export interface CandleFile {
  readonly path: string
  readonly container: DataSource['container']
  readonly format: DataFormat
  readonly candles: number
  readonly firstTime: number
  readonly lastTime: number
}

export async function readCandles(
  sources: readonly DataSource[],
  formats: readonly DataFormat[],
  options: InstrumentOptions,
): Promise<CandleData> {
  const given: DecimalsGiven = options.instrument ?? {}
  const read: (CollectedCandles | JsonCandles)[] = []
  for (const [index, source] of sources.entries()) {
    const reader = formats[index] === 'candles-json' ? readJsonCandles : readCsvCandles
    read.push(await reader(source, given))
  }
  const intervalMs = commonInterval(read)
  const named = commonSymbol(read, sources)
  const files = read.map((file, index) => describeFile(file, sources[index]!, formats[index]!))
  const joined = joinCandles(read, intervalMs)
  // Decimals that were given do not change.
  const fewest = given.quantityDecimals ?? 0
  const volumes = fitVolumes(joined.fields.volume, joined.quantityDecimals, fewest)
  const { priceDecimals } = joined
  const { quantityDecimals } = volumes
  const columns = new CandleColumns(joined.fields, { priceDecimals, quantityDecimals, intervalMs })
  const symbol = options.symbol ?? named?.symbol
  return {
    kind: 'candles',
    instrument:
      options.instrument ??
      instrumentOf({
        symbol: symbol ?? UNNAMED_SYMBOL,
        kind: named?.kind ?? 'spot',
        ...decimalsOf(columns),
      }),
    symbolKnown: (options.instrument ?? symbol) !== undefined,
    columns,
    files,
    duplicates: read.reduce((sum, file) => sum + file.duplicates, 0),
    overlap: joined.overlap,
    roundedVolumes: read.reduce((sum, file) => sum + file.roundedVolumes, volumes.rounded),
    baseVolume: volumes.total,
    unterminated: read.filter((file) => file.unterminated).map((file) => file.path),
    gaps: findGaps(columns.openTime, intervalMs),
  }
}

function decimalsOf(columns: CandleColumns) {
  return { priceDecimals: columns.priceDecimals, quantityDecimals: columns.quantityDecimals }
}

/** A file of a single candle takes the interval of the others. */
function commonInterval(files: readonly (CollectedCandles | JsonCandles)[]): number {
  const telling = files.filter((file) => file.length > 1 || declaredInterval(file) !== null)
  if (telling.length === 0) inferInterval(files[0]!)
  const intervals = telling.map((file) => declaredInterval(file) ?? inferInterval(file))
  for (const [index, interval] of intervals.entries()) {
    if (interval !== intervals[0]) {
      throw badData(
        telling[index]!.path,
        0,
        `has candles of ${interval} ms where ${telling[0]!.path} has candles of ` +
          `${intervals[0]} ms; give files of one interval`,
      )
    }
  }
  for (const file of files) checkOverlap(file, intervals[0]!)
  return intervals[0]!
}

function declaredInterval(file: CollectedCandles | JsonCandles): number | null {
  return 'intervalMs' in file ? file.intervalMs : null
}

function commonSymbol(
  files: readonly (CollectedCandles | JsonCandles)[],
  sources: readonly DataSource[],
): NamedSymbol | null {
  let common: NamedSymbol | null = null
  for (const [index, file] of files.entries()) {
    const named = symbolOfFile(file, sources[index]!)
    if (named && common && named.symbol !== common.symbol) {
      throw badData(
        file.path,
        0,
        `is of ${named.symbol} where the files before it are of ${common.symbol}; ` +
          'give files of one symbol',
      )
    }
    common ??= named
  }
  return common
}

function symbolOfFile(
  file: CollectedCandles | JsonCandles,
  source: DataSource,
): NamedSymbol | null {
  const ofName = symbolOfName(source.innerName)
  if (!('symbol' in file) || file.symbol === null) return ofName
  const symbol = file.symbol.includes('/') ? file.symbol : splitSymbol(file.symbol)
  return symbol === null ? ofName : { symbol, kind: 'spot' }
}

function describeFile(file: CollectedCandles, source: DataSource, format: DataFormat): CandleFile {
  const times = file.fields.openTime
  return {
    path: file.path,
    container: source.container,
    format,
    candles: file.length,
    firstTime: times[0]!,
    lastTime: times[times.length - 1]!,
  }
}
