import { badData } from './bad-data.ts'
import type { CollectedCandles } from './candle-collector.ts'
import { formatUtc } from './utc-time.ts'

/**
 * The interval of candles, from their open times.
 *
 * It is the most common distance where that is more than half of all; else, as in files of
 * seconds in which most buckets had no trade, the largest interval of which every distance is a
 * multiple. Two candles closer than the interval overlap, which is an error.
 */
export function inferInterval(candles: CollectedCandles): number {
  const times = candles.fields.openTime
  if (times.length < 2) {
    throw badData(
      candles.path,
      candles.lines[0]!,
      'is the only candle, so the interval cannot be told; give a file with two or more',
    )
  }
  const counts = new Map<number, number>()
  let divisor = 0
  for (let index = 1, last = 0, run = 0; index < times.length; index++) {
    const distance = times[index]! - times[index - 1]!
    if (distance === last) {
      // The map is asked once for a run of equal distances.
      run++
    } else {
      if (run > 0) counts.set(last, (counts.get(last) ?? 0) + run)
      divisor = greatestCommonDivisor(divisor, distance)
      last = distance
      run = 1
    }
    if (index === times.length - 1) counts.set(last, (counts.get(last) ?? 0) + run)
  }
  const [common, count] = mostCommon(counts)
  return count * 2 > times.length - 1 ? common : divisor
}

/** Throws where a candle opens before the one above it has closed. */
export function checkOverlap(candles: CollectedCandles, intervalMs: number): void {
  const times = candles.fields.openTime
  for (let index = 1; index < times.length; index++) {
    if (times[index]! - times[index - 1]! >= intervalMs) continue
    const time = formatUtc(times[index]!)
    const lineBefore = candles.lines[index - 1]!
    throw badData(
      candles.path,
      candles.lines[index]!,
      `opens at ${time}, before the ${intervalMs} ms candle of line ${lineBefore} has closed`,
    )
  }
}

function mostCommon(
  counts: ReadonlyMap<number, number>,
): readonly [distance: number, count: number] {
  let best: readonly [number, number] = [0, 0]
  for (const [distance, count] of counts) {
    if (count > best[1] || (count === best[1] && distance < best[0])) best = [distance, count]
  }
  return best
}

function greatestCommonDivisor(a: number, b: number): number {
  let [left, right] = [a, b]
  while (right !== 0) [left, right] = [right, left % right]
  return left
}
