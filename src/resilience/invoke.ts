import type { Attempt } from './attempt.ts'
import type { Classifier } from './classifier.ts'
import type { Run, Settle } from './executor.ts'

/**
 * The innermost function: calls the task and turns what it does into an outcome. The one place
 * that touches the user's promise, and the one `then` of a whole policy.
 */
export function invoke(classifier: Classifier): Run {
  return (attempt, settle) => {
    let reply: unknown
    try {
      reply = attempt.call.task(attempt)
    } catch (error) {
      fail(attempt, classifier, error, settle)
      return
    }
    if (!isThenable(reply)) {
      succeed(attempt, classifier, reply, settle)
      return
    }
    reply.then(
      (value) => succeed(attempt, classifier, value, settle),
      (error: unknown) => fail(attempt, classifier, error, settle),
    )
  }
}

function succeed(attempt: Attempt, classifier: Classifier, value: unknown, settle: Settle): void {
  attempt.answered()
  const { call } = attempt
  call.readClock()
  if (classifier.hasVerdict) {
    const failure = classifier.verdict(value, call)
    if (failure !== undefined) return settle(failure)
  }
  settle({
    ok: true,
    value,
    source: attempt.isHedge ? 'hedge' : 'live',
    attempts: call.attempts,
    elapsedMs: call.nowMs - call.startedAtMs,
  })
}

function fail(attempt: Attempt, classifier: Classifier, error: unknown, settle: Settle): void {
  attempt.answered()
  attempt.call.readClock()
  settle(classifier.failure(error, attempt.call))
}

function isThenable(reply: unknown): reply is PromiseLike<unknown> {
  if (reply instanceof Promise) return true
  return (
    reply !== null &&
    (typeof reply === 'object' || typeof reply === 'function') &&
    'then' in reply &&
    typeof reply.then === 'function'
  )
}
