import type { Clock } from '../runtime/index.ts'
import type { AttemptBudget, AttemptBudgetOptions } from './budget.ts'
import type { CircuitBreaker, CircuitBreakerOptions } from './breaker/circuit-breaker.ts'
import type { Criticality } from './criticality.ts'
import type { Effect } from './effect.ts'
import type { Classify } from './error-class.ts'
import type { Listener } from './events.ts'
import type { Executor, OnceExecutor } from './executor.ts'
import type { Chance } from './isolated-random.ts'

/**
 * What `policy(name, options)` takes. Everything has a default but `effect`, since only who
 * writes the call knows what repeating it does.
 *
 * `false` leaves a layer out. Parts with state worth sharing (a limiter, a breaker, a budget) are
 * made by their own function and passed in. Where `effect` is only known as a union with `once`,
 * what holds for `once` holds.
 */
export type PolicyOptions<E extends Effect, T> = CommonOptions<E> &
  ('once' extends E ? OnceOptions : RepeatableOptions<T>)

export interface CommonOptions<E extends Effect> extends PartsOptions {
  readonly effect: E
  /**
   * The call must be answered: its circuit goes to ETERNAL where another would open, and fallback
   * and cache answer even `fatal` failures.
   */
  readonly essential?: boolean | undefined
  /** How much is lost when the call is not made; `essential` is 4. Default 2. */
  readonly criticality?: Criticality | undefined
  /** Milliseconds for everything: attempts, waits, fallback. Default none. */
  readonly deadlineMs?: number | undefined
  readonly breaker?: CircuitBreakerOptions | CircuitBreaker | false | undefined
  readonly bulkhead?: Executor | undefined
  readonly limiter?: Executor | undefined
  readonly throttle?: Executor | undefined
  readonly rateLimit?: Executor | undefined
  /** Wraps the task itself: `faults({...})` and other people's executors. */
  readonly innermost?: readonly Executor[] | undefined
  /** Milliseconds for one attempt; `'dynamic'`, the default, follows the measured latency. */
  readonly timeout?: number | 'dynamic' | false | undefined
  readonly classify?: Classify | undefined
  /**
   * Says that an answered value is a failure all the same: true, or the error it amounts to;
   * what is falsy (null, 0, '') says that it is none. It may name the type of the values:
   * `(reply: Response) => !reply.ok`.
   */
  readonly isFailure?: IsFailure['isFailure'] | undefined
  readonly onEvent?: Listener | undefined
  /** METRICS_ONLY: the circuit counts what it would refuse and lets it pass. */
  readonly shadow?: boolean | undefined
}

/** A method, so that it may name the type of the values: `(reply: Response) => !reply.ok`. */
export interface IsFailure {
  isFailure(value: unknown): unknown
}

/** What a policy would else take from the process. */
export interface PartsOptions {
  readonly clock?: Clock | undefined
  readonly random?: Chance | undefined
  /** One to share, or the options of one of its own. */
  readonly budget?: AttemptBudget | AttemptBudgetOptions | undefined
}

export interface RepeatableOptions<T> {
  /**
   * What answers when the call was refused or failed; not when it failed as `fatal` (404, a
   * TypeError), which is an answer or a mistake, unless the policy is `essential`.
   */
  readonly fallback?: Fallback<T> | undefined
  /** How long a fallback may take once it is needed. Default 1 000. */
  readonly fallbackMs?: number | undefined
  /**
   * Remembers the last good value of each key, to answer with where a fallback would; it comes
   * before one. A call without a key is not remembered.
   */
  readonly cache?: CacheOptions | false | undefined
  readonly retry?: RetryOptions | false | undefined
  readonly hedge?: HedgeOptions | boolean | undefined
  /** Where attempts may go: a hedge or retry takes the next one. */
  readonly targets?: readonly string[] | undefined
}

/**
 * Neither a hedge nor a blind retry compiles; nor what would answer in place of a call that may
 * have been sent, or was not: another order's receipt. Nor what does so by composition: `retry()`,
 * `hedge()` or `fallback()` where an executor is taken.
 */
export interface OnceOptions {
  readonly fallback?: undefined
  readonly fallbackMs?: undefined
  readonly cache?: undefined
  readonly hedge?: undefined
  readonly targets?: undefined
  readonly retry?: (RetryOptions & ProofOfNotSent) | false | undefined
  readonly bulkhead?: OnceExecutor | undefined
  readonly limiter?: OnceExecutor | undefined
  readonly throttle?: OnceExecutor | undefined
  readonly rateLimit?: OnceExecutor | undefined
  readonly innermost?: readonly OnceExecutor[] | undefined
}

export interface ProofOfNotSent {
  /** True only when the error proves that nothing reached the other side. */
  readonly isUnsent: (error: unknown) => boolean
}

export interface RetryOptions {
  /** First attempt included. Default 3; never more than 10. */
  readonly attempts?: number | undefined
  /** The first wait, on average. Default 100. */
  readonly baseMs?: number | undefined
  readonly maxMs?: number | undefined
  readonly jitter?: 'full' | 'decorrelated' | 'none' | undefined
  /** Drop non-essential work early when success has become this unlikely. Default 0.3. */
  readonly abandonBelow?: number | undefined
}

export interface HedgeOptions {
  /** The first attempt included. Default 2, at most 5. */
  readonly attempts?: number | undefined
  /** When to send the next: this quantile of the latency (default), or milliseconds. */
  readonly after?: 'p95' | number | undefined
  /** Never sooner. Default 1. */
  readonly afterMsMin?: number | undefined
}

export type Fallback<T> = (why: FallbackReason) => T | PromiseLike<T>

export interface FallbackReason {
  /** The refusal's code, the failure's error; undefined when the fallback runs beside the call. */
  readonly refused?: string
  readonly error?: unknown
  readonly key: string | undefined
}

export interface CacheOptions {
  /** Older values are no answer. Default 60 000. */
  readonly maxAgeMs?: number | undefined
  /** Keys remembered; the least recently answered leaves. Default 100. */
  readonly keysMax?: number | undefined
}
