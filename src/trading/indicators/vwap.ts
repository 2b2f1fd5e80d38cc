import { CompensatedSum } from './compensated-sum.ts'
import { Indicator } from './indicator.ts'
import type { StateTape } from './state-tape.ts'

/**
 * Volume-weighted average price since the first bar, or since the session began.
 *
 * While nothing has been traded it is the bar's own price.
 */
export class Vwap extends Indicator {
  readonly #traded = new CompensatedSum()
  readonly #volume = new CompensatedSum()
  #session = 0

  /** A change of `session`, any number, starts again. The usual price is the typical one. */
  update(price: number, volume: number, session = 0): number {
    if (session !== this.#session) {
      this.#session = session
      this.#traded.clear()
      this.#volume.clear()
    }
    this.#traded.add(price * volume)
    this.#volume.add(volume)
    const total = this.#volume.value
    return (this.value = total === 0 ? price : this.#traded.value / total)
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.#traded.carry(tape)
    this.#volume.carry(tape)
    this.#session = tape.number(this.#session)
  }
}
