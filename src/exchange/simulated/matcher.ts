import type { OrderRequest, Price, Quantity, Side } from '../../trading/index.ts'

/**
 * Where the orders of our account meet one symbol's market.
 *
 * What holds: a matcher decides when and at what price an order trades and nothing else. It keeps
 * no order's quantity: the listener lowers `remaining` before `onFill` returns, and whoever placed
 * an order forgets it when `remaining` reaches 0 or `onExpired` was called. A matcher never calls
 * its listener from inside `cancel`.
 */
export interface Matcher {
  /** Takes an accepted order; what becomes of it comes through the listener, perhaps at once. */
  place(order: WorkingOrder): void
  /** Forgets a working order. */
  cancel(order: WorkingOrder): void
  /** Whether a limit order would trade on arrival: what post-only forbids. */
  wouldTrade(side: Side, price: Price): boolean
  /** What a market order would pay now, to value it by; null before the market has a price. */
  referencePrice(side: Side): Price | null
}

/** One order of our account while it works. The ledger owns and changes it. */
export interface WorkingOrder {
  readonly request: OrderRequest
  readonly remaining: Quantity
  /** True from the start for an order without a stop. */
  readonly triggered: boolean
}

export interface MatcherListener {
  /**
   * How much of `quantity` this order may trade at `price`: cash and reduce-only set it. The
   * matcher ends an order (`onExpired`) that may not trade all it could.
   */
  allowance(order: WorkingOrder, price: Price, quantity: Quantity): Quantity
  /** Whether the order makes the position smaller, as things stand. */
  reduces(order: WorkingOrder): boolean
  onFill(order: WorkingOrder, fill: MatcherFill): void
  onTriggered(order: WorkingOrder, time: number): void
  onExpired(order: WorkingOrder, reason: string, time: number): void
}

export interface MatcherFill {
  /** Of the market's own numbering; null where the market has none. */
  readonly tradeId: number | null
  readonly price: Price
  readonly quantity: Quantity
  readonly liquidity: 'maker' | 'taker'
  readonly time: number
}

/** Sentences a trader reads in reports; tests and logs compare them. */
export const endings = {
  allowance: 'no more of it is affordable or left to reduce',
  fillOrKill: 'it could not be filled whole at once',
  immediate: 'what could not be filled at once is cancelled',
  nothingToReduce: 'there is no position left to reduce',
  noLiquidity: 'the market had no more orders to trade with',
  selfTrade: 'it would have traded with an order of the same account',
} as const
