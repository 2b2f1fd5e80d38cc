import type { SeriesMarker, UTCTimestamp } from 'lightweight-charts'
import type { FillView } from '../../../src/server/protocol.ts'
import { paletteColor } from './palette.ts'

/**
 * Fills as arrows: one a candle and side, however many fills it had, so that a busy minute stays
 * readable. Buying points up from below, selling down from above.
 */
export function tradeMarks(
  fills: readonly FillView[],
  candleMs: number,
): SeriesMarker<UTCTimestamp>[] {
  const marks = new Map<string, SeriesMarker<UTCTimestamp>>()
  const colors = { buy: paletteColor('up'), sell: paletteColor('down') }
  for (const { side, time } of fills) {
    const bucket = (Math.floor(time / candleMs) * candleMs) / 1000
    marks.set(`${bucket} ${side}`, {
      time: bucket as UTCTimestamp,
      position: side === 'buy' ? 'belowBar' : 'aboveBar',
      shape: side === 'buy' ? 'arrowUp' : 'arrowDown',
      color: colors[side],
      size: 1,
    })
  }
  return [...marks.values()].sort((a, b) => a.time - b.time)
}
