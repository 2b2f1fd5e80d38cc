/** Where candles are missing: counted in full, listed up to a bound, never filled. */
export interface CandleGaps {
  /** Places where at least one candle is missing. */
  readonly count: number
  readonly missingCandles: number
  /** The first `GAPS_LISTED_MAX` of them. */
  readonly listed: readonly CandleGap[]
}

export interface CandleGap {
  /** Open time of the first missing candle. */
  readonly from: number
  /** Open time of the candle after the gap. */
  readonly to: number
  readonly missingCandles: number
}

export function findGaps(openTimes: Float64Array, intervalMs: number): CandleGaps {
  const listed: CandleGap[] = []
  let count = 0
  let missing = 0
  for (let index = 1; index < openTimes.length; index++) {
    const distance = openTimes[index]! - openTimes[index - 1]!
    if (distance <= intervalMs) continue
    const missingCandles = Math.max(1, Math.floor(distance / intervalMs) - 1)
    count++
    missing += missingCandles
    if (listed.length < GAPS_LISTED_MAX) {
      listed.push({
        from: openTimes[index - 1]! + intervalMs,
        to: openTimes[index]!,
        missingCandles,
      })
    }
  }
  return { count, missingCandles: missing, listed }
}

export const GAPS_LISTED_MAX = 1000
