import { type Event, Priority } from '../event.ts'
import { jsonFault } from './json-fault.ts'

/**
 * Why this is no event that may be published, or null. A component's word is not trusted: what is
 * no event would be a fault of whoever gets it.
 */
export function eventFault(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'an event that is no object'
  const { topic, priority, time, key, durable, payload } = value as Partial<
    Record<keyof Event, unknown>
  >
  if (typeof topic !== 'string' || !TOPIC.test(topic)) {
    return `an event with the topic ${JSON.stringify(topic)}`
  }
  const levels: readonly unknown[] = Object.values(Priority)
  if (!levels.includes(priority)) return `${topic} with the priority ${JSON.stringify(priority)}`
  if (!Number.isFinite(time)) return `${topic} with the time ${JSON.stringify(time)}`
  if (typeof key !== 'string') return `${topic} with the key ${JSON.stringify(key)}`
  if (typeof durable !== 'boolean') return `${topic} that is neither durable nor passing`
  const fault = durable ? jsonFault(payload, 'payload') : null
  return fault === null ? null : `${topic} that cannot be recorded: ${fault}`
}

const TOPIC = /^[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)*$/
