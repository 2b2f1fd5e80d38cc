import type { Clock } from '../runtime/index.ts'
import { Attempt } from './attempt.ts'
import type { Task } from './call-context.ts'
import type { Criticality } from './criticality.ts'

/**
 * One call of a policy, from admission to its one outcome, with all its attempts.
 *
 * `nowMs` is the present as far as this call knows (see `Executor`, rule 3): reading the machine's
 * clock costs a quarter of a healthy call, so it is read once at either end.
 */
export class Call {
  readonly task: Task<unknown>
  readonly clock: Clock
  readonly startedAtMs: number
  readonly key: string | undefined
  readonly criticality: Criticality
  /** Monotonic; `Infinity` without a deadline. */
  deadlineAtMs: number
  nowMs: number
  attempts = 0
  /** Set by the layer that hands the outcome to the caller. */
  settled = false
  #last: Attempt | undefined = undefined

  constructor(
    task: Task<unknown>,
    clock: Clock,
    nowMs: number,
    deadlineAtMs: number,
    key: string | undefined,
    criticality: Criticality,
  ) {
    this.task = task
    this.clock = clock
    this.startedAtMs = nowMs
    this.nowMs = nowMs
    this.deadlineAtMs = deadlineAtMs
    this.key = key
    this.criticality = criticality
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

  /** Gives up every attempt still out: the call has its outcome, or needs none any more. */
  abortAttempts(reason: unknown): void {
    for (let attempt = this.#last; attempt !== undefined; attempt = attempt.previous) {
      attempt.abort(reason)
    }
  }
}
