import { type CallKind, callKinds, type CallWindow } from './call-window.ts'

/**
 * The calls of the last `ms` in ten slices, kept as running sums from which a slice is subtracted
 * when it leaves. Nothing runs while nobody calls: after an idle gap the next call lets go of all
 * slices at once.
 */
export class TimeWindow implements CallWindow {
  total = 0
  failures = 0
  timeouts = 0
  slow = 0
  readonly #sliceMs: number
  #slice = 0
  #sliceEndsMs = 0
  #totals: number[] | undefined = undefined
  /** Failures, timeouts and slow calls of each slice; not there while nothing went wrong. */
  #troubles: number[] | undefined = undefined

  constructor(ms: number) {
    this.#sliceMs = ms / slices
  }

  record(kind: CallKind, nowMs: number): void {
    const totals = (this.#totals ??= this.#start(nowMs))
    if (nowMs >= this.#sliceEndsMs) this.passTo(nowMs)
    this.total++
    totals[this.#slice]!++
    if (kind !== callKinds.success) this.#recordTrouble(kind)
  }

  passTo(nowMs: number): void {
    if (this.#totals === undefined || nowMs < this.#sliceEndsMs) return
    const passed = 1 + Math.floor((nowMs - this.#sliceEndsMs) / this.#sliceMs)
    if (passed >= slices) this.clear()
    else for (let slice = 0; slice < passed; slice++) this.#letGoOfOldest()
    this.#sliceEndsMs += passed * this.#sliceMs
  }

  clear(): void {
    this.total = 0
    this.failures = 0
    this.timeouts = 0
    this.slow = 0
    this.#totals?.fill(0)
    this.#troubles?.fill(0)
  }

  #start(nowMs: number): number[] {
    this.#sliceEndsMs = nowMs + this.#sliceMs
    return new Array<number>(slices).fill(0)
  }

  #recordTrouble(kind: CallKind): void {
    const troubles = (this.#troubles ??= new Array<number>(slices * 3).fill(0))
    const place = this.#slice * 3
    if (kind === callKinds.slow) {
      this.slow++
      troubles[place + 2]!++
      return
    }
    this.failures++
    troubles[place]!++
    if (kind === callKinds.failure) return
    this.timeouts++
    troubles[place + 1]!++
  }

  #letGoOfOldest(): void {
    const slice = this.#slice + 1 === slices ? 0 : this.#slice + 1
    this.#slice = slice
    this.total -= this.#totals![slice]!
    this.#totals![slice] = 0
    const troubles = this.#troubles
    if (troubles === undefined) return
    const place = slice * 3
    this.failures -= troubles[place]!
    this.timeouts -= troubles[place + 1]!
    this.slow -= troubles[place + 2]!
    troubles.fill(0, place, place + 3)
  }
}

const slices = 10
