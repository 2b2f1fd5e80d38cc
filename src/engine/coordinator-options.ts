import type { Journal, JournalListener } from '../journal/index.ts'
import type { Clock, GenesisError, Log, Random } from '../runtime/index.ts'
import type { CheckpointManager } from './checkpoint/index.ts'
import type { ReplicationOptions } from './component-tree-options.ts'
import type { Event } from './event.ts'
import type { HealthSources } from './health/index.ts'
import type { ModeDecision } from './mode/index.ts'
import type { RequestMediatorOptions } from './requests/index.ts'
import type { SupervisionEvent, SupervisionGroupOptions } from './supervision/index.ts'

/** What a coordinator is made of; only clock, log and journal have no default. */
export interface CoordinatorOptions {
  readonly clock: Clock
  readonly log: Log
  readonly openJournal: (listener: JournalListener) => Promise<Journal>
  readonly checkpoints?: CheckpointManager
  /**
   * After a checkpoint the journal loses the segments that no kept checkpoint needs. Default: it
   * keeps all, so that everything can be replayed.
   */
  readonly forgetsJournal?: boolean
  /**
   * To look at the past: the start recovers the state after this record, and nothing durable is
   * taken any more. Goes with a journal that nobody writes.
   */
  readonly recoverUpTo?: number
  /** How the groups of components are supervised; those not named have the defaults. */
  readonly groups?: Readonly<Record<string, SupervisionGroupOptions>>
  /** Chance for the retries of requests. Default: from a seed of its own. */
  readonly random?: Random
  /** Bounds and policies of requests between components. */
  readonly requests?: Omit<RequestMediatorOptions, 'clock' | 'random' | 'targets'>
  /** Essential components have hot standbys and buddies. Default: they have none. */
  readonly replication?: ReplicationOptions
  /** Events that may wait in one priority level. Default 65,536. */
  readonly queueBound?: number
  readonly heldSafe?: boolean
  /** Looks at health all the time, and not only while the mode is another than NORMAL. */
  readonly watchesHealth?: boolean
  /** What the engine does not know of itself: circuits, dependencies, the process. */
  readonly healthSources?: Omit<HealthSources, 'facts'>
  readonly onMode?: (decision: ModeDecision) => void
  readonly onHalted?: (reason: GenesisError) => void
  readonly onSupervision?: (event: SupervisionEvent) => void
  /**
   * A decision that a component made, failed over and made again while it was restored. Whoever
   * knows what it means publishes it, stamped anew. Without this it is published as it is.
   */
  readonly onLateDecision?: (event: Event) => void
}
