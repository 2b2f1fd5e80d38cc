import type { Component } from '../engine/index.ts'
import { formatPrice, formatQuantity, type Side } from '../trading/index.ts'
import type { TradingAccount } from './trading-account.ts'
import { Topic } from './trading-events.ts'

/** Every fill of the account, once each and in the order in which they were booked. */
export class FillList implements Component {
  readonly name = 'fill-list'
  readonly subscriptions = [Topic.ORDER_REPORTED]
  readonly fills: BackTestFill[] = []
  readonly #account: TradingAccount

  constructor(account: TradingAccount) {
    this.#account = account
  }

  onEvent(): void {
    const report = this.#account.lastBooking?.report
    if (report === undefined) return
    const instrument = this.#account.instrument(report.symbol)
    this.fills.push({
      time: report.time,
      side: report.side,
      price: formatPrice(report.price, instrument),
      quantity: formatQuantity(report.quantity, instrument),
      fee: report.fee,
      liquidity: report.liquidity,
    })
  }
}

/** All of it JSON; price, quantity and the fee in the quote asset are decimal text. */
export interface BackTestFill {
  readonly time: number
  readonly side: Side
  readonly price: string
  readonly quantity: string
  readonly fee: string
  readonly liquidity: 'maker' | 'taker'
}
