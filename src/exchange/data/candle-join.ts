import { AssertionFailure } from '../../runtime/index.ts'
import { badData } from './bad-data.ts'
import type { CollectedCandles } from './candle-collector.ts'
import {
  allocateFields,
  copyFields,
  firstAtOrAfter,
  sameCandle,
  sliceFields,
  type CandleFields,
} from './candle-columns.ts'
import { POWERS_OF_TEN } from './decimal-reader.ts'
import { formatUtc } from './utc-time.ts'

/**
 * Joins the candles of several files in time order, whatever the order in which they were given.
 *
 * A candle that two files have alike is kept once and counted; one on which they differ is an
 * error that names both places.
 */
export function joinCandles(files: readonly CollectedCandles[], intervalMs: number): JoinedCandles {
  const priceDecimals = Math.max(...files.map((file) => file.priceDecimals))
  const quantityDecimals = Math.max(...files.map((file) => file.quantityDecimals))
  for (const file of files) scaleTo(file, priceDecimals, quantityDecimals)
  if (files.length === 1) {
    return { fields: files[0]!.fields, priceDecimals, quantityDecimals, overlap: 0 }
  }
  const total = files.reduce((sum, file) => sum + file.length, 0)
  const joined = allocateFields(total)
  const next = files.map(() => 0)
  let length = 0
  let overlap = 0
  for (;;) {
    const first = earliest(files, next)
    if (first < 0) break
    const file = files[first]!
    const time = file.fields.openTime[next[first]!]!
    let limit = Number.POSITIVE_INFINITY
    for (const [index, other] of files.entries()) {
      if (index === first || next[index]! >= other.length) continue
      const otherTime = other.fields.openTime[next[index]!]!
      if (otherTime > time) {
        limit = Math.min(limit, otherTime)
      } else {
        checkSame(file, next[first]!, other, next[index]!)
        next[index]!++
        overlap++
        if (next[index]! < other.length) {
          limit = Math.min(limit, other.fields.openTime[next[index]!]!)
        }
      }
    }
    const end = firstAtOrAfter(file.fields.openTime, limit)
    copyFields(file.fields, next[first]!, end - next[first]!, joined, length)
    length += end - next[first]!
    next[first] = end
  }
  checkSpacing(files, joined.openTime.subarray(0, length), intervalMs)
  return { fields: sliceFields(joined, 0, length), priceDecimals, quantityDecimals, overlap }
}

export interface JoinedCandles {
  readonly fields: CandleFields
  readonly priceDecimals: number
  readonly quantityDecimals: number
  /** Candles that stood in more than one file. */
  readonly overlap: number
}

/** The index of the file whose next candle is the earliest; -1 when all are used up. */
function earliest(files: readonly CollectedCandles[], next: readonly number[]): number {
  let best = -1
  let bestTime = Number.POSITIVE_INFINITY
  for (const [index, file] of files.entries()) {
    if (next[index]! >= file.length) continue
    const time = file.fields.openTime[next[index]!]!
    if (time < bestTime) {
      best = index
      bestTime = time
    }
  }
  return best
}

function checkSame(a: CollectedCandles, i: number, b: CollectedCandles, j: number): void {
  if (sameCandle(a.fields, i, b.fields, j)) return
  const time = formatUtc(b.fields.openTime[j]!)
  throw badData(
    b.path,
    b.lines[j]!,
    `has the candle of ${time} with other values than ${a.path}:${a.lines[i]!}`,
  )
}

/** Each file alone is spaced well; together they may be shifted against each other. */
function checkSpacing(
  files: readonly CollectedCandles[],
  times: Float64Array,
  intervalMs: number,
): void {
  for (let index = 1; index < times.length; index++) {
    if (times[index]! - times[index - 1]! >= intervalMs) continue
    const [before, after] = [placeOf(files, times[index - 1]!), placeOf(files, times[index]!)]
    const time = formatUtc(times[index]!)
    throw badData(
      after.path,
      after.line,
      `opens at ${time}, before the candle of ${before.path}:${before.line} has closed`,
    )
  }
}

function placeOf(files: readonly CollectedCandles[], time: number): { path: string; line: number } {
  for (const { path, fields, lines } of files) {
    const at = firstAtOrAfter(fields.openTime, time)
    if (fields.openTime[at] === time) return { path, line: lines[at]! }
  }
  throw new AssertionFailure(`no file has a candle of ${time}`)
}

/** In place: the file's own columns become those of the joined scale. */
function scaleTo(file: CollectedCandles, priceDecimals: number, quantityDecimals: number): void {
  const { open, high, low, close, volume } = file.fields
  const priceFactor = POWERS_OF_TEN[priceDecimals - file.priceDecimals]!
  const volumeFactor = POWERS_OF_TEN[quantityDecimals - file.quantityDecimals]!
  for (const column of [open, high, low, close]) multiply(file, column, priceFactor)
  multiply(file, volume, volumeFactor)
}

function multiply(file: CollectedCandles, column: Float64Array, factor: number): void {
  if (factor === 1) return
  for (let index = 0; index < column.length; index++) {
    column[index] = column[index]! * factor
    if (column[index]! > Number.MAX_SAFE_INTEGER) {
      throw badData(
        file.path,
        file.lines[index]!,
        'has a number too large to be exact with the decimals of the other files',
      )
    }
  }
}
