import { formatScaled } from '../../trading/index.ts'
import { ExactSum } from './exact-sum.ts'
import { POWERS_OF_TEN } from './decimal-reader.ts'

/**
 * Gives volumes so few decimals that even their sum is a whole number below 2^53: then candles of
 * any larger interval are exact, whatever they are made of.
 *
 * What fits stays as it is. What does not is rounded half up, in place, to the most decimals that
 * do, and each volume that changed its value is counted: a volume is an observation and nobody's
 * money. Where even `fewest` decimals are too many, whoever adds has to say so.
 */
export function fitVolumes(volume: Float64Array, decimals: number, fewest = 0): FittedVolumes {
  const exact = sumOf(volume)
  let fitted = decimals
  while (fitted > fewest && sumAfter(exact, volume.length, decimals - fitted) > LARGEST) fitted--
  const rounded = fitted === decimals ? 0 : round(volume, POWERS_OF_TEN[decimals - fitted]!)
  return { quantityDecimals: fitted, rounded, total: formatScaled(exact, decimals) }
}

export interface FittedVolumes {
  readonly quantityDecimals: number
  /** Volumes that have another value now. */
  readonly rounded: number
  /** The exact sum before anything was rounded, decimal text. */
  readonly total: string
}

/** At most: each volume may be rounded up by less than one unit. */
function sumAfter(exact: bigint, count: number, dropped: number): bigint {
  return dropped === 0 ? exact : exact / 10n ** BigInt(dropped) + BigInt(count)
}

function round(volume: Float64Array, factor: number): number {
  let rounded = 0
  for (let index = 0; index < volume.length; index++) {
    const units = volume[index]!
    const rest = units % factor
    if (rest !== 0) rounded++
    volume[index] = (units - rest) / factor + (rest * 2 >= factor ? 1 : 0)
  }
  return rounded
}

function sumOf(volume: Float64Array): bigint {
  const sum = new ExactSum()
  for (const units of volume) sum.add(units)
  return sum.value
}

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER)
