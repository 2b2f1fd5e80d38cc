import { agedFailure } from '../aged-failure.ts'
import type { Call } from '../attempt.ts'
import type { Executor, Run, Settle } from '../executor.ts'
import type { OnceOutcome, Success } from '../outcome.ts'
import type { TakeAnswer } from './fallback-call.ts'
import { type FallbackParts, isReplaceable, tellCovered } from './fallback-parts.ts'
import { type Beside, ParallelAnswer } from './parallel-answer.ts'

/**
 * What answers when the live side does not: the last good value with its age, then the declared
 * fallback; and when that fails too, the live side's own outcome.
 *
 * - CLOSED, OPEN, HALF_OPEN: after the live outcome, when it is not a success.
 * - RESILIENT, ULTRA_RESILIENT: the fallback runs beside the live call (`ParallelAnswer`).
 * - ETERNAL: a call that is not the next probe does not wait for the live side at all, and the
 *   one that is waits no longer than a healthy call takes.
 *
 * What has no key is not remembered: it would answer a call that asked for something else.
 *
 * A caller that aborted wants no answer. A `fatal` failure is one already (404: there is no such
 * thing) or a mistake in our own code, which an answer from elsewhere would hide; so it stays the
 * outcome, in every state, unless the policy is essential. Then it is answered all the same, and
 * told (`failure.covered`). An `unknown` outcome is never covered up.
 */
export class FallbackAnswer implements Executor {
  readonly #parts: FallbackParts

  constructor(parts: FallbackParts) {
    this.#parts = parts
  }

  apply(inner: Run): Run {
    const { circuit, fallback, cache } = this.#parts
    return (attempt, settle) => {
      const { call } = attempt
      const live = (settle: Settle) =>
        inner(attempt, (outcome) => {
          if (outcome.ok && call.key !== undefined) {
            cache?.remember(call.key, outcome.value, call.nowMs)
          }
          settle(outcome)
        })
      const replace = (outcome: OnceOutcome<unknown>, settle: Settle) =>
        this.#replace(call, outcome, settle)
      const beside = (run: Beside) => new ParallelAnswer(this.#parts, run, call, settle)
      const state = circuit?.state
      if (state === 'ETERNAL' && circuit?.mayTryLive(call.nowMs) === false) {
        this.#stored(call, undefined, (answer) => {
          if (answer === undefined) live(settle)
          else settle(answer)
        })
      } else if (fallback !== undefined && (state === 'RESILIENT' || state === 'ULTRA_RESILIENT')) {
        // The fallback has had its turn: what is left is the cache.
        beside((answer) => fallback.run(call, undefined, answer)).start(live, (outcome) =>
          this.#fromCache(call, outcome),
        )
      } else if (state === 'ETERNAL') {
        const stored: Beside = (answer) => this.#stored(call, undefined, answer)
        beside(stored).start(live, (outcome) => outcome)
      } else live((outcome) => replace(outcome, settle))
    }
  }

  #fromCache(call: Call, outcome: OnceOutcome<unknown>): OnceOutcome<unknown> {
    if (!isReplaceable(outcome, this.#parts.essential)) return outcome
    return this.#cached(call) ?? aged(call, outcome)
  }

  #replace(call: Call, outcome: OnceOutcome<unknown>, settle: Settle): void {
    if (!isReplaceable(outcome, this.#parts.essential)) return settle(outcome)
    this.#stored(call, outcome, (answer) => {
      if (answer === undefined) return settle(aged(call, outcome))
      tellCovered(this.#parts.events, call, outcome)
      settle(answer)
    })
  }

  /** Cached, else declared, else undefined. */
  #stored(call: Call, outcome: OnceOutcome<unknown> | undefined, answer: TakeAnswer): void {
    const { fallback } = this.#parts
    const cached = this.#cached(call)
    if (cached !== undefined) answer(cached)
    else if (fallback === undefined) answer(undefined)
    else fallback.run(call, outcome, answer)
  }

  #cached(call: Call): Success<unknown> | undefined {
    const found =
      call.key === undefined ? undefined : this.#parts.cache?.recall(call.key, call.nowMs)
    if (found === undefined) return undefined
    const { value, ageMs } = found
    const { sent: attempts, elapsedMs } = call
    return { ok: true, value, source: 'cache', attempts, elapsedMs, ageMs }
  }
}

/** The live side failed a while ago: its caller waited for the fallback, too. */
function aged(call: Call, outcome: OnceOutcome<unknown>): OnceOutcome<unknown> {
  return 'errorClass' in outcome ? agedFailure(call, outcome) : outcome
}
