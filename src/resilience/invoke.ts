import type { Attempt } from './attempt.ts'
import type { Classifier } from './classifier.ts'
import { isThenable } from './is-thenable.ts'
import type { OnceOutcome } from './outcome.ts'

/**
 * The innermost function: calls the task and turns what it does into an outcome. The one place
 * that touches the user's promise, and the one `then` of a whole policy.
 *
 * The two functions that `then` takes belong to a record that is used again once the reply came:
 * making them anew for every call would be a third of what a healthy call costs.
 */
export function invoke(classifier: Classifier): Invoke {
  let send = sends.get(classifier)
  if (send === undefined) sends.set(classifier, (send = make(classifier)))
  return send
}

/** Thousands of policies have one classifier. */
const sends = new WeakMap<Classifier, Invoke>()

function make(classifier: Classifier): Invoke {
  return (attempt, settle) => {
    const { call } = attempt
    attempt.onAbort = settle
    if (call.sent++ === 0) call.home.budget?.deposit()
    call.counters.sent++
    let reply: unknown
    let isThere: boolean
    try {
      reply = call.task(attempt)
      isThere = !waits(attempt, classifier, reply)
    } catch (error) {
      fail(attempt, classifier, error)
      return
    }
    if (isThere) succeed(attempt, classifier, reply)
  }
}

/** A `Run` that also names the attempt to whom it settles. */
export type Invoke = (
  attempt: Attempt,
  settle: (outcome: OnceOutcome<unknown>, attempt: Attempt) => void,
) => void

/**
 * False when the reply is no promise but the value itself. A record may be lent to the next call
 * only because a promise of the language answers once: whatever has a `then` of its own (which may
 * call back twice, or with another promise) is adopted by one.
 */
function waits(attempt: Attempt, classifier: Classifier, reply: unknown): boolean {
  const isOwn = reply instanceof Promise && reply.then === Promise.prototype.then
  if (!isOwn && !isThenable(reply)) return false
  const promise = isOwn ? reply : new Promise((resolve) => resolve(reply))
  const record = spare.pop() ?? new Reply()
  record.attempt = attempt
  record.classifier = classifier
  const answer = promise.then(record.onValue, record.onError)
  const { call } = attempt
  if (attempt === call) call.reply = answer as typeof call.reply
  return true
}

/** Waits for one reply. What it returns is what the promise of `then` resolves with. */
class Reply {
  attempt: Attempt | undefined = undefined
  classifier: Classifier | undefined = undefined

  readonly onValue = (value: unknown): unknown => {
    const { attempt, classifier } = this
    this.attempt = undefined
    if (spare.length < spareMax) spare.push(this)
    succeed(attempt as Attempt, classifier as Classifier, value)
    return outcomeOf(attempt as Attempt)
  }

  readonly onError = (error: unknown): unknown => {
    const { attempt, classifier } = this
    this.attempt = undefined
    if (spare.length < spareMax) spare.push(this)
    fail(attempt as Attempt, classifier as Classifier, error)
    return outcomeOf(attempt as Attempt)
  }
}

/** Of the whole process: a record belongs to nobody between two replies. */
const spare: Reply[] = []
const spareMax = 256

/**
 * Only `call.reply` looks at it, and only when nothing raced the reply. The reply to a retry has
 * nobody to tell: a second promise of the call would leave the first one waiting for ever.
 */
function outcomeOf(attempt: Attempt): unknown {
  const { call } = attempt
  if (attempt !== call) return undefined
  if (call.outcome !== undefined) return call.outcome
  return call.races ? undefined : call.promise()
}

function succeed(attempt: Attempt, classifier: Classifier, value: unknown): void {
  if (!attempt.answered()) return
  const { call } = attempt
  call.readClock()
  if (classifier.hasVerdict) {
    const failure = classifier.verdict(value, call)
    if (failure !== undefined) return attempt.settle(failure)
  }
  attempt.settle({
    ok: true,
    value,
    source: attempt.isHedge ? 'hedge' : 'live',
    attempts: call.sent,
    elapsedMs: call.elapsedMs,
  })
}

function fail(attempt: Attempt, classifier: Classifier, error: unknown): void {
  if (!attempt.answered()) return
  attempt.call.readClock()
  attempt.settle(classifier.trouble(error, attempt.call))
}
