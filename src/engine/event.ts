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
  /** Names what the event is about. Topic and key together are unique among derived events. */
  readonly key: string
  /** JSON: no bigint, no undefined, no class. */
  readonly payload: Payload
  readonly durable: boolean
  /** Its place in the journal: 0 until recorded, and always where it is not durable. */
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

export const priorityNames = Object.keys(Priority) as readonly PriorityName[]
export const PRIORITY_LEVELS = priorityNames.length

interface EventFields<Payload> {
  readonly priority: Priority
  readonly time: number
  readonly key: string
  readonly payload: Payload
}

/** An event that is journalled before it is applied. */
export function durableEvent<Payload>(topic: string, of: EventFields<Payload>): Event<Payload> {
  const { priority, time, key, payload } = of
  return { topic, priority, time, key, payload, durable: true, number: 0 }
}

/** An event that can be rebuilt: a tick, a figure for the page. */
export function passingEvent<Payload>(topic: string, of: EventFields<Payload>): Event<Payload> {
  const { priority, time, key, payload } = of
  return { topic, priority, time, key, payload, durable: false, number: 0 }
}

/** The event with its place in the journal. */
export function numbered(event: Event, number: number): Event {
  const { topic, priority, time, key, payload } = event
  return { topic, priority, time, key, payload, durable: true, number }
}
