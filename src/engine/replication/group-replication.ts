import type { Clock, Log } from '../../runtime/index.ts'
import { savedStateOf, type SavedState, type SavedStates } from '../checkpoint/index.ts'
import type { Component } from '../component.ts'
import type { Event } from '../event.ts'
import { ReplayContext } from '../replay.ts'
import type { BuddyLink, BuddyStatus } from './buddy-link.ts'
import { hashOf, type Replica, stateOffer } from './replica.ts'
import { StandbyGroup } from './standby-group.ts'

/**
 * One group of components that are replicated, and restored, together: its hot standby in this
 * process and its replicas at its buddies. Both get the group's events in number order, at the
 * end of a batch or when so many wait; both are given the state anew when they lost the thread,
 * but only while the group is sound, and not oftener than so often.
 */
export class GroupReplication {
  readonly name: string
  readonly #components: readonly Component[]
  readonly #makeStandbys: (() => readonly Component[]) | undefined
  readonly #links: readonly BuddyLink[]
  readonly #clock: Clock
  readonly #log: Log
  readonly #reseedMs: number
  readonly #counts = { takeOvers: 0, standbyFailures: 0, divergences: 0 }
  #standby: StandbyGroup | null = null
  /** What the standby decided and the journal does not have yet. */
  #decided = new ReplayContext()
  #pending: Event[] = []
  #lastNumber = 0
  #sound = true
  #seededAtMs = Number.NEGATIVE_INFINITY

  constructor(options: GroupReplicationOptions) {
    this.name = options.group.name
    this.#components = options.group.components.filter(({ restore }) => restore)
    this.#makeStandbys = options.group.makeStandbys
    this.#links = options.links
    this.#clock = options.clock
    this.#log = options.log
    this.#reseedMs = options.reseedMs
  }

  /** Every durable event, also those of others: it may be what the group decided. */
  add(event: Event): void {
    this.#lastNumber = event.number
    this.#pending.push(event)
    if (this.#pending.length >= PENDING_MAX) this.#passOn()
  }

  /** Everything up to `number` is applied by the group, and nothing after it. */
  endOfBatch(number: number): void {
    if (this.#pending.length > 0) this.#passOn()
    if (this.#sound && this.#wantsSeed()) this.#seed(number)
  }

  suspend(): void {
    this.#sound = false
  }

  resume(): void {
    this.#sound = true
  }

  /**
   * Gives the components the state of their standby, which stands at the same number; what it
   * decided and is not in the journal. Null where there is no standby.
   */
  takeOver(): readonly Event[] | null {
    this.#passOn()
    const standby = this.#standby
    if (!standby) return null
    this.#standby = null
    standby.handOver(this.#components)
    this.#counts.takeOvers += 1
    return this.#decided.unrecorded
  }

  /** The first replica that is sound and holds every event of the group that there is. */
  async newest(): Promise<Replica | null> {
    this.#passOn()
    for (const link of this.#links) {
      const replica = await link.newest(this.#lastNumber)
      if (replica) return replica
    }
    return null
  }

  /** Drops the standby where it came to another state than the components at the same number. */
  verify(states: SavedStates): void {
    this.#passOn()
    if (!this.#standby) return
    const standby = this.#standby.states()
    const own = [...standby.keys()].flatMap((name) => {
      const state = states.get(name)
      return state ? [[name, state] as const] : []
    })
    if (hashOf(this.name, 0, own) === hashOf(this.name, 0, standby)) return
    this.#counts.divergences += 1
    this.#log.error({ group: this.name }, 'the standby came to another state: not deterministic')
    this.#standby = null
  }

  status(): GroupReplicationStatus {
    const ready = this.#standby ? 'ready' : 'missing'
    return {
      group: this.name,
      standby: this.#makeStandbys ? ready : 'none',
      waiting: this.#pending.length,
      ...this.#counts,
      buddies: this.#links.map((link) => link.status()),
    }
  }

  #passOn(): void {
    const events = this.#pending
    if (events.length === 0) return
    this.#pending = []
    for (const link of this.#links) link.add(events)
    try {
      for (const event of events) {
        this.#decided.recorded(event)
        this.#standby?.apply([event], this.#decided)
      }
    } catch (error) {
      this.#dropStandby(error)
    }
  }

  #wantsSeed(): boolean {
    const lacksStandby = this.#makeStandbys !== undefined && this.#standby === null
    const wants = (link: BuddyLink) => link.wantsOffer || link.wantsRenewal
    if (!lacksStandby && !this.#links.some(wants)) return false
    return this.#clock.monotonicMs() - this.#seededAtMs >= this.#reseedMs
  }

  #seed(number: number): void {
    this.#seededAtMs = this.#clock.monotonicMs()
    const states = this.#states()
    if (states === null) return
    const offer = stateOffer(this.name, number, states)
    for (const link of this.#links) if (link.wantsOffer) link.offer(offer)
    // One at a time: the others stay up to date meanwhile.
    this.#links.find((link) => link.wantsRenewal)?.offer(offer)
    if (!this.#makeStandbys || this.#standby) return
    try {
      const standby = new StandbyGroup(this.#makeStandbys())
      standby.restore(states)
      this.#decided = new ReplayContext()
      this.#standby = standby
    } catch (error) {
      this.#dropStandby(error)
    }
  }

  /** Null where a component cannot say what it is: nobody else's work may end by that. */
  #states(): SavedStates | null {
    const states = new Map<string, SavedState>()
    try {
      for (const component of this.#components) {
        const saved = savedStateOf(component)
        if (saved) states.set(component.name, saved)
      }
    } catch (error) {
      this.#log.error({ err: error, group: this.name }, 'not replicated')
      return null
    }
    return states
  }

  #dropStandby(error: unknown): void {
    this.#standby = null
    this.#counts.standbyFailures += 1
    this.#log.error({ err: error, group: this.name }, 'standby dropped')
  }
}

export interface ReplicatedGroup {
  readonly name: string
  /** In the order in which they get an event. */
  readonly components: readonly Component[]
  /** Second instances of the same names and order, that know each other and not the first. */
  readonly makeStandbys?: () => readonly Component[]
}

export interface GroupReplicationOptions {
  readonly group: ReplicatedGroup
  readonly links: readonly BuddyLink[]
  readonly clock: Clock
  readonly log: Log
  readonly reseedMs: number
}

export interface GroupReplicationStatus {
  readonly group: string
  readonly standby: 'ready' | 'missing' | 'none'
  readonly waiting: number
  readonly takeOvers: number
  readonly standbyFailures: number
  readonly divergences: number
  readonly buddies: readonly BuddyStatus[]
}

/** Events that wait for the end of a batch. */
const PENDING_MAX = 256
