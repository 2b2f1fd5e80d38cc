import type { Journal } from '../journal/index.ts'
import type { Clock, Log } from '../runtime/index.ts'
import type { CheckpointManager } from './checkpoint/index.ts'
import type { ComponentContext } from './component.ts'
import type { Event } from './event.ts'
import type { StateReplicatorOptions } from './replication/index.ts'
import type { SupervisionEvent, SupervisionGroupOptions } from './supervision/index.ts'

/** What the components of one system live on. */
export interface ComponentTreeOptions {
  readonly clock: Clock
  readonly log: Log
  readonly checkpoints: CheckpointManager | null
  readonly groups?: Readonly<Record<string, SupervisionGroupOptions>>
  readonly replication: ReplicationOptions | null
  readonly journal: () => Journal
  /** The number of the last event that is given to the components. */
  readonly applied: () => number
  /** What components are handed with live events. */
  readonly live: ComponentContext
  onSupervision(event: SupervisionEvent): void
  /** Decided before a failure, not in the journal. */
  onRestored(unrecorded: readonly Event[]): void
}

/** Holders of replicas beside the hot standbys, and how many keep each. */
export type ReplicationOptions = Pick<StateReplicatorOptions, 'holders' | 'buddies' | 'reseedMs'>

export interface RecoveryReport {
  /** 0 where there was no checkpoint. */
  readonly checkpointNumber: number
  readonly lastNumber: number
  readonly replayed: number
  /** Decided before the crash, not in the journal: to be published now. */
  readonly unrecorded: readonly Event[]
}

/** Names of essential components; null where there is none. */
export interface Troubles {
  /** Suspended or being restored. */
  readonly restoring: string | null
  /** Failed, and it does not come back by itself. */
  readonly givenUp: string | null
}
