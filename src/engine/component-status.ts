import type { RestoreReport } from './restore-report.ts'
import type { SupervisionState } from './supervision/index.ts'

/** How one component fares, for the page and for health. */
export interface ComponentStatus {
  readonly name: string
  readonly group: string
  readonly subscriptions: readonly string[]
  readonly essential: boolean
  /** `given-up` also where it stopped itself for good. */
  readonly state: SupervisionState['is']
  readonly handled: number
  readonly failed: number
  /** Events that came while it was suspended; durable ones came again from the journal. */
  readonly missed: number
  /** Promises under way. */
  readonly inFlight: number
  /** How often its state was brought back since the start. */
  readonly restarts: number
  readonly lastRestore: RestoreReport | null
  readonly lastError: string | null
}
