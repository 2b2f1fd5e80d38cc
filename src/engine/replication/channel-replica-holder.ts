import { type Clock, GenesisError, type Refusal, type Timer } from '../../runtime/index.ts'
import type { EventBatch, Replica, StateOffer } from './replica.ts'
import {
  type Answer,
  type Question,
  type ReplicaChannel,
  sealed,
  unsealed,
  type Verb,
} from './replica-channel.ts'
import type { ApplyRefusal, ReplicaHolder } from './replica-holder.ts'

/**
 * A holder in another Worker or process, over a channel. Every question has a deadline, and no
 * more than so many wait; when the channel ends, all that wait are rejected and so is everything
 * after.
 */
export class ChannelReplicaHolder implements ReplicaHolder {
  readonly name: string
  readonly #clock: Clock
  readonly #channel: ReplicaChannel
  readonly #deadlineMs: number
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #closed: Error | null = null

  constructor(options: {
    name: string
    clock: Clock
    channel: ReplicaChannel
    deadlineMs?: number
  }) {
    this.name = options.name
    this.#clock = options.clock
    this.#channel = options.channel
    this.#deadlineMs = options.deadlineMs ?? 1_000
    this.#channel.onMessage((message) => this.#onAnswer(unsealed<Answer>(message)))
    this.#channel.onClosed((reason) => this.#onClosed(reason))
  }

  offer(offer: StateOffer): Promise<Refusal<'damaged'> | undefined> {
    return this.#ask('offer', [offer]) as Promise<Refusal<'damaged'> | undefined>
  }

  apply(group: string, batch: EventBatch): Promise<ApplyRefusal | undefined> {
    return this.#ask('apply', [group, batch]) as Promise<ApplyRefusal | undefined>
  }

  async newest(group: string): Promise<Replica | null> {
    return ((await this.#ask('newest', [group])) as Replica | undefined) ?? null
  }

  async drop(group: string): Promise<void> {
    await this.#ask('drop', [group])
  }

  #ask(verb: Verb, parameters: readonly unknown[]): Promise<unknown> {
    if (this.#closed) return Promise.reject(this.#lost(this.#closed.message))
    if (this.#waiting.size >= WAITING_MAX) {
      return Promise.reject(this.#lost(`${WAITING_MAX} questions wait for an answer`))
    }
    this.#lastId += 1
    const question: Question = { id: this.#lastId, verb, parameters }
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(this.#deadlineMs, () => {
        this.#waiting.delete(question.id)
        const sentence = `${this.name} did not answer ${verb} within ${this.#deadlineMs} ms`
        reject(new GenesisError('timeout', sentence))
      })
      this.#waiting.set(question.id, { resolve, reject, timer })
      this.#channel.post(sealed(question))
    })
  }

  /** An answer nobody waits for came after its deadline. */
  #onAnswer(answer: Answer | null): void {
    const waiting = answer && this.#waiting.get(answer.id)
    if (!waiting) return
    this.#waiting.delete(answer.id)
    waiting.timer.cancel()
    if ('failed' in answer) waiting.reject(this.#lost(answer.failed))
    else waiting.resolve(answer.value ?? undefined)
  }

  #onClosed(reason: Error): void {
    this.#closed = reason
    for (const { reject, timer } of this.#waiting.values()) {
      timer.cancel()
      reject(this.#lost(reason.message))
    }
    this.#waiting.clear()
  }

  #lost(why: string): GenesisError {
    return new GenesisError('replica-lost', `the replicas at ${this.name} are out of reach: ${why}`)
  }
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: GenesisError) => void
  readonly timer: Timer
}

const WAITING_MAX = 1_024
