/** Says that a restoration is pointless. Its signal is made when first read: most end before. */
export class RestoreAbort {
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
