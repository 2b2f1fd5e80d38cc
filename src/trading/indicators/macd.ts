import { GenesisError } from '../../runtime/index.ts'
import { Ema } from './ema.ts'
import { Indicator } from './indicator.ts'
import type { StateTape } from './state-tape.ts'

/** Fast EMA less slow EMA; `signal` is the EMA of that, seeded with its first n values. */
export class Macd extends Indicator {
  signal = Number.NaN
  histogram = Number.NaN
  readonly #fast: Ema
  readonly #slow: Ema
  readonly #signal: Ema

  constructor({ fast = 12, slow = 26, signal = 9 }: MacdOptions = {}) {
    super()
    this.#fast = new Ema(fast)
    this.#slow = new Ema(slow)
    this.#signal = new Ema(signal)
    if (fast >= slow) {
      throw new GenesisError('bad-input', `fast is ${fast}; it must be below slow, ${slow}`)
    }
  }

  update(value: number): number {
    const fast = this.#fast.update(value)
    const slow = this.#slow.update(value)
    if (slow !== slow) return this.value
    this.value = fast - slow
    this.signal = this.#signal.update(this.value)
    this.histogram = this.value - this.signal
    return this.value
  }

  override carry(tape: StateTape): void {
    super.carry(tape)
    this.signal = tape.number(this.signal)
    this.histogram = tape.number(this.histogram)
    this.#fast.carry(tape)
    this.#slow.carry(tape)
    this.#signal.carry(tape)
  }
}

export interface MacdOptions {
  /** 12 by default. */
  readonly fast?: number
  /** 26 by default; above `fast`. */
  readonly slow?: number
  /** 9 by default. */
  readonly signal?: number
}
