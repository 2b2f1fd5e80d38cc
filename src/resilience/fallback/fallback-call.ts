import type { Call } from '../attempt.ts'
import type { Events } from '../events.ts'
import type { OnceOutcome, Success } from '../outcome.ts'
import type { Fallback, FallbackReason } from '../policy-options.ts'
import type { Timers } from '../timers.ts'

/**
 * Runs the declared fallback, isolated: one that throws, rejects or takes longer than its time
 * gives no answer, is reported, and never becomes the caller's error.
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
  run(
    call: Call,
    outcome: OnceOutcome<unknown> | undefined,
    answer: (answer: Success<unknown> | undefined) => void,
  ): void {
    let value: unknown
    try {
      value = this.#fallback(reason(call, outcome))
    } catch (error) {
      this.#events.threw('fallback', error)
      return answer(undefined)
    }
    if (!(value instanceof Promise)) return answer(this.#success(call, value))
    let handle = this.#timers.add(call.nowMs + this.#withinMs, () => {
      handle = 0
      call.readClock()
      answer(undefined)
    })
    if (handle === 0) return answer(undefined)
    const isInTime = () => {
      if (handle === 0) return false
      this.#timers.cancel(handle)
      handle = 0
      call.readClock()
      return true
    }
    value.then(
      (value) => {
        if (isInTime()) answer(this.#success(call, value))
      },
      (error: unknown) => {
        this.#events.threw('fallback', error)
        if (isInTime()) answer(undefined)
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
