import type { Price, Side } from '../../trading/index.ts'

/**
 * What we took from the displayed levels of a recorded book since its last update, so that two
 * orders in a row do not trade with the same quantity.
 */
export class TakenLiquidity {
  readonly #bids = new Map<Price, number>()
  readonly #asks = new Map<Price, number>()

  at(side: Side, price: Price): number {
    return this.#of(side).get(price) ?? 0
  }

  take(side: Side, price: Price, quantity: number): void {
    if (quantity > 0) this.#of(side).set(price, this.at(side, price) + quantity)
  }

  clear(): void {
    if (this.#bids.size !== 0) this.#bids.clear()
    if (this.#asks.size !== 0) this.#asks.clear()
  }

  #of(side: Side): Map<Price, number> {
    return side === 'buy' ? this.#bids : this.#asks
  }
}
