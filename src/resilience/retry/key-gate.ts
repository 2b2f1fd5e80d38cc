/**
 * Keys whose other side asked for a pause (429 with Retry-After): no call goes out on them until
 * then. It is the key that pauses, not the circuit: other keys of the same service go on.
 *
 * At most `keysMax` keys are remembered, which bounds memory; when more are paused at once, the
 * one whose pause ends first is forgotten.
 */
export class KeyGate {
  readonly #untilMs = new Map<string, number>()
  readonly #keysMax: number

  constructor(keysMax = 1_000) {
    this.#keysMax = keysMax
  }

  get size(): number {
    return this.#untilMs.size
  }

  /** A later pause extends an earlier one, never shortens it. */
  close(key: string, forMs: number, nowMs: number): void {
    const untilMs = Math.max(nowMs + forMs, this.#untilMs.get(key) ?? -Infinity)
    if (!this.#untilMs.has(key) && this.#untilMs.size >= this.#keysMax) this.#makeRoom(nowMs)
    this.#untilMs.set(key, untilMs)
  }

  /** 0 when calls may go. */
  waitMs(key: string, nowMs: number): number {
    if (this.#untilMs.size === 0) return 0
    const untilMs = this.#untilMs.get(key)
    if (untilMs === undefined) return 0
    if (untilMs > nowMs) return untilMs - nowMs
    this.#untilMs.delete(key)
    return 0
  }

  #makeRoom(nowMs: number): void {
    let [first, firstMs] = ['', Infinity]
    for (const [key, untilMs] of this.#untilMs) {
      if (untilMs <= nowMs) this.#untilMs.delete(key)
      else if (untilMs < firstMs) [first, firstMs] = [key, untilMs]
    }
    if (this.#untilMs.size >= this.#keysMax) this.#untilMs.delete(first)
  }
}
