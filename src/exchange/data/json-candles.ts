import { badData, quoted } from './bad-data.ts'
import {
  CandleCollector,
  CandleRow,
  type CollectedCandles,
  type DecimalsGiven,
} from './candle-collector.ts'
import { findCandleColumns, type CandleColumn } from './candle-header.ts'
import type { DataSource } from './data-source.ts'
import { DecimalReader, explainDecimal } from './decimal-reader.ts'
import { eachJsonRecord } from './json-records.ts'
import { atLine } from './line-cutter.ts'
import { roundVolume, VOLUME_DECIMALS_MAX } from './rounded-volume.ts'
import { midnightOfName, TimeReader } from './time-reader.ts'

/**
 * Reads candles from a JSON array: objects with named fields, or Binance klines
 * (`[openTime, open, high, low, close, volume, ...]`). Numbers may be text or JSON numbers.
 */
export async function readJsonCandles(
  source: DataSource,
  given: DecimalsGiven = {},
): Promise<JsonCandles> {
  const reader = new JsonCandleReader(source, given)
  eachJsonRecord(source.path, await readText(source), reader.take)
  return reader.finish()
}

export interface JsonCandles extends CollectedCandles {
  /** `BASE/QUOTE` where the objects name it. */
  readonly symbol: string | null
  /** Where the objects name it. */
  readonly intervalMs: number | null
}

class JsonCandleReader {
  readonly #path: string
  readonly #collector: CandleCollector
  readonly #row = new CandleRow()
  readonly #decimal = new DecimalReader()
  readonly #time: TimeReader
  /** The keys of the first record, then read by name from every other. */
  #keys: Readonly<Record<CandleColumn, string | number>> | null = null
  #symbol: string | null = null
  #intervalMs: number | null = null

  constructor(source: DataSource, given: DecimalsGiven) {
    this.#path = source.path
    this.#collector = new CandleCollector(source.path, given)
    this.#time = new TimeReader(midnightOfName(source.innerName))
  }

  readonly take = (value: unknown, line: number): void => {
    const record = value as Readonly<Record<string | number, unknown>>
    this.#keys ??= this.#findKeys(record, line)
    const keys = this.#keys
    const time = this.#text(record, keys.openTime, 'time', line)
    this.#row.openTime = this.#time.read(time, 0, time.length)
    if (Number.isNaN(this.#row.openTime)) {
      throw badData(
        this.#path,
        line,
        `time ${quoted(time.toString())} is not a time in whole milliseconds`,
      )
    }
    for (const [index, name] of NUMBERS.entries())
      this.#number(index, name, record[keys[name]], line)
    this.#collector.add(this.#row, line)
    if (!Array.isArray(value)) this.#checkConstants(record, line)
  }

  finish(): JsonCandles {
    if (this.#collector.length === 0) throw badData(this.#path, 0, 'the array holds no candle')
    return { ...this.#collector.finish(), symbol: this.#symbol, intervalMs: this.#intervalMs }
  }

  #findKeys(record: object, line: number): Readonly<Record<CandleColumn, string | number>> {
    if (Array.isArray(record)) {
      if (record.length >= 6) return KLINE_KEYS
      throw badData(
        this.#path,
        line,
        `has ${record.length} values; a kline needs six: time, open, high, low, close, volume`,
      )
    }
    const names = Object.keys(record)
    const { found, missing } = findCandleColumns(names)
    if (missing.length > 0)
      throw badData(this.#path, line, `the object has no key for ${missing.join(', ')}`)
    const keys: Partial<Record<CandleColumn, string>> = {}
    for (const [column, index] of Object.entries(found))
      keys[column as CandleColumn] = names[index]!
    return keys as Record<CandleColumn, string>
  }

  #number(index: number, name: string, value: unknown, line: number): void {
    const text = typeof value === 'number' ? String(value) : value
    if (typeof text !== 'string')
      throw badData(this.#path, line, `${name} is missing or not a number`)
    const bytes = Buffer.from(text, 'latin1')
    const exact = this.#decimal.read(bytes, 0, bytes.length)
    // A JSON number is a double: past 15 digits it is no longer what was written.
    const noisy = typeof value === 'number' && text.replace('.', '').replace(/^0+/, '').length > 15
    if (index === VOLUME) {
      this.#row.volumeRounded = !exact || noisy || this.#decimal.decimals > VOLUME_DECIMALS_MAX
    } else if (noisy) {
      throw badData(
        this.#path,
        line,
        `${name} ${text} has more digits than a JSON number keeps exactly; write it as text`,
      )
    }
    const rounded = index === VOLUME && this.#row.volumeRounded ? roundVolume(text) : null
    if (!exact && !rounded)
      throw badData(this.#path, line, `${name} ${quoted(text)} ${explainDecimal(text)}`)
    const { mantissa, decimals } = rounded ?? this.#decimal
    this.#row.mantissa[index] = mantissa
    this.#row.decimals[index] = decimals
  }

  #text(
    record: Readonly<Record<string | number, unknown>>,
    key: string | number,
    name: string,
    line: number,
  ): Buffer {
    const value = record[key]
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw badData(this.#path, line, `${name} is missing or neither text nor a number`)
    }
    return Buffer.from(String(value), 'latin1')
  }

  /** The symbol and the interval, where named, are those of the first record. */
  #checkConstants(record: Readonly<Record<string, unknown>>, line: number): void {
    const symbol = symbolOf(record)
    const intervalMs = typeof record['sizeInMillis'] === 'number' ? record['sizeInMillis'] : null
    if (this.#collector.length <= 1) {
      this.#symbol = symbol
      this.#intervalMs = intervalMs
    } else if (symbol !== this.#symbol) {
      throw badData(
        this.#path,
        line,
        `is of ${symbol ?? 'no symbol'}; the first record is of ${this.#symbol ?? 'none'}`,
      )
    } else if (intervalMs !== this.#intervalMs) {
      throw badData(
        this.#path,
        line,
        `is ${intervalMs} ms long; the first record is ${this.#intervalMs} ms long`,
      )
    }
  }
}

const VOLUME = 4
const NUMBERS = ['open', 'high', 'low', 'close', 'volume'] as const
const KLINE_KEYS = { openTime: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 } as const
const TEXT_BYTES_MAX = 256 * 1024 * 1024

function symbolOf(record: Readonly<Record<string, unknown>>): string | null {
  const base = record['base']
  const quote = record['counter'] ?? record['quote']
  if (typeof base === 'string' && typeof quote === 'string') return `${base}/${quote}`
  return typeof record['symbol'] === 'string' ? record['symbol'] : null
}

async function readText(source: DataSource): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of source.chunks()) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > TEXT_BYTES_MAX) {
        throw badData(
          source.path,
          0,
          `JSON of more than ${TEXT_BYTES_MAX / 1024 / 1024} MB is not read; convert it to CSV`,
        )
      }
    }
  } catch (error) {
    throw atLine(error, source.path, countLines(chunks) + 1)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function countLines(chunks: readonly Uint8Array[]): number {
  let lines = 0
  for (const chunk of chunks) for (const byte of chunk) if (byte === 0x0a) lines++
  return lines
}
