import type { Failure } from './outcome.ts'

/**
 * What an attempt has only when it is aborted, watched or a hedge, and a call only when it is in a
 * hurry or in trouble. Made when first written to: a call is made for every question asked, and a
 * field that it never needs costs as much as one that it does.
 */
export class AttemptExtras<Attempt> {
  isHedge = false
  abortedFor: unknown = undefined
  controller: AbortController | undefined = undefined
  isOver = false
  endsAtMs = Infinity
  patience = 0
  ownWaitMs = 0
  lastFailure: Failure | undefined = undefined
  /** All attempts of the call after the first. */
  later: Attempt[] | undefined = undefined
}
