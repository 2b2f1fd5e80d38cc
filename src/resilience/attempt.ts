import type { Call } from './call.ts'
import type { CallContext } from './call-context.ts'
import type { OnceOutcome } from './outcome.ts'

/**
 * One attempt of a call, and what the called function sees of it (`CallContext`).
 *
 * What holds: it settles at most once, by its reply or by being given up, whichever is first, so
 * that giving up returns every permit and ticket on the way out at once; a reply after that is
 * counted `late`. The signal exists only if somebody asked for it, aborts at most once and never
 * after the reply.
 */
export class Attempt implements CallContext {
  readonly call: Call
  readonly attempt: number
  readonly target: string | undefined
  startedAtMs: number
  /** The attempt of the same call before this one. */
  readonly previous: Attempt | undefined
  /** Sent while another attempt was out. */
  isHedge = false
  /** Set by whoever keeps the attempt waiting, a queue or the task: where an abort settles it. */
  onAbort: ((outcome: OnceOutcome<unknown>) => void) | undefined = undefined
  isOut = true
  #abortedFor: unknown = undefined
  #controller: AbortController | undefined = undefined

  constructor(
    call: Call,
    attempt: number,
    target: string | undefined,
    previous: Attempt | undefined,
  ) {
    this.call = call
    this.attempt = attempt
    this.target = target
    this.startedAtMs = call.nowMs
    this.previous = previous
  }

  get key(): string | undefined {
    return this.call.key
  }

  /** Getters, so that `({ signal }) => ...` works and nothing is bound before it is used. */
  get signal(): () => AbortSignal {
    return () => this.#makeSignal()
  }

  get deadlineLeftMs(): () => number {
    const { deadlineAtMs, clock } = this.call
    return () => Math.max(0, deadlineAtMs - clock.monotonicMs())
  }

  /** The reply is here; false when it comes too late to matter. */
  answered(): boolean {
    if (!this.isOut) {
      this.call.counters.late++
      return false
    }
    this.isOut = false
    return true
  }

  /** Gives the attempt up and settles it with `outcome`. Nothing happens once it has answered. */
  abort(reason: unknown, outcome: OnceOutcome<unknown>): void {
    if (!this.isOut) return
    this.isOut = false
    this.#abortedFor = reason ?? new Error('The attempt was given up.')
    this.#controller?.abort(this.#abortedFor)
    this.onAbort?.(outcome)
  }

  #makeSignal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#abortedFor !== undefined) this.#controller.abort(this.#abortedFor)
    }
    return this.#controller.signal
  }
}
