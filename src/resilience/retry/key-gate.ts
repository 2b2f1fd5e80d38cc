/**
 * Keys whose other side asked for a pause (429 with Retry-After): no call goes out on them until
 * then. It is the key that pauses, not the circuit: other keys of the same service go on.
 *
 * A pause ends after an hour at the latest, whatever the other side said. At most `keysMax` keys
 * are remembered, which bounds memory; when more are paused at once, the one whose pause ends
 * first is forgotten.
 */
export class KeyGate {
  /** Not there before the first pause: most policies never see one. */
  #untilMs: Map<string, number> | undefined = undefined
  readonly #keysMax: number

  constructor(keysMax = 1_000) {
    this.#keysMax = keysMax
  }

  get size(): number {
    return this.#untilMs?.size ?? 0
  }

  /** A later pause extends an earlier one, never shortens it. */
  close(key: string, forMs: number, nowMs: number): void {
    const paused = (this.#untilMs ??= new Map())
    const untilMs = Math.max(nowMs + Math.min(forMs, pauseMsMax), paused.get(key) ?? -Infinity)
    if (!paused.has(key) && paused.size >= this.#keysMax) this.#makeRoom(paused, nowMs)
    paused.set(key, untilMs)
  }

  /** 0 when calls may go. */
  waitMs(key: string, nowMs: number): number {
    const untilMs = this.#untilMs?.get(key)
    if (untilMs === undefined) return 0
    if (untilMs > nowMs) return untilMs - nowMs
    this.#untilMs?.delete(key)
    return 0
  }

  #makeRoom(paused: Map<string, number>, nowMs: number): void {
    let [first, firstMs] = ['', Infinity]
    for (const [key, untilMs] of paused) {
      if (untilMs <= nowMs) paused.delete(key)
      else if (untilMs < firstMs) [first, firstMs] = [key, untilMs]
    }
    if (paused.size >= this.#keysMax) paused.delete(first)
  }
}

const pauseMsMax = 3_600_000
