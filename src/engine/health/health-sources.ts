import type { ModeSignals } from '../mode/index.ts'
import type { HealthInputs } from './health-score.ts'

/**
 * Where the monitor looks. Each is a plain question that answers at once; the owner of a figure
 * gives the function, so the monitor knows no dispatcher, journal or policy. One that is left out
 * is not measured; one that throws is named among what cannot be measured.
 */
export interface HealthSources {
  /** Why durable work stopped, what is being restored, which essential component stays down. */
  readonly facts: () => Pick<ModeSignals, 'halted' | 'restoring' | 'essentialFailing'>
  /** Counters that only grow, of each component. */
  readonly components?: () => Iterable<ComponentCounts>
  readonly circuits?: () => HealthInputs['circuits']
  readonly dependencies?: () => HealthInputs['dependencies']
  /** Age of the oldest waiting event, and the age at which it is too old. */
  readonly queueAge?: () => { readonly oldestMs: number; readonly boundMs: number }
  readonly loopLagMs?: () => number
  /** Used of what may be used, 0 to 1. */
  readonly memoryRatio?: () => number
  /** Of the last flushes, such as their moving p99. */
  readonly flushMs?: () => number
  /** Expected latency of a call against what is critical; above 1 it is too long. */
  readonly latencyRatio?: () => number
}

export interface ComponentCounts {
  readonly name: string
  readonly essential: boolean
  readonly handled: number
  readonly failed: number
}
