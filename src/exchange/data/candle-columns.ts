import type { Candle, Price, Quantity } from '../../trading/index.ts'

/**
 * Candles by column: one array of numbers for each field, so that millions of them cost 48 bytes
 * each and a back-test walks them without making garbage.
 *
 * What holds: open times rise strictly, are at least one interval apart and in UTC milliseconds;
 * prices and volumes are whole units of the given decimals, below 2^53, with
 * low <= open, close <= high.
 */
export class CandleColumns {
  readonly intervalMs: number
  readonly priceDecimals: number
  readonly quantityDecimals: number
  readonly openTime: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array

  static of(candles: readonly Candle[], scale: CandleScale): CandleColumns {
    const fields = allocateFields(candles.length)
    candles.forEach((candle, index) => {
      for (const field of CANDLE_FIELDS) fields[field][index] = candle[field]
    })
    return new CandleColumns(fields, scale)
  }

  constructor(fields: CandleFields, scale: CandleScale) {
    this.intervalMs = scale.intervalMs
    this.priceDecimals = scale.priceDecimals
    this.quantityDecimals = scale.quantityDecimals
    this.openTime = fields.openTime
    this.open = fields.open
    this.high = fields.high
    this.low = fields.low
    this.close = fields.close
    this.volume = fields.volume
  }

  get length(): number {
    return this.openTime.length
  }

  candleAt(index: number): Candle {
    return {
      openTime: this.openTime[index]!,
      intervalMs: this.intervalMs,
      open: this.open[index]! as Price,
      high: this.high[index]! as Price,
      low: this.low[index]! as Price,
      close: this.close[index]! as Price,
      volume: this.volume[index]! as Quantity,
    }
  }

  /** Candles that open at `from` or later and before `to`; the numbers are shared, not copied. */
  between(from: number, to: number): CandleColumns {
    const start = firstAtOrAfter(this.openTime, from)
    const end = Math.max(start, firstAtOrAfter(this.openTime, to))
    return new CandleColumns(sliceFields(this, start, end), this)
  }
}

export interface CandleFields {
  readonly openTime: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
}

export interface CandleScale {
  readonly intervalMs: number
  readonly priceDecimals: number
  readonly quantityDecimals: number
}

export const CANDLE_FIELDS = ['openTime', 'open', 'high', 'low', 'close', 'volume'] as const

export function allocateFields(length: number): CandleFields {
  return {
    openTime: new Float64Array(length),
    open: new Float64Array(length),
    high: new Float64Array(length),
    low: new Float64Array(length),
    close: new Float64Array(length),
    volume: new Float64Array(length),
  }
}

/** A view, not a copy. */
export function sliceFields(fields: CandleFields, start: number, end: number): CandleFields {
  return {
    openTime: fields.openTime.subarray(start, end),
    open: fields.open.subarray(start, end),
    high: fields.high.subarray(start, end),
    low: fields.low.subarray(start, end),
    close: fields.close.subarray(start, end),
    volume: fields.volume.subarray(start, end),
  }
}

/** Copies `length` candles; the target has room for them. */
export function copyFields(
  from: CandleFields,
  start: number,
  length: number,
  to: CandleFields,
  at: number,
): void {
  for (const field of CANDLE_FIELDS) to[field].set(from[field].subarray(start, start + length), at)
}

export function sameCandle(a: CandleFields, i: number, b: CandleFields, j: number): boolean {
  return (
    a.openTime[i] === b.openTime[j] &&
    a.open[i] === b.open[j] &&
    a.high[i] === b.high[j] &&
    a.low[i] === b.low[j] &&
    a.close[i] === b.close[j] &&
    a.volume[i] === b.volume[j]
  )
}

/** The index of the first time that is not before `time`, in rising times. */
export function firstAtOrAfter(times: Float64Array, time: number, length = times.length): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}
