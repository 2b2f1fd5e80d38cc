import type { RestoreReport } from '../restore-report.ts'
import { recentRestarts } from './restart-intensity.ts'
import type { Supervised } from './supervised.ts'
import {
  nextSupervision,
  type SupervisionInput,
  type SupervisionState,
} from './supervision-state.ts'

/** What a supervisor remembers of one component: its state, its recent restarts, its figures. */
export class SupervisedChild {
  readonly supervised: Supervised
  state: SupervisionState = { is: 'running' }
  /** Monotonic times of recent restarts. */
  recent: readonly number[] = []
  restarts = 0
  failures = 0
  lastError: string | null = null
  lastRestore: RestoreReport | null = null

  constructor(supervised: Supervised) {
    this.supervised = supervised
  }

  get name(): string {
    return this.supervised.name
  }

  move(input: SupervisionInput): void {
    this.state = nextSupervision(this.state, input)
  }

  status(nowMs: number, withinMs: number): ChildStatus {
    return {
      name: this.name,
      group: this.supervised.group,
      essential: this.supervised.essential,
      state: this.state.is,
      reason: this.state.is === 'running' ? null : this.state.reason,
      failures: this.failures,
      restarts: this.restarts,
      recentRestarts: recentRestarts(this.recent, nowMs, withinMs).length,
      lastError: this.lastError,
      lastRestore: this.lastRestore,
    }
  }
}

export interface ChildStatus {
  readonly name: string
  readonly group: string
  readonly essential: boolean
  readonly state: SupervisionState['is']
  /** Why it is not running, or null. */
  readonly reason: string | null
  readonly failures: number
  readonly restarts: number
  /** Of those the intensity counts now. */
  readonly recentRestarts: number
  readonly lastError: string | null
  readonly lastRestore: RestoreReport | null
}
