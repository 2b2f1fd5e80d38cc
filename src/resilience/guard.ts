import { GenesisError } from '../runtime/index.ts'
import type { Call } from './attempt.ts'
import type { Events } from './events.ts'
import type { Executor, Run, Settle } from './executor.ts'
import type { Failure, OnceOutcome } from './outcome.ts'
import { refusal } from './refusal.ts'
import { linkSignal, unlinkSignal } from './signal-links.ts'
import type { Timers } from './timers.ts'

/**
 * The overall deadline of a call, and its caller's abort.
 *
 * What holds: the caller hears at once, whatever the task does; every attempt still out is given
 * up; a call that was never sent is refused (`no-time`, `aborted`), not failed; and when an
 * earlier attempt failed for a reason of its own, that reason is the answer, not the clock.
 */
export class Guard implements Executor {
  readonly #timers: Timers
  readonly #events: Events

  constructor(timers: Timers, events: Events) {
    this.#timers = timers
    this.#events = events
  }

  apply(inner: Run): Run {
    return (attempt, settle) => {
      const { call } = attempt
      const signal = call.options?.signal
      if (signal?.aborted) return settle(refusal('aborted'))
      if (call.deadlineAtMs === Infinity && signal === undefined) return inner(attempt, settle)
      if (call.callDeadlineLeftMs <= 0) return settle(refusal('no-time'))
      call.races = true
      const handle = this.#waitForDeadline(call, settle)
      if (handle === 0) return settle(refusal('timers-full'))
      const link = signal && linkSignal(signal, (reason) => abortCall(call, reason, settle))
      inner(attempt, (outcome) => {
        if (handle > 0) this.#timers.cancel(handle)
        if (link !== undefined) unlinkSignal(link)
        if (!call.over) settle(outcome)
      })
    }
  }

  #waitForDeadline(call: Call, settle: Settle): number {
    if (call.deadlineAtMs === Infinity) return -1
    return this.#timers.add(call.deadlineAtMs, () => this.#onDeadline(call, settle))
  }

  #onDeadline(call: Call, settle: Settle): void {
    if (call.over) return
    call.readClock()
    call.counters.deadlines++
    const deadlineMs = call.deadlineAtMs - call.startedAtMs
    if (this.#events.hasListeners) this.#events.emit({ type: 'deadline.passed', deadlineMs })
    const error = new GenesisError('timeout', `No answer within the deadline of ${deadlineMs} ms.`)
    const timeout = timeoutFailure(call, error)
    end(call, error, timeout, settle, call.sent === 0 ? refusal('no-time') : timeout)
  }
}

function abortCall(call: Call, reason: unknown, settle: Settle): void {
  if (call.over) return
  call.readClock()
  end(call, reason, refusal('aborted'), settle, refusal('aborted'))
}

/** Attempts learn `forAttempts` first, so that permits are back when the caller hears. */
function end(
  call: Call,
  reason: unknown,
  forAttempts: OnceOutcome<unknown>,
  settle: Settle,
  otherwise: OnceOutcome<unknown>,
): void {
  call.over = true
  call.abortAttempts(reason, forAttempts)
  const isTimeout = !('refused' in otherwise)
  settle((isTimeout ? call.lastFailure : undefined) ?? otherwise)
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
