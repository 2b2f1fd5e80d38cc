import { assert, type Clock, type Log } from '../../runtime/index.ts'
import type { SavedStates } from '../checkpoint/index.ts'
import type { Event } from '../event.ts'
import { holdersOf } from './buddies.ts'
import { BuddyLink } from './buddy-link.ts'
import {
  GroupReplication,
  type GroupReplicationStatus,
  type ReplicatedGroup,
} from './group-replication.ts'
import type { Replica } from './replica.ts'
import type { ReplicaHolder } from './replica-holder.ts'

/**
 * Keeps the state of essential components where their failure does not reach: in a hot standby
 * that is given the same numbered events and so takes over at the same number, and at up to five
 * buddies, holders in this process or another.
 *
 * - A replica is used only if every checksum holds and it has every event there was for it.
 * - What waits for a standby or a buddy is bounded; who falls behind is counted and given the
 *   state anew.
 * - No failure here is a failure of a component: without replicas, checkpoint and journal remain.
 */
export class StateReplicator {
  readonly #groups = new Map<string, GroupReplication>()
  readonly #all: readonly GroupReplication[]

  constructor(options: StateReplicatorOptions) {
    const { clock, log, groups, holders } = options
    const link = {
      clock,
      queueMax: options.queueMax ?? 4_096,
      deadlineMs: options.deadlineMs ?? 1_000,
    }
    const byName = new Map(holders.map((holder) => [holder.name, holder]))
    assert(byName.size === holders.length, 'the name of a replica holder is unique')
    const names = groups.map(({ name }) => name)
    const chosen = holdersOf(names, [...byName.keys()], options.buddies)
    for (const group of groups) {
      assert(!this.#groups.has(group.name), 'the name of a replicated group is unique')
      const buddies = chosen.get(group.name) ?? []
      const links = buddies.map((buddy) => new BuddyLink(group.name, byName.get(buddy)!, link))
      const reseedMs = options.reseedMs ?? 1_000
      const replication = new GroupReplication({ group, links, clock, log, reseedMs })
      this.#groups.set(group.name, replication)
    }
    this.#all = [...this.#groups.values()]
  }

  /** Each durable event, in number order, before any component is given it. */
  applying(event: Event): void {
    for (let index = 0; index < this.#all.length; index += 1) this.#all[index]!.add(event)
  }

  /** Everything up to `number` is applied, and nothing after it. */
  endOfBatch(number: number): void {
    for (const group of this.#groups.values()) group.endOfBatch(number)
  }

  /** The group's own state is not to be trusted, or not at the number the others stand at. */
  suspend(group: string): void {
    this.#groups.get(group)?.suspend()
  }

  resume(group: string): void {
    this.#groups.get(group)?.resume()
  }

  /**
   * Gives the components the state of their hot standby, at once: what was handed to `applying`
   * is in it, and what it decided then and is not in the journal is given back. Null where there
   * is none that can.
   */
  takeOver(group: string): readonly Event[] | null {
    return this.#groups.get(group)?.takeOver() ?? null
  }

  /** A sound replica that has every event of the group there was when this was called, or null. */
  async newest(group: string): Promise<Replica | null> {
    return (await this.#groups.get(group)?.newest()) ?? null
  }

  /** `states` of a checkpoint, while nothing after its number is applied yet. */
  verify(states: SavedStates): void {
    for (const group of this.#groups.values()) group.verify(states)
  }

  status(): readonly GroupReplicationStatus[] {
    return [...this.#groups.values()].map((group) => group.status())
  }
}

export interface StateReplicatorOptions {
  readonly clock: Clock
  readonly log: Log
  readonly groups: readonly ReplicatedGroup[]
  /** One named like a group is that group's own corner, and does not hold that group's replica. */
  readonly holders: readonly ReplicaHolder[]
  /** Buddies of each group, at most 5, the default. */
  readonly buddies?: number
  /** Events that may wait for one buddy. Default 4,096. */
  readonly queueMax?: number
  /** For each question to a buddy. Default 1,000. */
  readonly deadlineMs?: number
  /** The least time between two states given anew to one group's standby and buddies. */
  readonly reseedMs?: number
}
