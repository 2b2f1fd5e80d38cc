import { CompensatedSum } from './compensated-sum.ts'
import { Indicator } from './indicator.ts'
import { period } from './period.ts'
import type { StateTape } from './state-tape.ts'
import { RecentValues } from './recent-values.ts'

/** Money flow index, 0 to 100: an RSI of typical price x volume. 50 where no money flowed. */
export class Mfi extends Indicator {
  /** Signed: positive flowed in. */
  readonly #flows: RecentValues
  readonly #in = new CompensatedSum()
  readonly #out = new CompensatedSum()
  #flowsIn = 0
  #flowsOut = 0
  #previous = Number.NaN

  constructor(length = 14) {
    super()
    this.#flows = new RecentValues(period(length))
  }

  update(high: number, low: number, close: number, volume: number): number {
    const typical = (high + low + close) / 3
    const before = this.#previous
    this.#previous = typical
    if (before !== before) return this.value

    const money = typical * volume
    this.#take(typical > before ? money : typical < before ? -money : 0)
    if (!this.#flows.full) return this.value
    const flowIn = this.#in.value
    const total = flowIn + this.#out.value
    return (this.value = total === 0 ? 50 : (100 * flowIn) / total)
  }

  #take(flow: number): void {
    const left = this.#flows.push(flow)
    if (flow > 0) {
      this.#in.add(flow)
      this.#flowsIn++
    } else if (flow < 0) {
      this.#out.add(-flow)
      this.#flowsOut++
    }
    // An empty side is exactly nothing: no rounding may stand in for it.
    if (left > 0) {
      this.#in.add(-left)
      if (--this.#flowsIn === 0) this.#in.clear()
    } else if (left < 0) {
      this.#out.add(left)
      if (--this.#flowsOut === 0) this.#out.clear()
    }
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.#flows.carry(tape)
    this.#in.carry(tape)
    this.#out.carry(tape)
    this.#flowsIn = tape.whole(this.#flowsIn, this.#flows.size)
    this.#flowsOut = tape.whole(this.#flowsOut, this.#flows.size)
    this.#previous = tape.number(this.#previous)
  }
}
