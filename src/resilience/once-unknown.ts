import type { Call } from './attempt.ts'
import type { Executor, Run } from './executor.ts'
import type { OnceOutcome, Unknown } from './outcome.ts'

/**
 * For `effect: 'once'`: what cannot be told from success is neither success nor failure.
 *
 * A call that was sent and then timed out, lost its connection, failed for a reason nobody knows
 * or was aborted by its caller may have taken effect. Its outcome is `unknown`, nothing repeats
 * it, and the only way on is to ask what became of it.
 */
export class OnceUnknown implements Executor {
  readonly #reconcile: Reconcile

  constructor(reconcile: Reconcile) {
    this.#reconcile = reconcile
  }

  apply(inner: Run): Run {
    return (attempt, settle) =>
      inner(attempt, (outcome) => settle(this.#judge(attempt.call, outcome)))
  }

  #judge(call: Call, outcome: OnceOutcome<unknown>): OnceOutcome<unknown> {
    if (outcome.ok || 'unknown' in outcome) return outcome
    if (isUnsent(call))
      return 'refused' in outcome && outcome.sent ? { ...outcome, sent: false } : outcome
    if ('refused' in outcome) {
      return outcome.sent ? this.#unknown(call, outcome.cause) : outcome
    }
    return outcome.errorClass === 'ambiguous' ? this.#unknown(call, outcome.error) : outcome
  }

  #unknown(call: Call, error: unknown): OnceOutcome<unknown> {
    return {
      ok: false,
      unknown: true,
      error,
      attempts: call.sent,
      elapsedMs: call.elapsedMs,
      reconcile: this.#reconcile,
    }
  }
}

/** Never sent, or all that was is proven not to have been: else it would not have been retried. */
function isUnsent({ sent, lastFailure }: Call): boolean {
  return sent === 0 || sent === lastFailure?.attempts
}

export type Reconcile = Unknown<unknown>['reconcile']
