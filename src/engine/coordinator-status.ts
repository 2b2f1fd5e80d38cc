import type { ComponentStatus } from './component-status.ts'
import type { DispatchSnapshot } from './dispatch/index.ts'
import type { ModeDecision } from './mode/index.ts'
import type { LoopCulpritStatus } from './supervision/index.ts'

/** How the whole engine fares at this moment. */
export interface CoordinatorStatus {
  readonly mode: ModeDecision
  readonly components: readonly ComponentStatus[]
  readonly dispatch: DispatchSnapshot
  readonly handled: number
  /** Turned away with a reason, or given up for something more important. */
  readonly refused: number
  readonly waiting: number
  /** Who held the loop, and how long. */
  readonly culprits: LoopCulpritStatus
  /** How long the oldest event has waited in its level. */
  readonly oldestWaitMs: number
  readonly journalNumber: number
  /** From publish to handled (durable events: to recorded), milliseconds. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number }
}
