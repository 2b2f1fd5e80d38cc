/**
 * What policies need of prediction (`prediction/` has the implementations). All times are
 * milliseconds; everything is O(1) a call and allocates nothing.
 */
export interface LatencyPrediction {
  /** A reply that arrived: its latency. Fast failures are not recorded at all. */
  record(latencyMs: number, nowMs: number): void
  /** It took at least this long: a timeout, or an attempt superseded by a faster one. */
  recordCensored(atLeastMs: number, nowMs: number): void
  /** Too few samples to decide anything by. */
  readonly isWarm: boolean
  /** Exponentially weighted mean; NaN before the first sample. */
  readonly expectedMs: number
  /** A moving quantile; NaN before the first sample. */
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p999Ms: number
  /** The mean of healthy days: frozen while the circuit is not CLOSED. */
  readonly baselineMs: number
  /** Rising over at least three samples. */
  readonly isRising: boolean
  /** Told by the circuit when it leaves CLOSED, and when it is back. */
  freezeBaseline(isFrozen: boolean, nowMs: number): void
}

export interface SuccessPrediction {
  /** That a call started now succeeds within `leftMs`; 0 to 1, calibrated. */
  probability(leftMs: number): number
  /** What became of a call for which `probability(leftMs)` could have been asked. */
  learn(leftMs: number, succeeded: boolean, nowMs: number): void
}

/** How many attempts a state asks for; the budget decides how many it gets. */
export type AttemptsWanted = 1 | 2 | 3
