import { GenesisError } from '../runtime/index.ts'
import type { Call } from './attempt.ts'
import type { Classified, Classify, ErrorClass } from './error-class.ts'
import type { Events } from './events.ts'
import type { Failure } from './outcome.ts'
import { classifyKnown } from './known-errors.ts'

/**
 * Turns what a task threw, or answered, into a failure with its class.
 *
 * The user's predicates come first; one that throws counts as not there and is reported. What
 * neither they nor the table of known errors recognise is `transient`, but for `once`, where only
 * an error that says it had no effect may count as a failure: there it is `ambiguous`.
 */
export class Classifier {
  readonly #classify: Classify | undefined
  readonly #isFailure: ((value: unknown) => unknown) | undefined
  readonly #events: Events
  readonly #otherwise: ErrorClass

  constructor({ classify, isFailure, events, once = false }: ClassifierOptions) {
    this.#classify = classify
    this.#isFailure = isFailure
    this.#events = events
    this.#otherwise = once ? 'ambiguous' : 'transient'
  }

  /** False: every value is a success, and `verdict` need not be asked. */
  get hasVerdict(): boolean {
    return this.#isFailure !== undefined
  }

  /** The failure that a value is, if it is one. */
  verdict(value: unknown, call: Call): Failure | undefined {
    let failure: unknown
    try {
      failure = this.#isFailure?.(value)
    } catch (error) {
      this.#events.threw('isFailure', error)
    }
    return failure === undefined || failure === false
      ? undefined
      : this.failure(failure === true ? value : failure, call)
  }

  failure(error: unknown, call: Call): Failure {
    const { errorClass, retryAfterMs } = this.#classified(error)
    return {
      ok: false,
      error,
      errorClass,
      timedOut: error instanceof GenesisError && error.code === 'timeout',
      ...(retryAfterMs === undefined ? undefined : { retryAfterMs }),
      attempts: call.sent,
      elapsedMs: call.elapsedMs,
    }
  }

  #classified(error: unknown): Classified {
    const own = this.#own(error)
    if (typeof own === 'string') return { errorClass: own }
    return own ?? classifyKnown(error) ?? { errorClass: this.#otherwise }
  }

  #own(error: unknown): ErrorClass | Classified | undefined {
    try {
      return this.#classify?.(error)
    } catch (thrown) {
      this.#events.threw('classify', thrown)
      return undefined
    }
  }
}

export interface ClassifierOptions {
  readonly classify?: Classify | undefined
  /**
   * Says that an answered value is a failure all the same (an HTTP 500): true, or the error it
   * amounts to. Must be pure.
   */
  readonly isFailure?: ((value: unknown) => unknown) | undefined
  readonly events: Events
  readonly once?: boolean
}
