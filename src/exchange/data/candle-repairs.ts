import type { CandleData } from './candle-files.ts'

/** What was repaired in candle files or is missing from them: counts, all 0 where all is well. */
export function candleRepairs(data: CandleData): Readonly<Record<string, number>> {
  return {
    duplicatesDropped: data.duplicates,
    overlapDropped: data.overlap,
    volumesRounded: data.roundedVolumes,
    unterminatedFiles: data.unterminated.length,
    gaps: data.gaps.count,
    missingCandles: data.gaps.missingCandles,
  }
}
