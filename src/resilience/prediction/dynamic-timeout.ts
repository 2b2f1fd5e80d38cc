import type { CircuitState } from '../circuit.ts'
import type { LatencyPrediction } from '../prediction.ts'

/**
 * How long one attempt may take: max(2.5 x expected, p99.9 x margin, the state's floor). Whoever
 * asks clips it by the deadline.
 *
 * Each term guards against the others: a multiple of the mean alone cuts one call in sixteen of a
 * healthy heavy tail, a quantile alone knows nothing while samples are few, and the floor keeps a
 * fast service's hiccup from being an outage. Timeouts come back as censored samples, so cutting
 * never makes the next timeout shorter. While the predictor is cold the widest floor holds.
 *
 * A probe (OPEN, HALF_OPEN, ETERNAL) first asks whether the side answers as it did in health, so it
 * begins with the baseline, which stands still in trouble. A side may come back slower than it was,
 * and for good: each probe that is cut (`patience`) doubles what the next may take, up to the
 * maximum and its caller's deadline, or nobody would ever hear of the new normal.
 */
export function dynamicTimeoutMs(
  state: CircuitState,
  latency: LatencyPrediction,
  options: DynamicTimeoutOptions = {},
): number {
  const { floorMs = floorsMs, margin = 1.25, maxMs = timeoutMsMax } = options
  const floor = floorMs[floorOf[state]]
  if (isRecovering(state)) {
    const usualMs = latency.isWarm ? 2.5 * latency.baselineMs : 0
    return Math.min(maxMs, Math.max(floor, usualMs) * 2 ** (options.patience ?? 0))
  }
  if (!latency.isWarm) return Math.min(maxMs, Math.max(floor, floorMs.ultra, known(latency)))
  return Math.min(maxMs, Math.max(floor, known(latency), latency.p999Ms * margin))
}

export interface DynamicTimeoutOptions {
  readonly floorMs?: TimeoutFloors | undefined
  /** Of p99.9. Default 1.25. */
  readonly margin?: number | undefined
  /** Never longer. Default 60 000. */
  readonly maxMs?: number | undefined
  /** Of a probe: how many before it were cut. Default 0. */
  readonly patience?: number | undefined
}

/** `steady` is for CLOSED, and for the short probes of OPEN, HALF_OPEN and ETERNAL. */
export interface TimeoutFloors {
  readonly steady: number
  readonly resilient: number
  readonly ultra: number
}

/** Its results say how the side recovers, and not how long a call takes. */
export function isRecovering(state: CircuitState): boolean {
  return state === 'ETERNAL' || state === 'HALF_OPEN' || state === 'OPEN'
}

const timeoutMsMax = 60_000

const floorsMs: TimeoutFloors = { steady: 1_000, resilient: 1_500, ultra: 3_000 }

const floorOf: Readonly<Record<CircuitState, keyof TimeoutFloors>> = {
  CLOSED: 'steady',
  RESILIENT: 'resilient',
  ULTRA_RESILIENT: 'ultra',
  OPEN: 'steady',
  HALF_OPEN: 'steady',
  ETERNAL: 'steady',
}

/** The mean's term; 0 before the first sample. */
function known({ expectedMs }: LatencyPrediction): number {
  return expectedMs === expectedMs ? 2.5 * expectedMs : 0
}
