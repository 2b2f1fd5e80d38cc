import type { Clock } from '../runtime/index.ts'
import { Attempt } from './attempt.ts'
import type { Task } from './call-context.ts'
import type { CallCounters } from './call-counters.ts'
import type { Criticality } from './criticality.ts'
import type { Failure, OnceOutcome } from './outcome.ts'

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
