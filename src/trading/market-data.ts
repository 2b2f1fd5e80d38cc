import type { Candle } from './candle.ts'
import type { Price, Quantity } from './money.ts'

/** What a market tells everybody. Times are the exchange's, UTC milliseconds. */
export type MarketEvent =
  | MarketTrade
  | BookTop
  | DepthSnapshot
  | DepthDiff
  | { readonly type: 'candle'; readonly symbol: string; readonly candle: Candle }

export interface MarketTrade {
  readonly type: 'trade'
  readonly symbol: string
  readonly time: number
  /** Contiguous per symbol, so that a gap can be seen. */
  readonly id: number
  readonly price: Price
  readonly quantity: Quantity
  readonly takerSide: 'buy' | 'sell'
}

export interface BookTop {
  readonly type: 'book-top'
  readonly symbol: string
  readonly time: number
  readonly sequence: number
  readonly bidPrice: Price
  readonly bidQuantity: Quantity
  readonly askPrice: Price
  readonly askQuantity: Quantity
}

export type BookLevel = readonly [price: Price, quantity: Quantity]

export interface DepthSnapshot {
  readonly type: 'depth-snapshot'
  readonly symbol: string
  readonly lastSequence: number
  readonly bids: readonly BookLevel[]
  readonly asks: readonly BookLevel[]
}

/** New absolute quantities of levels; 0 removes one. */
export interface DepthDiff {
  readonly type: 'depth-diff'
  readonly symbol: string
  readonly time: number
  readonly firstSequence: number
  readonly lastSequence: number
  readonly bids: readonly BookLevel[]
  readonly asks: readonly BookLevel[]
}
