import { formatUnits } from '../../trading/index.ts'
import { badData } from './bad-data.ts'
import {
  allocateFields,
  CANDLE_FIELDS,
  copyFields,
  firstAtOrAfter,
  sliceFields,
  type CandleFields,
} from './candle-columns.ts'
import { POWERS_OF_TEN } from './decimal-reader.ts'
import { formatUtc } from './utc-time.ts'

/**
 * Takes the rows of one file as they are read and keeps them as columns.
 *
 * - The decimals grow to the finest the file uses; what is there is scaled up, exactly.
 * - A row that repeats a candle exactly is dropped and counted. The same time with other values,
 *   a time that goes backwards and a candle that cannot be (high below low, a price of zero) are
 *   errors that name the lines.
 */
export class CandleCollector {
  readonly path: string
  readonly #given: DecimalsGiven
  #fields: CandleFields = allocateFields(1024)
  #lines = new Uint32Array(1024)
  #length = 0
  #lastTime = Number.NEGATIVE_INFINITY
  #duplicates = 0
  #roundedVolumes = 0
  #priceDecimals: number
  #quantityDecimals: number

  constructor(path: string, given: DecimalsGiven = {}) {
    this.path = path
    this.#given = given
    this.#priceDecimals = given.priceDecimals ?? 0
    this.#quantityDecimals = given.quantityDecimals ?? 0
  }

  get length(): number {
    return this.#length
  }

  add(row: CandleRow, line: number): void {
    const { decimals } = row
    const finest = Math.max(decimals[0]!, decimals[1]!, decimals[2]!, decimals[3]!)
    if (finest > this.#priceDecimals) this.#widenPrices(finest, line)
    if (decimals[4]! > this.#quantityDecimals) this.#widenVolume(decimals[4]!, line)
    const open = this.#price(row, 0, line)
    const high = this.#price(row, 1, line)
    const low = this.#price(row, 2, line)
    const close = this.#price(row, 3, line)
    const volume = row.mantissa[4]! * POWERS_OF_TEN[this.#quantityDecimals - decimals[4]!]!
    if (volume > Number.MAX_SAFE_INTEGER) throw this.#tooLarge('volume', line)
    if (low > open || low > close || high < open || high < close) {
      throw this.#impossible({ open, high, low, close }, line)
    }
    if (row.openTime <= this.#lastTime) {
      return this.#repeat([row.openTime, open, high, low, close, volume], line)
    }
    if (this.#length === this.#lines.length) this.#grow()
    const at = this.#length++
    const fields = this.#fields
    fields.openTime[at] = row.openTime
    fields.open[at] = open
    fields.high[at] = high
    fields.low[at] = low
    fields.close[at] = close
    fields.volume[at] = volume
    this.#lines[at] = line
    if (row.volumeRounded) this.#roundedVolumes++
    this.#lastTime = row.openTime
  }

  finish(): CollectedCandles {
    return {
      path: this.path,
      length: this.#length,
      fields: sliceFields(this.#fields, 0, this.#length),
      lines: this.#lines.subarray(0, this.#length),
      priceDecimals: this.#priceDecimals,
      quantityDecimals: this.#quantityDecimals,
      duplicates: this.#duplicates,
      roundedVolumes: this.#roundedVolumes,
      unterminated: false,
    }
  }

  #price(row: CandleRow, index: number, line: number): number {
    const units = row.mantissa[index]! * POWERS_OF_TEN[this.#priceDecimals - row.decimals[index]!]!
    const name = CANDLE_FIELDS[index + 1]!
    if (units > Number.MAX_SAFE_INTEGER) throw this.#tooLarge(name, line)
    if (units === 0) throw badData(this.path, line, `${name} is 0; a price must be above zero`)
    return units
  }

  /** A time that was passed already: fine where it is the same candle again. */
  #repeat(values: readonly number[], line: number): void {
    const at = firstAtOrAfter(this.#fields.openTime, values[0]!, this.#length)
    const time = formatUtc(values[0]!)
    if (this.#fields.openTime[at] !== values[0]) {
      const lastLine = this.#lines[this.#length - 1]!
      const last = formatUtc(this.#lastTime)
      throw badData(
        this.path,
        line,
        `opens at ${time}, before ${last} of line ${lastLine}; candles must rise in time`,
      )
    }
    if (CANDLE_FIELDS.every((field, index) => this.#fields[field][at] === values[index])) {
      this.#duplicates++
      return
    }
    throw badData(
      this.path,
      line,
      `has the time ${time} of line ${this.#lines[at]!} with other values`,
    )
  }

  #grow(): void {
    const size = this.#lines.length * 2
    const fields = allocateFields(size)
    copyFields(this.#fields, 0, this.#length, fields, 0)
    const lines = new Uint32Array(size)
    lines.set(this.#lines)
    this.#fields = fields
    this.#lines = lines
  }

  #widenPrices(decimals: number, line: number): void {
    if (this.#given.priceDecimals !== undefined) {
      throw badData(
        this.path,
        line,
        `a price has ${decimals} decimals; the instrument has ${this.#given.priceDecimals}`,
      )
    }
    const factor = POWERS_OF_TEN[decimals - this.#priceDecimals]!
    const { open, high, low, close } = this.#fields
    for (const column of [open, high, low, close]) this.#scale(column, factor, 'a price', line)
    this.#priceDecimals = decimals
  }

  #widenVolume(decimals: number, line: number): void {
    if (this.#given.quantityDecimals !== undefined) {
      throw badData(
        this.path,
        line,
        `volume has ${decimals} decimals; the instrument has ${this.#given.quantityDecimals}`,
      )
    }
    const factor = POWERS_OF_TEN[decimals - this.#quantityDecimals]!
    this.#scale(this.#fields.volume, factor, 'a volume', line)
    this.#quantityDecimals = decimals
  }

  #scale(column: Float64Array, factor: number, what: string, line: number): void {
    for (let index = 0; index < this.#length; index++) {
      const units = column[index]! * factor
      if (units > Number.MAX_SAFE_INTEGER) {
        throw badData(
          this.path,
          line,
          `has so many decimals that ${what} of line ${this.#lines[index]!} is not exact`,
        )
      }
      column[index] = units
    }
  }

  #tooLarge(field: string, line: number): Error {
    return badData(
      this.path,
      line,
      `${field} is too large to be exact with the decimals of this file`,
    )
  }

  #impossible(prices: Readonly<Record<string, number>>, line: number): Error {
    const shown = Object.entries(prices).map(
      ([name, units]) => `${name} ${formatUnits(units, this.#priceDecimals)}`,
    )
    return badData(
      this.path,
      line,
      `${shown.join(', ')}: low must be the lowest and high the highest`,
    )
  }
}

/** One row as read, reused for the next: open, high, low, close, volume as exact decimals. */
export class CandleRow {
  openTime = 0
  readonly mantissa = new Float64Array(5)
  readonly decimals = new Uint8Array(5)
  volumeRounded = false
}

/** Decimals that are set by an instrument and may not grow. */
export interface DecimalsGiven {
  readonly priceDecimals?: number
  readonly quantityDecimals?: number
}

/** What one file holds; `lines` says where each candle stands in it. */
export interface CollectedCandles {
  readonly path: string
  readonly length: number
  readonly fields: CandleFields
  readonly lines: Uint32Array
  readonly priceDecimals: number
  readonly quantityDecimals: number
  readonly duplicates: number
  /** Volumes that were not exact decimals and were rounded: see `rounded-volume.ts`. */
  readonly roundedVolumes: number
  /** The last line has no line end and no checksum vouches for it: it may be cut inside. */
  readonly unterminated: boolean
}
