import type { Component } from '../engine/index.ts'
import type { TradingAccount } from './trading-account.ts'
import { Topic } from './trading-events.ts'
import type { Event } from '../engine/index.ts'

/** The equity at every bar's close, after the account marked it: for charts and statistics. */
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

  onEvent(event: Event): void {
    this.add(event.time)
  }

  add(time: number): void {
    if (this.#length === this.#times.length) this.#grow()
    this.#times[this.#length] = time
    this.#equity[this.#length] = this.#account.portfolio.equityNumber()
    this.#length += 1
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
