import { Indicator } from './indicator.ts'
import { period } from './period.ts'
import type { StateTape } from './state-tape.ts'
import { RecentValues } from './recent-values.ts'

/**
 * Commodity channel index on the typical price; 0 where nothing moved.
 *
 * The one indicator that is O(n) a bar: when the mean moves, every distance from it changes.
 * Distances are taken from the newest price first, so that the mean of a flat market is exact.
 */
export class Cci extends Indicator {
  readonly #window: RecentValues

  constructor(length = 20) {
    super()
    this.#window = new RecentValues(period(length))
  }

  update(high: number, low: number, close: number): number {
    const window = this.#window
    const typical = (high + low + close) / 3
    window.push(typical)
    if (!window.full) return this.value

    const slots = window.slots
    let sum = 0
    for (let index = 0; index < slots.length; index++) sum += slots[index]! - typical
    const meanDistance = sum / slots.length
    let deviations = 0
    for (let index = 0; index < slots.length; index++) {
      const deviation = slots[index]! - typical - meanDistance
      deviations += deviation < 0 ? -deviation : deviation
    }
    const deviation = deviations / slots.length
    const flat = deviation <= typical * ROUNDING
    return (this.value = flat ? 0 : -meanDistance / (0.015 * deviation))
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.#window.carry(tape)
  }
}

/** Bars of different shape may have one typical price but for its last bits: no movement. */
const ROUNDING = 1e-15
