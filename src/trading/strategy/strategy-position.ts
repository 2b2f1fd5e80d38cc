import type { StrategyView } from './strategy-view.ts'

/** `position` in a strategy: one object that always shows the newest. */
export class StrategyPosition {
  readonly #view: () => StrategyView
  readonly #scale: number

  constructor(view: () => StrategyView, quantityScale: number) {
    this.#view = view
    this.#scale = quantityScale
  }

  /** In the base asset; below 0 is short. */
  get quantity(): number {
    return this.#view().positionQuantity / this.#scale
  }

  get side(): 'flat' | 'long' | 'short' {
    const quantity = this.#view().positionQuantity
    return quantity === 0 ? 'flat' : quantity > 0 ? 'long' : 'short'
  }

  get averagePrice(): number {
    return this.#view().averagePrice
  }

  get unrealisedProfit(): number {
    return this.#view().unrealisedProfit
  }
}
