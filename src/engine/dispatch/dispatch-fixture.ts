import { durableEvent, type Event, passingEvent, Priority } from '../event.ts'

/** Events for the tests of this folder: only the level, the kind and a key to know them by. */
export function passing(level: Priority, key = ''): Event {
  return passingEvent('some.topic', { priority: level, time: 0, key, payload: null })
}

export function durable(level: Priority, key = ''): Event {
  return durableEvent('some.topic', { priority: level, time: 0, key, payload: null })
}

export const levels: readonly Priority[] = Object.values(Priority)
