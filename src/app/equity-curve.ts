import type { Component, Event } from '../engine/index.ts'
import { moneyToNumber } from '../trading/index.ts'
import type { TradingAccount } from './trading-account.ts'
import { Topic } from './trading-events.ts'

/**
 * The equity at every bar's close, after the account marked it: for charts and statistics. In
 * doubles of doubles, which may be off in the last digit; the end is worked out exactly.
 */
export class EquityCurve implements Component {
  readonly name = 'equity-curve'
  readonly subscriptions = [Topic.BAR_CLOSED]
  readonly #account: TradingAccount
  #times = new Float64Array(1024)
  #equity = new Float64Array(1024)
  #length = 0

  constructor(account: TradingAccount) {
    this.#account = account
  }

  get times(): Float64Array {
    return this.#times.subarray(0, this.#length)
  }

  get equity(): Float64Array {
    return this.#equity.subarray(0, this.#length)
  }

  /** One object a bar, for people and files. */
  points(): EquityPoint[] {
    const points = new Array<EquityPoint>(this.#length)
    for (let index = 0; index < points.length; index += 1) {
      points[index] = { time: this.#times[index]!, equity: this.#equity[index]! }
    }
    return points
  }

  onEvent(event: Event): void {
    this.add(event.time)
  }

  add(time: number): void {
    if (this.#length === this.#times.length) this.#grow()
    this.#times[this.#length] = time
    this.#equity[this.#length] = this.#account.portfolio.equityNumber()
    this.#length += 1
  }

  /** The end of the run: the last point includes what came after its bar, to the last digit. */
  finish(): void {
    if (this.#length === 0) return
    this.#equity[this.#length - 1] = moneyToNumber(this.#account.portfolio.equity())
  }

  #grow(): void {
    const double = (values: Float64Array) => {
      const larger = new Float64Array(values.length * 2)
      larger.set(values)
      return larger
    }
    this.#times = double(this.#times)
    this.#equity = double(this.#equity)
  }
}

export interface EquityPoint {
  readonly time: number
  readonly equity: number
}
