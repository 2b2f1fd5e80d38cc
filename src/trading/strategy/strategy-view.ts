import type { Quantity } from '../money.ts'

/** What a running strategy is shown of its account. The owner may hand over the same object. */
export interface StrategyView {
  /** Signed: below 0 is short. */
  readonly positionQuantity: Quantity
  /** In the quote asset; 0 when flat. For the strategy's arithmetic only, as the next two. */
  readonly averagePrice: number
  readonly unrealisedProfit: number
  readonly equity: number
}
