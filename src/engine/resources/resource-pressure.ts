import type { ResourceSample } from '../../runtime/index.ts'

/**
 * How hard the process is pressed, in four levels: one pure function.
 *
 * What holds: a harder level is entered with the first sample beyond its threshold; an easier one
 * only after `CALM_MS` in which every sample was below the threshold by a margin, and one level at
 * a time. So noise around a threshold moves it at most once, and it never takes longer than
 * three times `CALM_MS` to come all the way back.
 */
export interface ResourcePressure {
  readonly level: PressureLevel
  /** Why, as a clause; null when calm. */
  readonly reason: string | null
  /** Since when every sample asked for an easier level. */
  readonly calmSinceMs: number | null
}

export const pressureLevels = ['calm', 'busy', 'strained', 'critical'] as const
export type PressureLevel = (typeof pressureLevels)[number]

export const noPressure: ResourcePressure = { level: 'calm', reason: null, calmSinceMs: null }

export function nextPressure(
  pressure: ResourcePressure,
  sample: ResourceSample,
  nowMs: number,
): ResourcePressure {
  const rank = pressureLevels.indexOf(pressure.level)
  const asked = hardest(sample, 1)
  if (asked.rank > rank) return entered(asked)
  if (rank === 0) return pressure
  if (hardest(sample, MARGIN).rank >= rank) return { ...pressure, calmSinceMs: null }
  const calmSinceMs = pressure.calmSinceMs ?? nowMs
  if (nowMs - calmSinceMs < CALM_MS) return { ...pressure, calmSinceMs }
  const level = pressureLevels[rank - 1]!
  if (level === 'calm') return noPressure
  return { level, reason: 'it was harder pressed a while ago', calmSinceMs: nowMs }
}

/** Used of what may be used, 0 to 1: of the heap or of all memory, whichever is nearer its end. */
export function memoryRatio(sample: ResourceSample): number {
  const heap = sample.heapUsedBytes / sample.heapMaxBytes
  return Math.min(1, Math.max(heap, sample.residentBytes / sample.memoryMaxBytes))
}

interface Asked {
  readonly rank: number
  readonly reason: string | null
}

/** What the measurements ask for, with thresholds scaled by `margin`. */
function hardest(sample: ResourceSample, margin: number): Asked {
  let found: Asked = { rank: 0, reason: null }
  for (const { valueOf, thresholds, told } of measurements) {
    const value = valueOf(sample)
    const rank = thresholds.filter((threshold) => value >= threshold * margin).length
    if (rank > found.rank) found = { rank, reason: told(value) }
  }
  return found
}

function entered({ rank, reason }: Asked): ResourcePressure {
  return { level: pressureLevels[rank]!, reason, calmSinceMs: null }
}

interface Measurement {
  readonly valueOf: (sample: ResourceSample) => number
  /** From which on it is busy, strained, critical; a shorter list never is. */
  readonly thresholds: readonly number[]
  readonly told: (value: number) => string
}

/** Being at work all the time is no fault by itself: it makes nothing worse than busy. */
const measurements: readonly Measurement[] = [
  {
    valueOf: ({ loopLagMs }) => loopLagMs,
    thresholds: [50, 200, 1_000],
    told: (ms) => `the loop lags by ${Math.floor(ms)} ms`,
  },
  {
    valueOf: memoryRatio,
    thresholds: [0.75, 0.88, 0.95],
    told: (ratio) => `memory is ${Math.floor(ratio * 100)} % used`,
  },
  {
    valueOf: ({ loopShare }) => loopShare,
    thresholds: [0.9],
    told: (share) => `the loop is at work ${Math.floor(share * 100)} % of the time`,
  },
  {
    valueOf: ({ handles }) => handles,
    thresholds: [5_000, 20_000],
    told: (count) => `${count} handles are open`,
  },
]

export const CALM_MS = 5_000
const MARGIN = 0.8
