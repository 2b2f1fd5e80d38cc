import type { Event } from '../../event.ts'
import { eventFault } from '../event-fault.ts'

/**
 * What an engine and a component in a worker say to each other. Events go in arrays; what the
 * component made of them comes back in one message with the place it has reached, so that after
 * a worker's death it is plain what was answered and what was not.
 */
export interface WorkerStart {
  /** The component's own configuration. */
  readonly data: unknown
  /** The state to begin with, or null for that of the beginning. */
  readonly state: WorkerState | null
  readonly heartbeatMs: number
  /** A state is reported after so many events. */
  readonly reportEvery: number
}

export interface WorkerState {
  /** The `stateVersion` of the component that made it. */
  readonly version: number
  readonly value: unknown
}

/**
 * `live`: as they happen. `replay`: from the journal, answers are wanted for comparison. `quiet`:
 * answered before by a worker that is no more; only the state is to follow.
 */
export type DeliveryMode = 'live' | 'replay' | 'quiet'

export type ToWorker =
  | {
      readonly is: 'events'
      readonly mode: DeliveryMode
      /** The place of the last one. */
      readonly upTo: number
      readonly events: readonly Event[]
    }
  | { readonly is: 'request'; readonly id: number; readonly request: unknown }

export type FromWorker =
  | { readonly is: 'ready' }
  | { readonly is: 'beat'; readonly memoryMb: number }
  | DoneMessage
  | AnswerMessage

export interface DoneMessage {
  readonly is: 'done'
  readonly upTo: number
  readonly published: readonly Event[]
  /** The state at `upTo`, now and then. */
  readonly state: WorkerState | null
}

export interface AnswerMessage {
  readonly is: 'answer'
  readonly id: number
  readonly value: unknown
  /** Why there is no value, or null. */
  readonly error: string | null
}

/** The message, or one sentence that says why it is none: a worker's word is not trusted. */
export function parseFromWorker(message: unknown): FromWorker | string {
  if (typeof message !== 'object' || message === null) return garbage('no object')
  const { is, memoryMb, upTo, published, state, id, error } = message as Record<string, unknown>
  switch (is) {
    case 'ready':
      return message as FromWorker
    case 'beat':
      return Number.isFinite(memoryMb) ? (message as FromWorker) : garbage('a beat without memory')
    case 'answer':
      return Number.isInteger(id) && (error === null || typeof error === 'string')
        ? (message as FromWorker)
        : garbage('an answer to nothing')
    case 'done': {
      if (!Number.isInteger(upTo) || !Array.isArray(published)) return garbage('done with nothing')
      if (state !== null && !isState(state)) return garbage('a state without a version')
      const fault = published.map(eventFault).find((found) => found !== null)
      return fault === undefined ? (message as FromWorker) : garbage(fault)
    }
    default:
      return garbage(`a message of the kind ${JSON.stringify(is)}`)
  }
}

function isState(state: unknown): boolean {
  return (
    typeof state === 'object' &&
    state !== null &&
    Number.isInteger((state as Partial<WorkerState>).version)
  )
}

function garbage(what: string): string {
  return `its worker sent garbage: ${what}`
}
