import type { Call } from './call.ts'
import type { CallContext } from './call-context.ts'

/**
 * One attempt of a call, and what the called function sees of it (`CallContext`).
 *
 * What holds: the signal exists only if somebody asked for it; it aborts at most once, never
 * after the attempt answered, and also when it is asked for after the abort.
 */
export class Attempt implements CallContext {
  readonly call: Call
  readonly attempt: number
  readonly target: string | undefined
  readonly startedAtMs: number
  /** The attempt of the same call before this one. */
  readonly previous: Attempt | undefined
  /** Sent while another attempt was out. */
  isHedge = false
  /** For a layer that keeps the attempt waiting: told once, when it is given up. */
  onAbort: (() => void) | undefined = undefined
  #state: 'out' | 'answered' | 'aborted' = 'out'
  #reason: unknown = undefined
  #controller: AbortController | undefined = undefined

  constructor(
    call: Call,
    attempt: number,
    target: string | undefined,
    previous: Attempt | undefined,
  ) {
    this.call = call
    this.attempt = attempt
    this.target = target
    this.startedAtMs = call.nowMs
    this.previous = previous
  }

  get key(): string | undefined {
    return this.call.key
  }

  /** Neither answered nor given up. */
  get isOut(): boolean {
    return this.#state === 'out'
  }

  signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#state === 'aborted') this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  deadlineLeftMs(): number {
    const { deadlineAtMs, clock } = this.call
    return deadlineAtMs === Infinity ? Infinity : Math.max(0, deadlineAtMs - clock.monotonicMs())
  }

  /** The function answered: by a value, by an error, in time or not. */
  answered(): void {
    if (this.#state === 'out') this.#state = 'answered'
  }

  /** Does nothing to an attempt that answered. */
  abort(reason: unknown): void {
    if (this.#state !== 'out') return
    this.#state = 'aborted'
    this.#reason = reason
    this.#controller?.abort(reason)
    this.onAbort?.()
  }
}
