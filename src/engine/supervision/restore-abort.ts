import type { RestoreReport } from '../restore-report.ts'

/**
 * Says that a restoration is pointless. Its signal is made when first read: most end before. It
 * also carries the word that components take events again, in the very step in which they do: what
 * fails right after is then a new failure and not one of the restoration.
 */
export class RestoreAbort {
  /** Called by whoever restores, at most once. */
  onRestored: (reports: readonly RestoreReport[]) => void = () => undefined
  #reason: Error | null = null
  #controller: AbortController | null = null

  get aborted(): boolean {
    return this.#reason !== null
  }

  abort(reason: Error): void {
    if (this.#reason !== null) return
    this.#reason = reason
    this.#controller?.abort(reason)
  }

  throwIfAborted(): void {
    if (this.#reason !== null) throw this.#reason
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.#reason !== null) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }
}
