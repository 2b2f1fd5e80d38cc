import type { AttemptTimeout } from './attempt-timeout.ts'
import type { Attempt, Call, Lane } from './attempt.ts'
import type { CircuitBreaker } from './breaker/circuit-breaker.ts'
import { circuitResult } from './breaker/circuit-result.ts'
import type { CallOptions } from './call-options.ts'
import type { Run } from './executor.ts'
import type { Invoke } from './invoke.ts'
import type { Failure, OnceOutcome, Success } from './outcome.ts'
import { refusal } from './refusal.ts'
import type { Retry } from './retry/retry.ts'

/**
 * The way of nearly every call: through a closed circuit, under no deadline and no signal, by a
 * policy of retry, breaker and attempt timeout. The composed layers do the same and keep what they
 * know of a call in a closure each; here it is on the call, and nothing is made.
 *
 * What holds: layers are entered and left in the order of `policy`, by the same functions, so that
 * epochs, events, counters and late replies are no other than there. From its first failure on a
 * call takes the ordinary way: `retry` and what lies within it are made then.
 */
export class FastLane implements Lane {
  readonly #parts: FastLaneParts
  readonly #send: Invoke
  #within: Run | undefined = undefined

  constructor(parts: FastLaneParts, send: Invoke) {
    this.#parts = parts
    this.#send = send
  }

  takes(options: CallOptions | undefined, nowMs: number): boolean {
    const { breaker, retry } = this.#parts
    if (breaker !== undefined && breaker.state !== 'CLOSED') return false
    if (options?.deadlineMs !== undefined || options?.signal !== undefined) return false
    return retry === undefined || retry.pauseMs(options?.key, nowMs) === 0
  }

  run(call: Call): void {
    const { breaker, timeout } = this.#parts
    if (breaker !== undefined) call.ticket = breaker.admitOnce()
    call.timer = timeout.start(call)
    if (call.timer === 0) this.settle(refusal('timers-full'), call)
    else this.#send(call, settleOnLane)
  }

  settle(outcome: OnceOutcome<unknown>, call: Call): void {
    if (!outcome.ok) return this.#settleTrouble(outcome, call)
    const { breaker, timeout } = this.#parts
    timeout.endWell(call, call.timer, call.startedAtMs)
    breaker?.settleOnce(call.ticket, 'success', call.elapsedMs, call.nowMs)
    call.finish(outcome)
  }

  #settleTrouble(outcome: NotOk, call: Call): void {
    const { breaker, timeout } = this.#parts
    if (call.timer !== 0) timeout.end(call, call.timer, call.startedAtMs, outcome)
    breaker?.settleOnce(call.ticket, circuitResult(outcome), call.elapsedMs, call.nowMs)
    const retry = 'errorClass' in outcome ? this.#parts.makeRetry() : undefined
    if (retry === undefined) return call.finish(outcome)
    this.#within ??= this.#parts.within(this.#send)
    const failure = outcome as Failure
    retry.afterFailure(this.#within, call, failure, 1, 0, (last) => call.finish(last))
  }
}

/** One for all lanes: a function each is a tenth of what a policy may take. */
function settleOnLane(outcome: OnceOutcome<unknown>, { call }: Attempt): void {
  call.home.lane?.settle(outcome, call)
}

type NotOk = Exclude<OnceOutcome<unknown>, Success<unknown>>

export interface FastLaneParts {
  readonly breaker: CircuitBreaker | undefined
  readonly timeout: AttemptTimeout
  /** Once it was needed. */
  readonly retry: Retry | undefined
  makeRetry(): Retry | undefined
  /** All layers within `retry`, put together. */
  within(send: Run): Run
}
