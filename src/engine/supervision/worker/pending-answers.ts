import { type Clock, GenesisError, type Timer } from '../../../runtime/index.ts'
import type { AnswerMessage } from './worker-protocol.ts'

/** Requests to a worker that wait for their answer: bounded, each with a deadline. */
export class PendingAnswers {
  readonly #clock: Clock
  readonly #bound: number
  readonly #deadlineMs: number
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  constructor(options: { clock: Clock; bound: number; deadlineMs: number }) {
    this.#clock = options.clock
    this.#bound = options.bound
    this.#deadlineMs = options.deadlineMs
  }

  /** Rejects with a `GenesisError`: at the bound, at the deadline, with what the worker says. */
  ask(send: (id: number) => void): Promise<unknown> {
    if (this.#waiting.size >= this.#bound) {
      const sentence = `${this.#bound} requests wait for the worker already`
      return Promise.reject(new GenesisError('component-failed', sentence))
    }
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(this.#deadlineMs, () => {
        this.#waiting.delete(id)
        reject(new GenesisError('timeout', `no answer within ${this.#deadlineMs} ms`))
      })
      this.#waiting.set(id, { resolve, reject, timer })
      send(id)
    })
  }

  answer({ id, value, error }: AnswerMessage): void {
    const waiting = this.#take(id)
    if (error === null) waiting?.resolve(value)
    else waiting?.reject(new GenesisError('component-failed', error))
  }

  /** The worker that was asked is no more. */
  failAll(reason: GenesisError): void {
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.reject(reason)
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    waiting?.timer.cancel()
    this.#waiting.delete(id)
    return waiting
  }
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: GenesisError) => void
  readonly timer: Timer
}
