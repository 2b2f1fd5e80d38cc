import type { Clock } from '../runtime/index.ts'
import type { CallContext, Task } from './call-context.ts'
import type { CallCounters } from './call-counters.ts'
import type { Criticality } from './criticality.ts'
import type { Failure, OnceOutcome } from './outcome.ts'

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

/**
 * One call of a policy, from admission to its one outcome, with all its attempts.
 *
 * `nowMs` is the present as far as this call knows (see `Executor`, rule 3): reading the machine's
 * clock costs a quarter of a healthy call, so it is read once at either end.
 */
export class Call {
  readonly task: Task<unknown>
  readonly clock: Clock
  readonly counters: CallCounters
  readonly startedAtMs: number
  readonly key: string | undefined
  readonly criticality: Criticality
  /** Monotonic; `Infinity` without a deadline. */
  readonly deadlineAtMs: number
  /** The caller's, if it has one. */
  readonly signal: AbortSignal | undefined
  nowMs: number
  attempts = 0
  /** How often the task was called; attempts refused on the way to it do not count. */
  sent = 0
  /** Settled, aborted or out of time: nobody starts anything for it any more. */
  over = false
  /** The guard has told the caller. */
  answered = false
  /** Of an attempt that was followed by another: a better answer than "out of time". */
  lastFailure: Failure | undefined = undefined
  #last: Attempt | undefined = undefined

  constructor(
    task: Task<unknown>,
    clock: Clock,
    counters: CallCounters,
    nowMs: number,
    deadlineAtMs: number,
    key: string | undefined,
    criticality: Criticality,
    signal: AbortSignal | undefined,
  ) {
    this.task = task
    this.clock = clock
    this.counters = counters
    this.startedAtMs = nowMs
    this.nowMs = nowMs
    this.deadlineAtMs = deadlineAtMs
    this.key = key
    this.criticality = criticality
    this.signal = signal
  }

  get deadlineLeftMs(): number {
    return this.deadlineAtMs - this.nowMs
  }

  /** For a layer woken by a timer or by anything but an attempt's reply. */
  readClock(): number {
    this.nowMs = this.clock.monotonicMs()
    return this.nowMs
  }

  nextAttempt(target?: string): Attempt {
    this.attempts++
    this.#last = new Attempt(this, this.attempts, target, this.#last)
    return this.#last
  }

  /** Gives up every attempt still out, each settled with `outcome`, the latest first. */
  abortAttempts(reason: unknown, outcome: OnceOutcome<unknown>): void {
    for (let attempt = this.#last; attempt !== undefined; attempt = attempt.previous) {
      attempt.abort(reason, outcome)
    }
  }
}
