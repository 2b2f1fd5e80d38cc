/**
 * What travels through Genesis.
 *
 * A durable event changes state: it gets a number, is in the journal and flushed before any
 * component sees it, and is applied in number order, now and in every replay. Everything else
 * (market ticks, figures for the page) can be rebuilt and is not journalled.
 */
export interface Event<Payload = unknown> {
  /** Past tense, dotted: `bar.closed`, `order.requested`, `market.trade`. */
  readonly topic: string
  readonly priority: Priority
  /** The time of what happened, UTC milliseconds. */
  readonly time: number
  /** Orders events: those of one key are handled in the order they were published. */
  readonly key: string
  /** JSON: no bigint, no undefined, no class. */
  readonly payload: Payload
  readonly durable: boolean
}

/** An event as a component gets it. `number` is 0 for an event that is not durable. */
export interface NumberedEvent<Payload = unknown> extends Event<Payload> {
  readonly number: number
}

export const Priority = {
  CRITICAL: 0,
  HIGH: 1,
  NORMAL: 2,
  LOW: 3,
  BACKGROUND: 4,
} as const
export type Priority = (typeof Priority)[keyof typeof Priority]
export type PriorityName = keyof typeof Priority
export const PRIORITY_LEVELS = 5
