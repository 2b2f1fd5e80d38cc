import { crc32 } from '../../runtime/index.ts'
import type { Replica } from './replica.ts'
import type { ReplicaHolder } from './replica-holder.ts'

/**
 * How a holder in another Worker or process is spoken to: questions with an id one way, an answer
 * to each the other, as JSON texts that carry their checksum. The channel keeps the order; it may
 * end, and then nothing is answered. A damaged message is not listened to: the question meets its
 * deadline.
 */
export interface ReplicaChannel {
  post(message: string): void
  onMessage(listen: (message: string) => void): void
  onClosed(listen: (reason: Error) => void): void
}

export function sealed(message: Question | Answer): string {
  const text = JSON.stringify(message)
  return `${crc32(text).toString(16).padStart(8, '0')}${text}`
}

/** What was sealed, or null where a byte of it changed. */
export function unsealed<Message extends Question | Answer>(message: string): Message | null {
  const text = message.slice(8)
  const isWhole = crc32(text) === Number.parseInt(message.slice(0, 8), 16)
  return isWhole ? (JSON.parse(text) as Message) : null
}

export type Verb = Exclude<keyof ReplicaHolder, 'name'>

export interface Question {
  readonly id: number
  readonly verb: Verb
  readonly parameters: readonly unknown[]
}

export type Answer =
  | { readonly id: number; readonly value: Replica | { readonly refused: string } | null }
  | { readonly id: number; readonly failed: string }
