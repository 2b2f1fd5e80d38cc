import { GenesisError } from '../runtime/index.ts'
import { agedFailure } from './aged-failure.ts'
import type { Call } from './attempt.ts'
import { type Events, keyed } from './events.ts'
import type { Executor, Run, Settle } from './executor.ts'
import type { Failure, OnceOutcome } from './outcome.ts'
import { aborted, refusal } from './refusal.ts'
import { linkSignal, unlinkSignal } from './signal-links.ts'
import type { Timers } from './timers.ts'

/**
 * The overall deadline of a call, and its caller's abort.
 *
 * What holds: the caller hears at once, whatever the task does; every attempt still out is given
 * up, also when a fallback beside it answered long ago; a call that was never sent is refused
 * (`no-time`), not failed, and so is one that its caller aborted, which says whether it was sent;
 * and when an earlier attempt failed for a reason of its own, that reason is the answer, not the
 * clock; but for `once` not while another attempt is out, since that one may be taking effect.
 */
export class Guard implements Executor {
  readonly #timers: Timers
  readonly #events: Events
  readonly #once: boolean

  constructor(timers: Timers, events: Events, once = false) {
    this.#timers = timers
    this.#events = events
    this.#once = once
  }

  apply(inner: Run): Run {
    return (attempt, settle) => {
      const { call } = attempt
      const signal = call.options?.signal
      if (signal?.aborted) return settle(aborted(signal.reason, false))
      if (call.deadlineAtMs === Infinity && signal === undefined) return inner(attempt, settle)
      if (call.callDeadlineLeftMs <= 0) return settle(refusal('no-time'))
      call.races = true
      const watch: Watch = { call, settle, isEnded: false }
      const handle = this.#waitForDeadline(watch)
      if (handle === 0) return settle(refusal('timers-full'))
      const link = signal && linkSignal(signal, (reason) => abortCall(watch, reason))
      inner(attempt, (outcome) => {
        if (handle > 0) this.#timers.cancel(handle)
        if (link !== undefined) unlinkSignal(link)
        if (!watch.isEnded) settle(outcome)
      })
    }
  }

  #waitForDeadline(watch: Watch): number {
    const { call } = watch
    if (call.deadlineAtMs === Infinity) return -1
    return this.#timers.add(call.deadlineAtMs, () => this.#onDeadline(watch))
  }

  #onDeadline(watch: Watch): void {
    if (watch.isEnded) return
    const { call } = watch
    call.readClock()
    if (call.outcome === undefined) call.counters.deadlines++
    const deadlineMs = call.deadlineAtMs - call.startedAtMs
    if (this.#events.hasListeners) {
      this.#events.emit({ type: 'deadline.passed', deadlineMs, ...keyed(call.key) })
    }
    const error = new GenesisError('timeout', `No answer within the deadline of ${deadlineMs} ms.`)
    const timeout = timeoutFailure(call, error)
    const answer = call.sent === 0 ? refusal('no-time') : (this.#known(call) ?? timeout)
    end(watch, error, timeout, answer)
  }

  #known(call: Call): Failure | undefined {
    const { lastFailure, sent } = call
    if (lastFailure === undefined) return undefined
    return this.#once && sent > lastFailure.attempts ? undefined : agedFailure(call, lastFailure)
  }
}

function abortCall(watch: Watch, reason: unknown): void {
  if (watch.isEnded) return
  watch.call.readClock()
  const outcome = aborted(reason, watch.call.sent > 0)
  end(watch, reason, outcome, outcome)
}

/** Not the same as `call.over`: a call that a fallback answered may still have attempts out. */
interface Watch {
  readonly call: Call
  readonly settle: Settle
  isEnded: boolean
}

/** Attempts learn `forAttempts` first, so that permits are back when the caller hears. */
function end(
  watch: Watch,
  reason: unknown,
  forAttempts: OnceOutcome<unknown>,
  answer: OnceOutcome<unknown>,
): void {
  const { call, settle } = watch
  watch.isEnded = true
  call.over = true
  call.abortAttempts(reason, forAttempts)
  settle(answer)
}

export function timeoutFailure(call: Call, error: unknown): Failure {
  return {
    ok: false,
    error,
    errorClass: 'ambiguous',
    timedOut: true,
    attempts: call.sent,
    elapsedMs: call.elapsedMs,
  }
}
