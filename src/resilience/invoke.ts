import type { Attempt } from './attempt.ts'
import type { Classifier } from './classifier.ts'
import type { Run } from './executor.ts'

/**
 * The innermost function: calls the task and turns what it does into an outcome. The one place
 * that touches the user's promise, and the one `then` of a whole policy.
 */
export function invoke(classifier: Classifier): Run {
  return (attempt, settle) => {
    const { call } = attempt
    attempt.onAbort = settle
    call.sent++
    call.counters.sent++
    let reply: unknown
    try {
      reply = call.task(attempt)
    } catch (error) {
      fail(attempt, classifier, error)
      return
    }
    if (reply instanceof Promise || isThenable(reply)) {
      reply.then(
        (value) => succeed(attempt, classifier, value),
        (error: unknown) => fail(attempt, classifier, error),
      )
    } else succeed(attempt, classifier, reply)
  }
}

function succeed(attempt: Attempt, classifier: Classifier, value: unknown): void {
  if (!attempt.answered()) return
  const { call, onAbort: settle } = attempt
  const nowMs = call.readClock()
  if (classifier.hasVerdict) {
    const failure = classifier.verdict(value, call)
    if (failure !== undefined) return settle?.(failure)
  }
  settle?.({
    ok: true,
    value,
    source: attempt.isHedge ? 'hedge' : 'live',
    attempts: call.sent,
    elapsedMs: nowMs - call.startedAtMs,
  })
}

function fail(attempt: Attempt, classifier: Classifier, error: unknown): void {
  if (!attempt.answered()) return
  attempt.call.readClock()
  attempt.onAbort?.(classifier.failure(error, attempt.call))
}

function isThenable(reply: unknown): reply is PromiseLike<unknown> {
  return (
    reply !== null &&
    (typeof reply === 'object' || typeof reply === 'function') &&
    'then' in reply &&
    typeof reply.then === 'function'
  )
}
