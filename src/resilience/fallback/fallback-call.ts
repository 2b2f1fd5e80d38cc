import type { Call } from '../attempt.ts'
import type { Events } from '../events.ts'
import { isThenable } from '../is-thenable.ts'
import type { OnceOutcome, Refused, Success } from '../outcome.ts'
import type { Fallback, FallbackReason } from '../policy-options.ts'
import { aborted } from '../refusal.ts'
import { linkSignal, unlinkSignal } from '../signal-links.ts'
import type { Timers } from '../timers.ts'

/**
 * Runs the declared fallback, isolated: one that throws, rejects or takes longer than its time
 * gives no answer, is reported, and never becomes the caller's error. Its time ends with the
 * call's deadline, and its caller may abort it.
 */
export class FallbackCall {
  readonly #fallback: Fallback<unknown>
  readonly #withinMs: number
  readonly #timers: Timers
  readonly #events: Events

  constructor({ fallback, withinMs, timers, events }: FallbackCallOptions) {
    this.#fallback = fallback
    this.#withinMs = withinMs
    this.#timers = timers
    this.#events = events
  }

  /** `outcome` is undefined when the live side has not answered yet. Answers exactly once. */
  run(call: Call, outcome: OnceOutcome<unknown> | undefined, answer: TakeAnswer): void {
    const signal = call.options?.signal
    if (signal?.aborted) return answer(aborted(signal.reason, call.sent > 0))
    let value: unknown
    let isPromise: boolean
    try {
      value = this.#fallback(reason(call, outcome))
      isPromise = isThenable(value)
    } catch (error) {
      this.#events.threw('fallback', error)
      return answer(undefined)
    }
    // Adopted, and not asked: its `then` may throw, or call back twice.
    if (isPromise) this.#wait(call, new Promise((resolve) => resolve(value)), answer)
    else answer(this.#success(call, value))
  }

  /** Past the deadline only a value that is there already still counts. */
  #wait(call: Call, value: Promise<unknown>, answer: TakeAnswer): void {
    const signal = call.options?.signal
    let isAnswered = false
    const answerOnce = (make: () => Parameters<TakeAnswer>[0]) => {
      if (isAnswered) return
      isAnswered = true
      this.#timers.cancel(handle)
      if (link !== undefined) unlinkSignal(link)
      call.readClock()
      answer(make())
    }
    const untilMs = Math.max(call.nowMs, Math.min(call.nowMs + this.#withinMs, call.deadlineAtMs))
    const handle = this.#timers.add(untilMs, () => answerOnce(() => undefined))
    const link =
      signal && linkSignal(signal, (reason) => answerOnce(() => aborted(reason, call.sent > 0)))
    if (handle === 0) answerOnce(() => undefined)
    value.then(
      (value) => answerOnce(() => this.#success(call, value)),
      (error: unknown) => {
        this.#events.threw('fallback', error)
        answerOnce(() => undefined)
      },
    )
  }

  #success(call: Call, value: unknown): Success<unknown> {
    return {
      ok: true,
      value,
      source: 'fallback',
      attempts: call.sent,
      elapsedMs: call.elapsedMs,
    }
  }
}

export const fallbackMsDefault = 1_000

/** The fallback's value; undefined for none; or a refusal, when the caller aborted meanwhile. */
export type TakeAnswer = (answer: Success<unknown> | Refused | undefined) => void

export interface FallbackCallOptions {
  readonly fallback: Fallback<unknown>
  readonly withinMs: number
  readonly timers: Timers
  readonly events: Events
}

function reason(call: Call, outcome: OnceOutcome<unknown> | undefined): FallbackReason {
  const { key } = call
  if (outcome === undefined || outcome.ok) return { key }
  return 'refused' in outcome ? { refused: outcome.refused, key } : { error: outcome.error, key }
}
