import { type Refusal, refuse } from '../../runtime/index.ts'
import {
  type EventBatch,
  isSoundBatch,
  isSoundOffer,
  reachedBy,
  type Replica,
  type StateOffer,
} from './replica.ts'
import type { ApplyRefusal, ReplicaHolder } from './replica-holder.ts'

/**
 * Keeps replicas in the memory of the process it runs in; in a Worker or another process it is
 * what stands behind the channel. The events after an offer are bounded: one too many is refused
 * and asks for a new offer.
 */
export class MemoryReplicaHolder implements ReplicaHolder {
  readonly name: string
  readonly #eventsMax: number
  readonly #replicas = new Map<string, Held>()

  constructor(options: { name: string; eventsMax?: number }) {
    this.name = options.name
    this.#eventsMax = options.eventsMax ?? 8_192
  }

  async offer(offer: StateOffer): Promise<Refusal<'damaged'> | undefined> {
    if (!isSoundOffer(offer)) return refuse('damaged', `the offer of ${offer.group} is damaged`)
    this.#replicas.set(offer.group, { offer, batches: [], events: 0 })
    return undefined
  }

  async apply(group: string, batch: EventBatch): Promise<ApplyRefusal | undefined> {
    const held = this.#replicas.get(group)
    if (!held) return refuse('gap', `${this.name} has nothing of ${group}`)
    if (!isSoundBatch(batch)) return refuse('damaged', `a batch of ${group} is not what it says`)
    const reached = reachedBy(held)
    if (batch.after !== reached) {
      return refuse('gap', `${group} is at ${reached} here, and the batch follows ${batch.after}`)
    }
    if (held.events + batch.events.length > this.#eventsMax) {
      return refuse('full', `${group} has ${held.events} events after its state here`)
    }
    held.batches.push(batch)
    held.events += batch.events.length
    return undefined
  }

  async newest(group: string): Promise<Replica | null> {
    const held = this.#replicas.get(group)
    return held ? { offer: held.offer, batches: [...held.batches] } : null
  }

  async drop(group: string): Promise<void> {
    this.#replicas.delete(group)
  }
}

interface Held extends Replica {
  readonly batches: EventBatch[]
  events: number
}
