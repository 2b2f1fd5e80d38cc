import type { PressureLevel } from './resource-pressure.ts'

/**
 * What each level of pressure advises. Under pressure batches get smaller, so that sockets and
 * timers have their turn; fewer asynchronous handlers run at a time, for each holds memory; less is
 * logged. Nothing important is dropped by any of it.
 */
export const resourceAdvice: Readonly<Record<PressureLevel, ResourceAdvice>> = {
  calm: { batchMax: 100, inFlightShare: 1, logShare: 1 },
  busy: { batchMax: 50, inFlightShare: 0.75, logShare: 0.5 },
  strained: { batchMax: 25, inFlightShare: 0.5, logShare: 0.2 },
  critical: { batchMax: 10, inFlightShare: 0.25, logShare: 0.05 },
}

export interface ResourceAdvice {
  /** Events in one batch of the dispatcher; the mode's own limit holds too. */
  readonly batchMax: number
  /** Of what a component may have in flight. */
  readonly inFlightShare: number
  /** Of the log lines below errors. */
  readonly logShare: number
}

/** How many may be in flight under this advice: never none. */
export function advisedInFlight(inFlightMax: number, { inFlightShare }: ResourceAdvice): number {
  return Math.max(1, Math.floor(inFlightMax * inFlightShare))
}
