import { GenesisError } from '../runtime/index.ts'
import type { Call } from './attempt.ts'
import { type Classified, type Classify, type ErrorClass, isErrorClass } from './error-class.ts'
import type { Events } from './events.ts'
import type { Failure, Refused } from './outcome.ts'
import { classifyKnown, classifyOnce, refusedBy } from './known-errors.ts'
import { shown } from './shown.ts'

/**
 * Turns what a task threw, or answered, into a failure with its class.
 *
 * The user's predicates come first; one that throws counts as not there and is reported. What
 * neither they nor the table of known errors recognise is `transient`, but for `once`, where only
 * an error that says it had no effect may count as a failure: all else is `ambiguous` there.
 */
export class Classifier {
  readonly #classify: Classify | undefined
  readonly #isFailure: ((value: unknown) => unknown) | undefined
  readonly #events: Events
  readonly #once: boolean

  constructor({ classify, isFailure, events, once = false }: ClassifierOptions) {
    this.#classify = classify
    this.#isFailure = isFailure
    this.#events = events
    this.#once = once
  }

  /** False: every value is a success, and `verdict` need not be asked. */
  get hasVerdict(): boolean {
    return this.#isFailure !== undefined
  }

  /** The failure that a value is, if it is one. */
  verdict(value: unknown, call: Call): Failure | Refused | undefined {
    let failure: unknown
    try {
      const answer = this.#isFailure?.(value)
      if (this.#events.isAtOnce('isFailure', answer)) failure = answer
    } catch (error) {
      this.#events.threw('isFailure', error)
    }
    // A predicate of JavaScript: null, 0, '' and NaN say no, `reply.errors.length` may say yes.
    return failure ? this.trouble(failure === true ? value : failure, call) : undefined
  }

  /**
   * A failure; or, where the user's own predicate says nothing, the refusal that an error stands
   * for (`refusedBy`), which is no failure at all.
   */
  trouble(error: unknown, call: Call): Failure | Refused {
    const own = this.#own(error)
    return (own === undefined ? this.#refused(error) : undefined) ?? this.#failure(error, own, call)
  }

  failure(error: unknown, call: Call): Failure {
    return this.#failure(error, this.#own(error), call)
  }

  #failure(error: unknown, own: ErrorClass | Classified | undefined, call: Call): Failure {
    const { errorClass, retryAfterMs } = this.#classified(error, own)
    return {
      ok: false,
      error,
      errorClass,
      timedOut: this.#isTimeout(error),
      ...(isPause(retryAfterMs) ? { retryAfterMs } : undefined),
      attempts: call.sent,
      elapsedMs: call.elapsedMs,
    }
  }

  #classified(error: unknown, own: ErrorClass | Classified | undefined): Classified {
    if (typeof own === 'string') return { errorClass: own }
    return own ?? this.#known(error) ?? { errorClass: this.#once ? 'ambiguous' : 'transient' }
  }

  /** Looking at an error runs its getters, which are anybody's. */
  #known(error: unknown): Classified | undefined {
    try {
      return this.#once ? classifyOnce(error) : classifyKnown(error)
    } catch (thrown) {
      this.#events.threw('error', thrown)
      return undefined
    }
  }

  #refused(error: unknown): Refused | undefined {
    try {
      return refusedBy(error)
    } catch (thrown) {
      this.#events.threw('error', thrown)
      return undefined
    }
  }

  #isTimeout(error: unknown): boolean {
    try {
      return error instanceof GenesisError && error.code === 'timeout'
    } catch (thrown) {
      this.#events.threw('error', thrown)
      return false
    }
  }

  #own(error: unknown): ErrorClass | Classified | undefined {
    try {
      const answer = this.#classify?.(error)
      return this.#events.isAtOnce('classify', answer) ? checked(answer) : undefined
    } catch (thrown) {
      this.#events.threw('classify', thrown)
      return undefined
    }
  }
}

/** What is no class must not pass for one: `once` would take it for proof of a failure. */
function checked(answer: ReturnType<Classify>): ErrorClass | Classified | undefined {
  if (answer === undefined || answer === null) return undefined
  const errorClass = typeof answer === 'object' ? answer.errorClass : answer
  if (isErrorClass(errorClass)) return answer
  throw new TypeError(`classify answers with a class of error, not ${shown(errorClass)}.`)
}

/** Asked for by NaN, or by less than nothing, is no pause. */
function isPause(ms: unknown): ms is number {
  return typeof ms === 'number' && ms >= 0
}

export interface ClassifierOptions {
  readonly classify?: Classify | undefined
  /**
   * Says that an answered value is a failure all the same (an HTTP 500): true, or the error it
   * amounts to. Whatever is falsy says that it is none. Must be pure.
   */
  readonly isFailure?: ((value: unknown) => unknown) | undefined
  readonly events: Events
  readonly once?: boolean
}
