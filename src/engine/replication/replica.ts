import { sha256Hex } from '../../runtime/index.ts'
import type { SavedState, SavedStates } from '../checkpoint/index.ts'
import type { Event } from '../event.ts'

/**
 * What a holder keeps of a group of components: their states at a number and the batches of
 * events after it. The states carry a hash from where they were made and the batches say what
 * they follow, so that a replica that was damaged, or is not all there, is known by whoever is to
 * use it.
 */
export interface Replica {
  readonly offer: StateOffer
  /** In order; the first follows the offer, each follows the one before. */
  readonly batches: readonly EventBatch[]
}

/** Plain values: it may travel as JSON or as a structured clone. */
export interface StateOffer {
  readonly group: string
  /** Every event up to and including this number is in the states, none after it. */
  readonly number: number
  readonly states: readonly NamedState[]
  readonly hash: string
}

export type NamedState = readonly [name: string, state: SavedState]

/** The events of a group between two numbers: there is none of its others in between. */
export interface EventBatch {
  readonly after: number
  readonly upTo: number
  readonly events: readonly Event[]
}

export function stateOffer(group: string, number: number, states: SavedStates): StateOffer {
  const named = [...states]
  return { group, number, states: named, hash: hashOf(group, number, named) }
}

/** The number a replica stands at. */
export function reachedBy({ offer, batches }: Replica): number {
  return batches.at(-1)?.upTo ?? offer.number
}

export function isSoundOffer({ group, number, states, hash }: StateOffer): boolean {
  return hash === hashOf(group, number, states)
}

/** Whether it has what it says: events in rising order, the last of them its end. */
export function isSoundBatch({ after, upTo, events }: EventBatch): boolean {
  let reached = after
  for (const { number } of events) {
    if (number <= reached) return false
    reached = number
  }
  return reached === upTo
}

/** Whether all of it is what was given away, with nothing missing in between. */
export function isSoundReplica({ offer, batches }: Replica): boolean {
  let reached = offer.number
  for (const batch of batches) {
    if (batch.after !== reached || !isSoundBatch(batch)) return false
    reached = batch.upTo
  }
  return isSoundOffer(offer)
}

/** Equal states of one version have equal hashes. */
export function hashOf(group: string, number: number, states: Iterable<NamedState>): string {
  const parts = [...states].map(([name, { version, text }]) => [name, version, text])
  return sha256Hex(JSON.stringify([group, number, parts]))
}
