import { GenesisError } from '../runtime/index.ts'
import type { Event, Priority } from './event.ts'

/**
 * Durable events as journal payloads: a JSON array, so that names are not repeated a million
 * times and the bytes depend only on the event. The record's number is the event's number.
 */
export const EVENT_KIND = 1

export function encodeEvent(event: Event): string {
  return JSON.stringify([event.topic, event.priority, event.time, event.key, event.payload])
}

export function decodeEvent(payload: Uint8Array, number: number): Event {
  const fields: unknown = parse(payload, number)
  if (!Array.isArray(fields) || fields.length !== 5) throw notAnEvent(number)
  const [topic, priority, time, key, body] = fields as unknown[]
  if (typeof topic !== 'string' || typeof time !== 'number' || typeof key !== 'string') {
    throw notAnEvent(number)
  }
  return { topic, priority: priority as Priority, time, key, payload: body, durable: true, number }
}

function parse(payload: Uint8Array, number: number): unknown {
  try {
    return JSON.parse(textOf(payload))
  } catch (cause) {
    throw notAnEvent(number, cause)
  }
}

function notAnEvent(number: number, cause?: unknown): GenesisError {
  return new GenesisError('journal-damaged', `journal record ${number} is not an event`, {
    cause,
    details: { number },
  })
}

/** Node's buffers decode short texts several times as fast as a `TextDecoder`. */
function textOf(payload: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = payload
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(buffer, byteOffset, byteLength)
  return bytes.toString('utf8')
}
