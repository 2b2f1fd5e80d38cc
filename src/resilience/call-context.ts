/** What the called function is told, made for every attempt; nothing in it costs until used. */
export interface CallContext {
  /** 1 for the first. Retries and hedges count alike. */
  readonly attempt: number
  /** Which of `targets` to ask; undefined when the policy has none. */
  readonly target: string | undefined
  /** What the caller named as the call's key: a symbol, an endpoint, an account. */
  readonly key: string | undefined
  /**
   * Aborts when this attempt lost, timed out or is no longer wanted. Made when first asked for:
   * a controller with its signal costs more than the rest of the policies together.
   */
  readonly signal: () => AbortSignal
  /** Milliseconds until the call's deadline; `Infinity` without one, never below 0. */
  readonly deadlineLeftMs: () => number
}

/** The function under protection: answers at once or by a promise, or throws. */
export type Task<T> = (context: CallContext) => T | PromiseLike<T>
