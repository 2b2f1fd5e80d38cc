/**
 * A volume with more digits than are meant: published candles are often sums of doubles, and
 * `218102.59507500002` is 218102.595075 with the noise of one. A volume is an observation and
 * nobody's money, so it is rounded (half up) where a price is refused, and every case is counted.
 *
 * Kept are 15 digits, which is what a double carries, and at most 8 decimals.
 */
export function roundVolume(text: string): RoundedVolume | null {
  const match = /^(\d{1,15})(?:\.(\d{1,40}))?$/.exec(text)
  if (!match) return null
  const whole = match[1]!.replace(/^0+/, '')
  const fraction = match[2] ?? ''
  const kept = Math.min(VOLUME_DECIMALS_MAX, DIGITS_MAX - whole.length, fraction.length)
  const up = (fraction[kept] ?? '0') >= '5' ? 1 : 0
  let mantissa = Number(whole + fraction.slice(0, kept)) + up
  let decimals = kept
  for (; decimals > 0 && mantissa % 10 === 0; decimals--) mantissa /= 10
  return { mantissa, decimals }
}

export interface RoundedVolume {
  readonly mantissa: number
  readonly decimals: number
}

export const VOLUME_DECIMALS_MAX = 8
const DIGITS_MAX = 15
