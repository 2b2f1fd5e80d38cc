import { type CallKind, callKinds, type CallWindow } from './call-window.ts'

/**
 * The last `calls` calls, one byte each. Counting forgets nothing while nobody calls, so an idle
 * minute empties it: what failed before says nothing about now.
 */
export class CountWindow implements CallWindow {
  total = 0
  readonly #counts = [0, 0, 0, 0]
  readonly #calls: number
  #kinds: Uint8Array | undefined = undefined
  #at = 0
  #lastMs = 0

  constructor(calls: number) {
    this.#calls = calls
  }

  get failures(): number {
    return this.#counts[callKinds.failure]! + this.#counts[callKinds.timeout]!
  }

  get timeouts(): number {
    return this.#counts[callKinds.timeout]!
  }

  get slow(): number {
    return this.#counts[callKinds.slow]!
  }

  record(kind: CallKind, nowMs: number): void {
    const kinds = (this.#kinds ??= new Uint8Array(this.#calls))
    this.passTo(nowMs)
    this.#lastMs = nowMs
    if (this.total === this.#calls) this.#counts[kinds[this.#at]!]!--
    else this.total++
    kinds[this.#at] = kind
    this.#counts[kind]!++
    this.#at = this.#at + 1 === this.#calls ? 0 : this.#at + 1
  }

  passTo(nowMs: number): void {
    if (this.total > 0 && nowMs - this.#lastMs > idleMsMax) this.clear()
  }

  clear(): void {
    this.total = 0
    this.#at = 0
    this.#counts.fill(0)
  }
}

const idleMsMax = 60_000
