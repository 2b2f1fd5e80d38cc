import { type Clock, GenesisError } from '../../runtime/index.ts'
import type { Event } from '../event.ts'
import { type BuddyLinkInput, type BuddyLinkState, nextLinkState } from './buddy-link-state.ts'
import { byDeadline } from './deadline.ts'
import { isSoundReplica, reachedBy, type Replica, type StateOffer } from './replica.ts'
import type { ReplicaHolder } from './replica-holder.ts'

/**
 * Keeps one group's replica at one holder up to date: one question at a time, and what came
 * meanwhile is the next batch. What waits is bounded; past the bound the holder has fallen behind
 * and is given the state anew. Nothing of it throws: a holder is only ever a help.
 */
export class BuddyLink {
  readonly #group: string
  readonly #holder: ReplicaHolder
  readonly #options: BuddyLinkOptions
  readonly #counts = { offers: 0, batches: 0, refused: 0, failed: 0, overflows: 0, damaged: 0 }
  #state: BuddyLinkState = { is: 'behind', why: 'nothing was offered yet' }
  #queue: Event[] = []
  #nextOffer: StateOffer | null = null
  /** Events after the offer. */
  #followed = 0
  #tries = 0
  #underWay: Promise<void> | null = null

  constructor(group: string, holder: ReplicaHolder, options: BuddyLinkOptions) {
    this.#group = group
    this.#holder = holder
    this.#options = options
  }

  /** Only a new state helps, and the holder may be asked. */
  get wantsOffer(): boolean {
    if (this.#state.is === 'lost' && this.#clock.monotonicMs() >= this.#state.retryAtMs) {
      this.#move({ input: 'retry' })
    }
    return this.#state.is === 'behind' && this.#underWay === null
  }

  /** So many events followed the state that a new one would be the shorter way back. */
  get wantsRenewal(): boolean {
    return this.#state.is === 'following' && this.#followed >= RENEW_EVENTS
  }

  /** What was given before is in it; goes out when the question under way is answered. */
  offer(offer: StateOffer): void {
    this.#nextOffer = offer
    this.#queue = []
    this.#followed = 0
    this.#send()
  }

  /** Events in number order, all of this group's after what was given before. */
  add(events: readonly Event[]): void {
    if (this.#state.is !== 'following' && this.#state.is !== 'offering') return
    if (this.#queue.length + events.length > this.#options.queueMax) {
      this.#counts.overflows += 1
      this.#queue = []
      this.#nextOffer = null
      return this.#move({ input: 'refused', why: `over ${this.#options.queueMax} events waited` })
    }
    for (const event of events) this.#queue.push(event)
    this.#send()
  }

  /** The replica that holds every event up to `number`, or null where this one does not. */
  async newest(number: number): Promise<Replica | null> {
    while (this.#underWay && !this.#hasReached(number)) await this.#underWay
    if (!this.#hasReached(number)) return null
    const { name } = this.#holder
    try {
      const asked = this.#holder.newest(this.#group)
      const found = await byDeadline(this.#clock, this.#options.deadlineMs, name, asked)
      return this.#checked(found, number)
    } catch (error) {
      this.#fail(error)
      return null
    }
  }

  status(): BuddyStatus {
    const { name } = this.#holder
    return { holder: name, state: this.#state, waiting: this.#queue.length, ...this.#counts }
  }

  get #clock(): Clock {
    return this.#options.clock
  }

  #hasReached(number: number): boolean {
    return this.#state.is === 'following' && this.#state.reached >= number
  }

  #checked(replica: Replica | null, number: number): Replica | null {
    const isThis = replica?.offer.group === this.#group && isSoundReplica(replica)
    if (isThis && reachedBy(replica) >= number) return replica
    this.#counts.damaged += 1
    this.#move({ input: 'refused', why: 'what it gave back was damaged or not all' })
    return null
  }

  #send(): void {
    if (this.#underWay) return
    if (this.#nextOffer) return this.#sendOffer(this.#nextOffer)
    if (this.#state.is !== 'following' || this.#queue.length === 0) return
    const events = this.#queue
    this.#queue = []
    const upTo = events.at(-1)!.number
    const batch = { after: this.#state.reached, upTo, events }
    this.#counts.batches += 1
    this.#followed += events.length
    this.#move({ input: 'send', upTo })
    this.#ask(
      () => this.#holder.apply(this.#group, batch),
      () => this.#move({ input: 'answered' }),
    )
  }

  #sendOffer(offer: StateOffer): void {
    this.#nextOffer = null
    this.#counts.offers += 1
    this.#move({ input: 'offer', number: offer.number })
    this.#ask(
      () => this.#holder.offer(offer),
      () => {
        this.#tries = 0
        this.#move({ input: 'taken' })
      },
    )
  }

  #ask(question: () => Promise<{ reason: string } | undefined>, onDone: () => void): void {
    this.#underWay = this.#answer(question, onDone).then(() => {
      this.#underWay = null
      this.#send()
    })
  }

  async #answer(
    question: () => Promise<{ reason: string } | undefined>,
    onDone: () => void,
  ): Promise<void> {
    const { deadlineMs } = this.#options
    try {
      const refusal = await byDeadline(this.#clock, deadlineMs, this.#holder.name, question())
      if (!refusal) return onDone()
      this.#counts.refused += 1
      this.#move({ input: 'refused', why: refusal.reason })
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    if (!(error instanceof GenesisError)) throw error
    this.#counts.failed += 1
    this.#tries += 1
    this.#queue = []
    this.#nextOffer = null
    const nowMs = this.#clock.monotonicMs()
    this.#move({ input: 'failed', why: error.message, nowMs, tries: this.#tries })
  }

  #move(input: BuddyLinkInput): void {
    this.#state = nextLinkState(this.#state, input)
  }
}

export interface BuddyLinkOptions {
  readonly clock: Clock
  /** Events that may wait for the holder. */
  readonly queueMax: number
  /** For each question. */
  readonly deadlineMs: number
}

export interface BuddyStatus {
  readonly holder: string
  readonly state: BuddyLinkState
  readonly waiting: number
  readonly offers: number
  readonly batches: number
  readonly refused: number
  readonly failed: number
  readonly overflows: number
  readonly damaged: number
}

const RENEW_EVENTS = 2_048
