import type { Refusal } from '../runtime/index.ts'
import type { Event } from './event.ts'
import type { ComponentRequest, RequestContext } from './component-request.ts'

/**
 * A part of the running system. It reacts to events and owns its state; nobody else changes it.
 *
 * What must hold for a component with state: its state is a function of the durable events it
 * was given (payloads and times), in number order, and of nothing else, so that checkpoint and
 * journal rebuild it. What it does to the outside (sending an order) it does only while
 * `context.live` is true.
 */
export interface Component {
  readonly name: string
  /** Topics, exact (`bar.closed`) or with a last star (`order.*`). */
  readonly subscriptions: readonly string[]
  /** An essential component's failure makes the system stop taking new risk. Default false. */
  readonly essential?: boolean
  /**
   * Components of one group are restored together, from the same checkpoint and in the order they
   * were registered: those that look into each other belong into one. Default: each its own.
   */
  readonly group?: string
  /**
   * Above 0 `onEvent` may return a promise, and so many may be under way, those of one key one
   * after the other. Default 0: synchronous, as state must be.
   */
  readonly inFlightMax?: number
  /** The schema of `snapshot`, a whole number. Default 1. */
  readonly stateVersion?: number
  /** How long a promise of `onEvent` may take, milliseconds. Default 30,000. */
  readonly deadlineMs?: number
  /**
   * Synchronous where it changes state: what must wait is asked of a port and comes back as an
   * event.
   */
  onEvent(event: Event, context: ComponentContext): void | Promise<void>
  /** After the last event of a batch, whoever got it: for work worth gathering. */
  onEndOfBatch?(context: ComponentContext): void
  /** Answers another component or the API. */
  onRequest?(request: ComponentRequest, context: RequestContext): unknown
  /** One sentence on what is wrong with an answer it is about to give, or null. */
  validate?(answer: unknown): string | null
  start?(context: ComponentContext): Promise<void> | void
  stop?(): Promise<void> | void
  /** Where a checkpoint has no state of it, it is right as it was registered. Default false. */
  readonly beginsAnew?: boolean
  /** Why it stopped itself for good, as a part of its state; null while it works. */
  readonly failure?: string | null
  /**
   * What it throws leaves its state as if the event had been handled or never come: it goes on
   * with what it has. Default false: a state that threw is not believed.
   */
  readonly trustsOwnState?: boolean
  /** The whole state as JSON values; may share what later events change: it is written at once. */
  snapshot?(): unknown
  /** Takes what `snapshot` gave; throws a `GenesisError` where it cannot. */
  restore?(state: unknown): void
  /** A state of an older `stateVersion` as one of today's; throws a `GenesisError` if it cannot. */
  migrate?(state: unknown, fromVersion: number): unknown
}

export interface ComponentContext {
  /** False while the journal is replayed: state changes, the outside hears nothing. */
  readonly live: boolean
  /** Undefined when taken; a refusal at the bound, or when the journal takes nothing more. */
  publish(event: Event): Refusal | undefined
}
