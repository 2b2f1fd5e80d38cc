/** Falls from a peak, over a whole equity curve. */
export interface Drawdowns {
  /** The highest equity; null without a point. */
  readonly peak: number | null
  /** The deepest fall as a share of its peak. */
  readonly maxFraction: number | null
  /** The longest time from a peak until it was reached again, or to the end. */
  readonly maxLengthMs: number | null
}

export function drawdownsOf(times: ArrayLike<number>, equity: ArrayLike<number>): Drawdowns {
  if (equity.length === 0) return { peak: null, maxFraction: null, maxLengthMs: null }
  let peak = equity[0]!
  let peakTime = times[0]!
  let maxFraction = 0
  let maxLengthMs = 0
  let under = false
  for (let index = 1; index < equity.length; index++) {
    const value = equity[index]!
    const time = times[index]!
    if (under) maxLengthMs = Math.max(maxLengthMs, time - peakTime)
    under = value < peak
    if (!under) {
      peak = value
      peakTime = time
    } else {
      maxLengthMs = Math.max(maxLengthMs, time - peakTime)
      if (peak > 0) maxFraction = Math.max(maxFraction, (peak - value) / peak)
    }
  }
  return { peak, maxFraction, maxLengthMs }
}
