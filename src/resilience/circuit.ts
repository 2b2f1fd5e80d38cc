/**
 * What a policy needs of its circuit breaker (`breaker/` has the one implementation).
 *
 * A call is admitted by a ticket and settled by the same ticket, so that what was admitted before
 * a trip can be told from what came after (epoch fencing): settling an old ticket counts `late`
 * and changes nothing else. A ticket that is never settled costs at most one probe lease.
 */
export interface Circuit {
  readonly state: CircuitState
  /** The ticket, above 0; or 0: refused. ETERNAL never refuses. */
  admit(nowMs: number): number
  /** Settling twice, or a ticket of an earlier epoch, changes nothing but a counter. */
  settle(ticket: number, result: CircuitResult, latencyMs: number, nowMs: number): void
  /**
   * ETERNAL: whether this call may be the next probe of the live side; the others are answered
   * from what is stored. In every other state true.
   */
  mayTryLive(nowMs: number): boolean
  /** Until the next probe may go; 0 when one may go now. */
  retryAfterMs(nowMs: number): number
}

/** The six states; `breaker/` says what leads from one to another. */
export type CircuitState =
  | 'CLOSED'
  | 'RESILIENT'
  | 'ULTRA_RESILIENT'
  | 'OPEN'
  | 'HALF_OPEN'
  | 'ETERNAL'

/**
 * `ignored` (caller's abort, local refusal, overload, our own bug) gives the permit back, no more.
 * `answered` (fatal: the other side said that we were wrong) does so too, but for a probe it is as
 * good as a success: the side is there.
 */
export type CircuitResult = 'success' | 'failure' | 'timeout' | 'ignored' | 'answered'
