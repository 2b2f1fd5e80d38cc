import type { Call } from '../attempt.ts'
import type { Settle } from '../executor.ts'
import type { OnceOutcome, Success } from '../outcome.ts'
import type { TakeAnswer } from './fallback-call.ts'
import { type FallbackParts, isReplaceable, tellCovered } from './fallback-parts.ts'

/** Starts what runs beside the live call, and tells its answer, or undefined for none. */
export type Beside = (answer: TakeAnswer) => void

/**
 * Live call and fallback (in ETERNAL whatever is stored) side by side; the first acceptable answer
 * wins.
 *
 * A fallback that is there at once (a constant, a stored price) would always win and nobody would
 * ever see a live value again. So its answer is held until the live side has had its usual time
 * (the p95 of healthy replies), or has failed, whichever is first. A live call that loses runs
 * on: its outcome is how the circuit learns, and its value how the cache stays young.
 */
export class ParallelAnswer {
  readonly #parts: FallbackParts
  readonly #beside: Beside
  readonly #call: Call
  readonly #settle: Settle
  #answered = false
  #stored: Success<unknown> | undefined = undefined
  #storedAtMs = 0
  #fallbackFailed = false
  #liveFailed: OnceOutcome<unknown> | undefined = undefined
  #timer = 0

  constructor(parts: FallbackParts, beside: Beside, call: Call, settle: Settle) {
    this.#parts = parts
    this.#beside = beside
    this.#call = call
    this.#settle = settle
  }

  start(
    live: (settle: Settle) => void,
    cached: (outcome: OnceOutcome<unknown>) => OnceOutcome<unknown>,
  ): void {
    this.#call.races = true
    live((outcome) => {
      if (this.#answered) return
      const { essential, events } = this.#parts
      if (!isReplaceable(outcome, essential)) return this.#answer(outcome)
      tellCovered(events, this.#call, outcome)
      if (this.#stored !== undefined) return this.#answer(this.#aged(this.#stored))
      if (this.#fallbackFailed) this.#answer(cached(outcome))
      else this.#liveFailed = outcome
    })
    if (this.#answered) return
    this.#beside((answer) => {
      if (this.#answered) return
      if (answer === undefined) {
        this.#fallbackFailed = true
        if (this.#liveFailed !== undefined) this.#answer(cached(this.#liveFailed))
      } else if (!answer.ok || this.#liveFailed !== undefined) this.#answer(answer)
      else this.#hold(answer)
    })
  }

  #hold(answer: Success<unknown>): void {
    const { latency, timers } = this.#parts
    const call = this.#call
    this.#stored = answer
    const usualMs = latency.isWarm ? Math.min(latency.p95Ms, holdMsMax) : holdMsCold
    const untilMs = call.startedAtMs + usualMs
    this.#storedAtMs = call.nowMs
    if (untilMs <= call.nowMs) return this.#answer(answer)
    this.#timer = timers.add(untilMs, () => {
      this.#timer = 0
      call.readClock()
      this.#answer(this.#aged(answer))
    })
    if (this.#timer === 0) this.#answer(answer)
  }

  /** Told now: it has grown older since it was found. */
  #aged(answer: Success<unknown>): Success<unknown> {
    const { nowMs, sent, elapsedMs } = this.#call
    const { ageMs } = answer
    const age = ageMs === undefined ? undefined : { ageMs: ageMs + nowMs - this.#storedAtMs }
    return { ...answer, ...age, attempts: sent, elapsedMs }
  }

  #answer(outcome: OnceOutcome<unknown>): void {
    if (this.#answered) return
    this.#answered = true
    if (this.#timer !== 0) this.#parts.timers.cancel(this.#timer)
    this.#settle(outcome)
  }
}

/** A sick side's own p95 may be seconds; a person waits one. */
const holdMsMax = 1_000
/** Nobody knows yet what is usual. */
const holdMsCold = 100
