import { SimulatedClock } from '../../runtime/index.ts'
import { type Attempt, Call } from '../attempt.ts'
import { CallCounters } from '../call-counters.ts'
import type { Criticality } from '../criticality.ts'
import { Events } from '../events.ts'
import type { Executor, Run, Settle } from '../executor.ts'
import type { OnceOutcome } from '../outcome.ts'
import { refusal } from '../refusal.ts'

/**
 * For tests: calls that go through one executor on a simulated clock, to another side that the
 * test answers by hand (`answer`), or that answers by itself (`serve`).
 */
export class SimulatedCalls {
  readonly clock = new SimulatedClock()
  readonly counters = new CallCounters()
  readonly events = new Events('simulated')
  readonly sent: SimulatedCall[] = []
  /** What reached the other side and has no answer yet, oldest first. */
  readonly running: SimulatedCall[] = []
  readonly #run: Run
  readonly #ofAttempt = new WeakMap<Attempt, SimulatedCall>()
  /** Set to answer by rule: called as each call reaches the other side. */
  serve: (call: SimulatedCall) => void = () => {}

  constructor(executor: Executor) {
    this.#run = executor.apply((attempt, settle) => this.#arrive(attempt, settle))
  }

  send({ criticality = 2, deadlineMs = Infinity, key }: SendOptions = {}): SimulatedCall {
    const { clock, counters, events } = this
    const nowMs = clock.monotonicMs()
    const shared = { clock, counters, events, criticality }
    const home = { ...shared, targets: undefined, count: () => undefined }
    const options = key === undefined ? undefined : { key }
    const call = new Call(home, () => undefined, nowMs, deadlineMs, options)
    const simulated = new SimulatedCall(this, call)
    this.sent.push(simulated)
    this.#ofAttempt.set(simulated.attempt, simulated)
    this.#run(simulated.attempt, simulated.settle)
    return simulated
  }

  sendMany(count: number, options?: SendOptions): SimulatedCall[] {
    return Array.from({ length: count }, () => this.send(options))
  }

  #arrive(attempt: Attempt, settle: Settle): void {
    const call = this.#ofAttempt.get(attempt) as SimulatedCall
    call.arrived(settle)
    this.running.push(call)
    this.serve(call)
  }
}

export class SimulatedCall {
  readonly attempt: Attempt
  readonly #calls: SimulatedCalls
  /** More than one breaks the executor's first rule. */
  readonly outcomes: OnceOutcome<unknown>[] = []
  hasRun = false

  constructor(calls: SimulatedCalls, attempt: Attempt) {
    this.#calls = calls
    this.attempt = attempt
  }

  readonly settle: Settle = (outcome) => {
    this.outcomes.push(outcome)
  }

  /** 'ok', 'failed', 'unknown', a refusal's code, or undefined while it is out. */
  get result(): string | undefined {
    const outcome = this.outcomes[0]
    if (outcome === undefined) return undefined
    if (outcome.ok) return 'ok'
    if ('refused' in outcome) return outcome.refused
    return 'unknown' in outcome ? 'unknown' : 'failed'
  }

  arrived(reply: Settle): void {
    this.hasRun = true
    this.attempt.onAbort = reply
  }

  answer(how: OnceOutcome<unknown> = succeeded): void {
    const { running } = this.#calls
    const index = running.indexOf(this)
    if (index >= 0) running.splice(index, 1)
    if (!this.attempt.answered()) return
    this.attempt.call.readClock()
    this.attempt.settle(how)
  }

  /** As the guard does when the caller leaves, or at the deadline. */
  giveUp(outcome: OnceOutcome<unknown> = refusal('aborted')): void {
    this.attempt.call.over = true
    this.attempt.abort('given up', outcome)
  }

  answerAfter(delayMs: number, how?: OnceOutcome<unknown>): void {
    this.#calls.clock.after(delayMs, () => this.answer(how))
  }
}

interface SendOptions {
  readonly criticality?: Criticality
  readonly deadlineMs?: number
  readonly key?: string
}

const succeeded: OnceOutcome<unknown> = {
  ok: true,
  value: 'answer',
  source: 'live',
  attempts: 1,
  elapsedMs: 0,
}

const failure = { ok: false, error: 'failure', attempts: 1, elapsedMs: 0 } as const

export const timedOut: OnceOutcome<unknown> = {
  ...failure,
  errorClass: 'ambiguous',
  timedOut: true,
}
export const overload: OnceOutcome<unknown> = {
  ...failure,
  errorClass: 'overload',
  timedOut: false,
}
export const fatal: OnceOutcome<unknown> = { ...failure, errorClass: 'fatal', timedOut: false }
export const transient: OnceOutcome<unknown> = {
  ...failure,
  errorClass: 'transient',
  timedOut: false,
}
export const lost: OnceOutcome<unknown> = { ...failure, errorClass: 'ambiguous', timedOut: false }
