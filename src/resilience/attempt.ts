import type { Clock } from '../runtime/index.ts'
import { AttemptExtras } from './attempt-extras.ts'
import type { CallContext, Task } from './call-context.ts'
import type { AttemptBudget } from './budget.ts'
import type { CallCounters } from './call-counters.ts'
import type { Events } from './events.ts'
import type { Criticality } from './criticality.ts'
import type { Failure, OnceOutcome } from './outcome.ts'
import type { CallOptions } from './call-options.ts'

/**
 * One attempt of a call, and what the called function sees of it (`CallContext`).
 *
 * What holds: it settles at most once, by its reply or by being given up, whichever is first, so
 * that giving up returns every permit and ticket on the way out at once; a reply after that is
 * counted `late`. The signal exists only if somebody asked for it, aborts at most once and never
 * after the reply.
 *
 * Fields are only declared and are set in the constructor, and none has a `#`: a field that is
 * defined first and set then costs twice, and one `#` costs as much as ten others. This is made for
 * every call.
 */
export class Attempt implements CallContext {
  declare readonly call: Call
  declare readonly attempt: number
  /** Of the first attempt: when the call was made. */
  declare readonly startedAtMs: number
  declare isOut: boolean
  /** Set by whoever keeps the attempt waiting, a queue or the task: where an abort settles it. */
  declare onAbort: ((outcome: OnceOutcome<unknown>, attempt: Attempt) => void) | undefined
  /** What nearly no attempt has: it is made for every call, and each field of it is paid for. */
  declare protected extras: AttemptExtras<Attempt> | undefined

  /** `call` is undefined for the first attempt, which is the call. */
  constructor(call: Call | undefined, nowMs: number, attempt: number) {
    this.call = call ?? (this as unknown as Call)
    this.attempt = attempt
    this.startedAtMs = nowMs
    this.isOut = true
    this.onAbort = undefined
    this.extras = undefined
  }

  /** Sent while another attempt was out. */
  get isHedge(): boolean {
    return this.extras !== undefined && this.extras.isHedge
  }

  set isHedge(isHedge) {
    this.extra().isHedge = isHedge
  }

  /** Attempts go round the targets. */
  get target(): string | undefined {
    const { targets } = this.call.home
    return targets?.[(this.attempt - 1) % targets.length]
  }

  get key(): string | undefined {
    return this.call.options?.key
  }

  /** Getters, so that `({ signal }) => ...` works and nothing is bound before it is used. */
  get signal(): () => AbortSignal {
    return () => this.makeSignal()
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
    const extras = this.extra()
    extras.abortedFor = reason ?? new Error('The attempt was given up.')
    extras.controller?.abort(extras.abortedFor)
    this.settle(outcome)
  }

  /** To whoever waits for it. */
  settle(outcome: OnceOutcome<unknown>): void {
    this.onAbort?.(outcome, this)
  }

  protected extra(): AttemptExtras<Attempt> {
    this.extras ??= new AttemptExtras()
    return this.extras
  }

  private makeSignal(): AbortSignal {
    const extras = this.extra()
    if (extras.controller === undefined) {
      extras.controller = new AbortController()
      if (extras.abortedFor !== undefined) extras.controller.abort(extras.abortedFor)
    }
    return extras.controller.signal
  }
}

/**
 * One call of a policy, from admission to its one outcome. It is its own first attempt, since
 * nearly all calls have no second one.
 *
 * `nowMs` is the present as far as this call knows (see `Executor`, rule 3): reading the machine's
 * clock costs a quarter of a healthy call, so it is read once at either end.
 */
export class Call extends Attempt {
  /**
   * V8 forgets the shape of a class of which a full collection finds no instance, and with it all
   * code made for that shape. Between two calls there would be none.
   */
  static readonly kept = new Call({} as CallHome, () => undefined, 0.5, Infinity)
  declare readonly home: CallHome
  declare readonly task: Task<unknown>
  declare readonly options: CallOptions | undefined
  declare nowMs: number
  /** How often the task was called; attempts refused on the way to it do not count. */
  declare sent: number
  /**
   * Something may settle the call before the reply to a sent attempt: a timer, the caller's signal,
   * a hedge, a fallback beside it. Set before that attempt is sent.
   */
  declare races: boolean
  /** What the first reply leads to; enough of a promise for a call that nothing races. */
  declare reply: Promise<OnceOutcome<unknown>> | undefined
  declare outcome: OnceOutcome<unknown> | undefined
  /** Of the circuit, and of the attempt's timeout: kept here on the fast lane. */
  declare ticket: number
  declare timer: number
  declare private resolve: ((outcome: OnceOutcome<unknown>) => void) | undefined

  constructor(
    home: CallHome,
    task: Task<unknown>,
    nowMs: number,
    deadlineMs: number,
    options?: CallOptions,
  ) {
    super(undefined, nowMs, 1)
    this.home = home
    this.task = task
    this.options = options
    this.nowMs = nowMs
    this.sent = 0
    this.races = false
    this.reply = undefined
    this.outcome = undefined
    this.ticket = 0
    this.timer = -1
    this.resolve = undefined
    if (deadlineMs !== Infinity) this.extra().endsAtMs = nowMs + deadlineMs
  }

  /** Settled, aborted or out of time: nobody starts anything for it any more. */
  get over(): boolean {
    return this.outcome !== undefined || (this.extras !== undefined && this.extras.isOver)
  }

  set over(isOver) {
    this.extra().isOver = isOver
  }

  /** Waited for turns of our own before it was sent: not the other side's time. */
  get ownWaitMs(): number {
    return this.extras === undefined ? 0 : this.extras.ownWaitMs
  }

  set ownWaitMs(waitedMs) {
    this.extra().ownWaitMs = waitedMs
  }

  /** Admitted by a circuit that recovers: how often the time of an attempt is doubled for it. */
  get patience(): number {
    return this.extras === undefined ? 0 : this.extras.patience
  }

  set patience(patience) {
    this.extra().patience = patience
  }

  /** Of an attempt that was followed by another: a better answer than "out of time". */
  get lastFailure(): Failure | undefined {
    return this.extras?.lastFailure
  }

  set lastFailure(failure) {
    this.extra().lastFailure = failure
  }

  /** Monotonic; `Infinity` without a deadline. */
  get deadlineAtMs(): number {
    return this.extras === undefined ? Infinity : this.extras.endsAtMs
  }

  get attempts(): number {
    return 1 + (this.extras?.later?.length ?? 0)
  }

  get clock(): Clock {
    return this.home.clock
  }

  get counters(): CallCounters {
    return this.home.counters
  }

  get criticality(): Criticality {
    return this.options?.criticality ?? this.home.criticality
  }

  get callDeadlineLeftMs(): number {
    return this.deadlineAtMs - this.nowMs
  }

  get elapsedMs(): number {
    return this.nowMs - this.startedAtMs
  }

  /** For a layer woken by a timer or by anything but an attempt's reply. */
  readClock(): number {
    this.nowMs = this.home.clock.monotonicMs()
    return this.nowMs
  }

  nextAttempt(): Attempt {
    const next = new Attempt(this, this.nowMs, this.attempts + 1)
    const extras = this.extra()
    if (extras.later === undefined) extras.later = [next]
    else extras.later.push(next)
    return next
  }

  /** Gives up every attempt still out, each settled with `outcome`, the latest first. */
  abortAttempts(reason: unknown, outcome: OnceOutcome<unknown>): void {
    const later = this.extras?.later ?? []
    for (const attempt of later.toReversed()) attempt.abort(reason, outcome)
    this.abort(reason, outcome)
  }

  finish(outcome: OnceOutcome<unknown>): void {
    this.home.count(outcome, this.options)
    this.outcome = outcome
    this.resolve?.(outcome)
  }

  promise(): Promise<OnceOutcome<unknown>> {
    if (this.outcome !== undefined) return Promise.resolve(this.outcome)
    // Somebody holds this promise: a reply that is still to come must not make another.
    this.races = true
    return new Promise((resolve) => {
      this.resolve = resolve
    })
  }
}

/** What all calls of one policy share. */
export interface CallHome {
  readonly clock: Clock
  readonly counters: CallCounters
  readonly events: Events
  readonly criticality: Criticality
  readonly targets: readonly string[] | undefined
  /** Must not be sent twice, nor answered by anybody else. */
  readonly isOnce?: boolean
  /** The first attempt that goes out pays into it. */
  readonly budget?: AttemptBudget | undefined
  /** How long an attempt may take while the circuit recovers, if somebody says so. */
  readonly probes?: ProbeTimes | undefined
  /** Takes calls that need no layers; an attempt of theirs settles there. */
  readonly lane?: Lane | undefined
  count(outcome: OnceOutcome<unknown>, options: CallOptions | undefined): void
}

export interface ProbeTimes {
  /** `Infinity` when nobody says. */
  probeMs(patience: number): number
}

export interface Lane {
  settle(outcome: OnceOutcome<unknown>, call: Call): void
}
