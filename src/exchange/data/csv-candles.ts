import { badData, quoted } from './bad-data.ts'
import {
  CandleCollector,
  CandleRow,
  type CollectedCandles,
  type DecimalsGiven,
} from './candle-collector.ts'
import { findCandleColumns, type CandleColumn } from './candle-header.ts'
import { CsvSplitter, detectDelimiter } from './csv-splitter.ts'
import type { DataSource } from './data-source.ts'
import { DecimalReader, explainDecimal } from './decimal-reader.ts'
import { takeLines } from './line-cutter.ts'
import { roundVolume, VOLUME_DECIMALS_MAX } from './rounded-volume.ts'
import { midnightOfName, TimeReader } from './time-reader.ts'

/**
 * Reads candles from CSV, with or without a header, straight from the bytes.
 *
 * Without a header the first six columns are time, open, high, low, close, volume, which is what
 * Binance (12 columns) and Lean (6) publish. Every row must have as many columns as the first
 * line. Blank lines are passed over.
 */
export async function readCsvCandles(
  source: DataSource,
  given: DecimalsGiven = {},
): Promise<CollectedCandles> {
  const reader = new CsvCandleReader(source, given)
  const unterminated = await takeLines(source, reader.take)
  return reader.finish(unterminated && source.container === 'plain')
}

class CsvCandleReader {
  readonly #path: string
  readonly #collector: CandleCollector
  readonly #row = new CandleRow()
  readonly #decimal = new DecimalReader()
  readonly #time: TimeReader
  #splitter: CsvSplitter | null = null
  #columnCount = 0
  #columns: Readonly<Record<CandleColumn, number>> = WITHOUT_HEADER
  #line = 0
  /** Decimals as written in the last column: this row's, and the fewest of the rows before. */
  #written = Number.POSITIVE_INFINITY
  #writtenMin = Number.POSITIVE_INFINITY

  constructor(source: DataSource, given: DecimalsGiven) {
    this.#path = source.path
    this.#collector = new CandleCollector(source.path, given)
    this.#time = new TimeReader(midnightOfName(source.innerName))
  }

  readonly take = (bytes: Uint8Array, start: number, end: number, line: number): void => {
    const from = line === 1 && hasBom(bytes, start) ? start + 3 : start
    if (isBlank(bytes, from, end)) return
    this.#line = line
    if (this.#splitter) this.#takeRow(this.#splitter, bytes, from, end)
    else this.#takeFirst(bytes, from, end)
  }

  /** @param mayBeCut the last line had no line end and no checksum vouches for the file. */
  finish(mayBeCut: boolean): CollectedCandles {
    if (mayBeCut && this.#collector.length > 1 && this.#written < this.#writtenMin) {
      const others = `every other line has ${this.#writtenMin} or more`
      const counts = `${this.#written} decimals where ${others}`
      throw badData(
        this.#path,
        this.#line,
        `the last line has no line end and its last number ${counts}; it looks cut short`,
      )
    }
    if (this.#collector.length > 0) {
      return { ...this.#collector.finish(), unterminated: mayBeCut }
    }
    throw badData(
      this.#path,
      0,
      this.#line === 0 ? 'the file is empty' : 'there is a header and no candle below it',
    )
  }

  #takeFirst(bytes: Uint8Array, start: number, end: number): void {
    const text = textOf(bytes, start, end)
    // CryptoDataDownload puts its address above the header.
    if (/^https?:\/\/\S+$/.test(text)) return
    const splitter = new CsvSplitter(detectDelimiter(text))
    this.#columnCount = this.#split(splitter, bytes, start, end)
    this.#splitter = splitter
    const first = bytes[splitter.starts[0]!]!
    if (first >= 48 && first <= 57) {
      if (this.#columnCount < 6)
        throw this.#bad(
          `has ${this.#columnCount} columns; candles without a header need six: ${SIX_COLUMNS}`,
        )
      return this.#takeRow(splitter, bytes, start, end)
    }
    const names = Array.from({ length: this.#columnCount }, (_, index) =>
      textOf(bytes, splitter.starts[index]!, splitter.ends[index]!),
    )
    const { found, missing } = findCandleColumns(names)
    if (missing.length > 0) {
      throw this.#bad(
        `the header ${quoted(text)} has no column for ${missing.map(columnWords).join(', ')}`,
      )
    }
    this.#columns = found as Record<CandleColumn, number>
  }

  #takeRow(splitter: CsvSplitter, bytes: Uint8Array, start: number, end: number): void {
    const count = this.#split(splitter, bytes, start, end)
    if (count !== this.#columnCount) throw this.#wrongCount(count)
    const columns = this.#columns
    const row = this.#row
    const { starts, ends } = splitter
    const timeAt = columns.openTime
    row.openTime = this.#time.read(bytes, starts[timeAt]!, ends[timeAt]!)
    if (Number.isNaN(row.openTime))
      throw this.#badTime(textOf(bytes, starts[timeAt]!, ends[timeAt]!))
    this.#number(0, 'open', splitter, bytes)
    this.#number(1, 'high', splitter, bytes)
    this.#number(2, 'low', splitter, bytes)
    this.#number(3, 'close', splitter, bytes)
    this.#number(4, 'volume', splitter, bytes)
    this.#collector.add(row, this.#line)
  }

  #number(
    field: number,
    name: Exclude<CandleColumn, 'openTime'>,
    splitter: CsvSplitter,
    bytes: Uint8Array,
  ): void {
    const column = this.#columns[name]
    const start = splitter.starts[column]!
    const end = splitter.ends[column]!
    const decimal = this.#decimal
    const exact = decimal.read(bytes, start, end)
    if (field === VOLUME) {
      this.#row.volumeRounded = !exact || decimal.decimals > VOLUME_DECIMALS_MAX
      if (this.#row.volumeRounded) return this.#rounded(textOf(bytes, start, end))
    } else if (!exact) {
      const text = textOf(bytes, start, end)
      throw this.#bad(`${name} ${quoted(text)} ${explainDecimal(text)}`)
    }
    this.#row.mantissa[field] = decimal.mantissa
    this.#row.decimals[field] = decimal.decimals
    if (column === this.#columnCount - 1) {
      if (this.#written < this.#writtenMin) this.#writtenMin = this.#written
      this.#written = decimal.writtenDecimals
    }
  }

  #rounded(text: string): void {
    const volume = roundVolume(text)
    if (!volume) throw this.#bad(`volume ${quoted(text)} ${explainDecimal(text)}`)
    this.#row.mantissa[VOLUME] = volume.mantissa
    this.#row.decimals[VOLUME] = volume.decimals
  }

  #split(splitter: CsvSplitter, bytes: Uint8Array, start: number, end: number): number {
    const count = splitter.split(bytes, start, end)
    if (count >= 0) return count
    throw this.#bad(`${quoted(textOf(bytes, start, end))} has a stray quote or too many columns`)
  }

  #wrongCount(count: number): Error {
    const expected = this.#columnCount
    const guess =
      count < expected ? 'the line looks cut short' : 'a number may have thousands separators'
    return this.#bad(`has ${count} columns where ${expected} are expected; ${guess}`)
  }

  #badTime(text: string): Error {
    const { form } = this.#time
    const inDay = /^\d{1,8}$/.test(text) && form === null
    if (inDay)
      return this.#bad(
        `time ${quoted(text)} is milliseconds of a day, and the file name has no date (YYYYMMDD)`,
      )
    const expected =
      form === null || form === 'text'
        ? 'a time such as 2024-08-09 00:05:00 or an epoch'
        : `of the form of the first row, ${form},`
    return this.#bad(`time ${quoted(text)} is not ${expected} in whole milliseconds`)
  }

  #bad(sentence: string): Error {
    return badData(this.#path, this.#line, sentence)
  }
}

const WITHOUT_HEADER: Readonly<Record<CandleColumn, number>> = {
  openTime: 0,
  open: 1,
  high: 2,
  low: 3,
  close: 4,
  volume: 5,
}

const VOLUME = 4
const SIX_COLUMNS = 'time, open, high, low, close, volume'

function columnWords(column: CandleColumn): string {
  return column === 'openTime' ? 'the time' : column
}

function hasBom(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! > 0x20) return false
  return true
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')
}
