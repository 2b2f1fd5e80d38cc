import type { CircuitState } from './circuit.ts'
import { isThenable } from './is-thenable.ts'
import type { RefusalCode } from './refusal-code.ts'

/**
 * What happens inside policies, for whoever listens. Listeners are isolated: what one throws is
 * counted, told to the others as `listener.failed`, and changes no call; also what an async one
 * throws, which would else end the process.
 *
 * Nothing is built for nobody: ask `hasListeners` before making an event on a hot path.
 */
export class Events {
  /** How often something of the user's (listener, predicate, fallback, reconcile) threw. */
  isolated = 0
  readonly #source: string
  #listeners: readonly Listener[] = nobody
  /** How often more somebody who listens was brought. */
  #again: Map<Listener, number> | undefined = undefined
  /** Who hears of all that is told here, if anybody listens there. */
  #within: Events | undefined

  /** `within` hears it too: one place to listen to all keys of a policy. */
  constructor(source: string, within?: Events) {
    this.#source = source
    this.#within = within
  }

  get hasListeners(): boolean {
    return this.#listeners.length > 0 || this.#within?.hasListeners === true
  }

  /** Unless they are within others already. */
  joinWithin(within: Events): void {
    if (within !== this) this.#within ??= within
  }

  /**
   * Returns how to stop listening. One who listens already hears nothing twice, and goes on hearing
   * until everybody who brought him has stopped.
   */
  on(listener: Listener): () => void {
    if (this.#listeners.includes(listener)) {
      this.#again ??= new Map()
      this.#again.set(listener, (this.#again.get(listener) ?? 0) + 1)
    } else this.#listeners = [...this.#listeners, listener]
    let isOn = true
    return () => {
      if (isOn) this.#stop(listener)
      isOn = false
    }
  }

  #stop(listener: Listener): void {
    const again = this.#again?.get(listener) ?? 0
    if (again > 1) this.#again?.set(listener, again - 1)
    else if (again === 1) this.#again?.delete(listener)
    else this.#listeners = this.#listeners.filter((one) => one !== listener)
  }

  emit(happened: Happened): void {
    this.#tell({ policy: this.#source, ...happened })
  }

  #tell(event: ResilienceEvent): void {
    if (this.#within !== undefined) this.#within.#tell(event)
    for (const listener of this.#listeners) {
      try {
        const answer: unknown = listener(event)
        if (isThenable(answer)) onRejected(answer, (error) => this.#failed(listener, error))
      } catch (error) {
        this.#failed(listener, error)
      }
    }
  }

  /** Reports what a function of the user's threw. */
  threw(what: string, error: unknown): void {
    this.isolated++
    if (this.hasListeners) this.emit({ type: 'isolated', what, error })
  }

  /** False, and reported, when what must answer at once answers by a promise. */
  isAtOnce(what: string, answer: unknown): boolean {
    if (!isThenable(answer)) return true
    this.threw(what, new TypeError(`${what} must answer at once, not by a promise.`))
    onRejected(answer, (error) => this.threw(what, error))
    return false
  }

  /** Told once to the others, so that two broken listeners cannot call each other for ever. */
  #failed(failed: Listener, error: unknown): void {
    this.isolated++
    const event: ResilienceEvent = { policy: this.#source, type: 'listener.failed', error }
    for (const listener of this.#listeners) {
      if (listener === failed) continue
      try {
        const answer: unknown = listener(event)
        if (isThenable(answer)) onRejected(answer, () => this.isolated++)
      } catch {
        this.isolated++
      }
    }
  }
}

/** The member that says whose call it was, if that is known. */
export function keyed(key: string | undefined): { readonly key?: string } | undefined {
  return key === undefined ? undefined : { key }
}

function onRejected(answer: PromiseLike<unknown>, report: (error: unknown) => void): void {
  Promise.resolve(answer).then(undefined, report)
}

const nobody: readonly Listener[] = []

export type Listener = (event: ResilienceEvent) => void

export type ResilienceEvent = { readonly policy: string } & Happened

export type Happened =
  | {
      readonly type: 'circuit.changed'
      readonly from: CircuitState
      readonly to: CircuitState
      /** One plain clause: "5 failures in a row". */
      readonly because: string
    }
  | { readonly type: 'call.refused'; readonly refused: RefusalCode; readonly key?: string }
  /** A METRICS_ONLY policy would have refused. */
  | { readonly type: 'call.would-refuse'; readonly refused: RefusalCode; readonly key?: string }
  /** An outcome came after it could matter: the epoch had changed, or the call had settled. */
  | { readonly type: 'call.late'; readonly ok: boolean }
  | { readonly type: 'call.abandoned'; readonly probability: number; readonly key?: string }
  | {
      readonly type: 'retry.scheduled'
      readonly attempt: number
      readonly delayMs: number
      readonly key?: string
    }
  | {
      readonly type: 'hedge.sent'
      readonly attempt: number
      readonly afterMs: number
      readonly key?: string
    }
  | { readonly type: 'hedge.won'; readonly attempt: number; readonly key?: string }
  | {
      readonly type: 'budget.denied'
      readonly wanted: number
      readonly granted: number
      readonly key?: string
    }
  /** No room for more attempts, or no sense in them; what the budget denies is told as that. */
  | {
      readonly type: 'hedge.suppressed'
      readonly wanted: number
      readonly because: 'no-place' | 'no-time' | 'queueing'
      readonly key?: string
    }
  | {
      readonly type: 'attempt.timed-out'
      readonly attempt: number
      readonly timeoutMs: number
      readonly key?: string
    }
  | { readonly type: 'deadline.passed'; readonly deadlineMs: number; readonly key?: string }
  | { readonly type: 'key.gated'; readonly key: string; readonly forMs: number }
  | {
      readonly type: 'fallback.answered'
      readonly source: 'cache' | 'fallback'
      readonly key?: string
    }
  /** A `fatal` failure that an essential policy answered all the same: a mistake to be mended. */
  | { readonly type: 'failure.covered'; readonly error: unknown; readonly key?: string }
  | { readonly type: 'limit.changed'; readonly from: number; readonly to: number }
  | { readonly type: 'isolated'; readonly what: string; readonly error: unknown }
  | { readonly type: 'listener.failed'; readonly error: unknown }
