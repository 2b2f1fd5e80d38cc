import type { Refusal } from '../../runtime/index.ts'
import type { EventBatch, Replica, StateOffer } from './replica.ts'

/**
 * A place that keeps replicas: another component's corner of this process, a Worker, another
 * process; later Redis or another machine. It runs nothing and believes nothing: it takes what
 * fits and is sound, and gives it back.
 *
 * - After `offer` resolved, the replica is the offer alone.
 * - `apply` takes a batch only where it follows what is there; otherwise it is refused and what
 *   is there stays. The refusal says that only a new offer helps.
 * - A holder that cannot be reached rejects with a `GenesisError`. It may have done what it was
 *   asked for.
 */
export interface ReplicaHolder {
  /** Unique among the holders of a system. */
  readonly name: string
  offer(offer: StateOffer): Promise<Refusal<'damaged'> | undefined>
  apply(group: string, batch: EventBatch): Promise<ApplyRefusal | undefined>
  /** What is there of the group, or null. */
  newest(group: string): Promise<Replica | null>
  /** Forgets the group; fine where there is nothing. */
  drop(group: string): Promise<void>
}

export type ApplyRefusal = Refusal<'damaged' | 'gap' | 'full'>
