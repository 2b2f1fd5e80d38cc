import {
  type Instrument,
  moneyToNumber,
  type PortfolioPosition,
  powerOfTen,
  type Quantity,
  type StrategyView,
} from '../trading/index.ts'
import type { TradingAccount } from './trading-account.ts'

/** What a strategy sees of the account: worked out when it looks, as of now, in doubles. */
export class AccountView implements StrategyView {
  readonly #account: TradingAccount
  readonly #instrument: Instrument

  constructor(account: TradingAccount, instrument: Instrument) {
    this.#account = account
    this.#instrument = instrument
  }

  get positionQuantity(): Quantity {
    return this.#position.quantity
  }

  get averagePrice(): number {
    const { quantity, openCost } = this.#position
    if (quantity === 0) return 0
    const units = Math.abs(quantity) / powerOfTen(this.#instrument.quantityDecimals)
    return moneyToNumber(openCost) / units
  }

  get unrealisedProfit(): number {
    return this.#position.unrealisedNumber()
  }

  get equity(): number {
    return this.#account.portfolio.equityNumber()
  }

  get #position(): PortfolioPosition {
    return this.#account.portfolio.position(this.#instrument.symbol)
  }
}
