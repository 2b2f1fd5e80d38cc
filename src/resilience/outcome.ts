import type { ErrorClass } from './error-class.ts'
import type { RefusalCode } from './refusal-code.ts'

/**
 * What became of a call, as a value: nothing here is ever thrown unless somebody asks (`unwrap`).
 *
 * What holds: exactly one outcome a call; a success says where its value came from and, when it
 * is not fresh, how old it is; a refusal says whether anything was sent (only of a call that its
 * caller aborted under way, else nothing was); an unknown outcome exists only for `effect: 'once'`
 * and its one way on is to ask what happened.
 */
export type Outcome<T> = Success<T> | Refused | Failure

/** Of a call that may take effect only once: its lost reply is not a failure. */
export type OnceOutcome<T> = Outcome<T> | Unknown<T>

/** `hedge`: an attempt after the first, sent while another was still out. */
export type Source = 'live' | 'hedge' | 'cache' | 'fallback'

export interface Success<T> {
  readonly ok: true
  readonly value: T
  readonly source: Source
  /** How many attempts were started, losers included; 0 for an answer that needed none. */
  readonly attempts: number
  readonly elapsedMs: number
  /** Only of a cached value. */
  readonly ageMs?: number
}

export interface Refused {
  readonly ok: false
  readonly refused: RefusalCode
  /** One plain sentence. */
  readonly reason: string
  /** True only of `aborted`: an attempt had gone out, and nobody waited for what it does. */
  readonly sent: boolean
  readonly retryAfterMs?: number
  /** Of `aborted`: the reason the caller gave his signal. */
  readonly cause?: unknown
}

export interface Failure {
  readonly ok: false
  readonly error: unknown
  readonly errorClass: ErrorClass
  /** Cut by a timeout or the deadline: `error` is ours, the reply may be under way. */
  readonly timedOut: boolean
  readonly retryAfterMs?: number
  readonly attempts: number
  readonly elapsedMs: number
}

export interface Unknown<T> {
  readonly ok: false
  readonly unknown: true
  /** Why nothing is known: the timeout, the reset connection. */
  readonly error: unknown
  readonly attempts: number
  readonly elapsedMs: number
  /**
   * Asks the other side what became of the call; `ask` must only read. Its answer need not be what
   * the call would have given: "there is no such order" is one too, and a good one.
   */
  reconcile<A = T | undefined>(ask: () => A | PromiseLike<A>): Promise<Outcome<A>>
}

/** For people who want exceptions: the value, or throws the call's own error, always an Error. */
export function unwrap<T>(outcome: OnceOutcome<T>): T {
  if (outcome.ok) return outcome.value
  if ('refused' in outcome) throw new RefusedError(outcome)
  if ('unknown' in outcome) throw new UnknownOutcomeError(outcome)
  throw outcome.error instanceof Error ? outcome.error : new FailedError(outcome)
}

/** A failure somebody asked to have thrown, of which no Error tells: `cause` is what there is. */
export class FailedError extends Error {
  override readonly name = 'FailedError'
  readonly errorClass: ErrorClass

  constructor({ error, errorClass }: Failure) {
    super(`The call failed (${errorClass}); the cause is what it failed with.`, { cause: error })
    this.errorClass = errorClass
  }
}

/** A refusal somebody asked to have thrown; of `aborted` the cause is the caller's reason. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly refused: RefusalCode
  readonly sent: boolean
  readonly retryAfterMs: number | undefined

  constructor({ refused, reason, sent, retryAfterMs, cause }: Refused) {
    super(reason, cause === undefined ? undefined : { cause })
    this.refused = refused
    this.sent = sent
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * An unknown outcome somebody asked to have thrown: the call may have taken effect. No policy
 * around it tries again, and nobody else may: `reconcile` first. `cause` is why nothing is known.
 */
export class UnknownOutcomeError<T = unknown> extends Error {
  override readonly name = 'UnknownOutcomeError'
  readonly code = 'outcome-unknown'
  readonly retryable = false
  readonly attempts: number
  readonly elapsedMs: number
  readonly reconcile: Unknown<T>['reconcile']

  constructor({ error, attempts, elapsedMs, reconcile }: Unknown<T>) {
    super('It is unknown whether the call took effect; reconcile.', { cause: error })
    this.attempts = attempts
    this.elapsedMs = elapsedMs
    this.reconcile = reconcile
  }
}
