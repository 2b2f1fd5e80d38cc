import type { BookLevel } from './market-data.ts'
import type { Price, Quantity } from './money.ts'

/**
 * One side of an order book: prices in ascending order of goodness, so the best is last.
 *
 * Nearly every change is near the best price, so a level comes and goes at the end of two flat
 * arrays and moves only the few better ones: no tree, no object a level, no garbage.
 */
export class BookSide {
  /** +1 where a higher price is better (bids), -1 where a lower one is. */
  readonly #sign: 1 | -1
  /** Prices times `#sign`, ascending. */
  #keys = new Float64Array(LEVELS_AT_FIRST)
  #quantities = new Float64Array(LEVELS_AT_FIRST)
  #count = 0

  constructor(side: 'bids' | 'asks') {
    this.#sign = side === 'bids' ? 1 : -1
  }

  get levelCount(): number {
    return this.#count
  }

  /** 0 where the side is empty. */
  bestPrice(): Price {
    return (this.#count === 0 ? 0 : this.#keys[this.#count - 1]! * this.#sign) as Price
  }

  bestQuantity(): Quantity {
    return (this.#count === 0 ? 0 : this.#quantities[this.#count - 1]!) as Quantity
  }

  /** 0 where there is no such level. */
  quantityAt(price: Price): Quantity {
    const key = price * this.#sign
    const index = this.#indexOf(key)
    const found = index < this.#count && this.#keys[index] === key
    return (found ? this.#quantities[index]! : 0) as Quantity
  }

  /** The best `limit` levels, best first. */
  levels(limit: number): BookLevel[] {
    const length = Math.min(limit, this.#count)
    return Array.from({ length }, (_, depth): BookLevel => {
      const index = this.#count - 1 - depth
      return [(this.#keys[index]! * this.#sign) as Price, this.#quantities[index]! as Quantity]
    })
  }

  clear(): void {
    this.#count = 0
  }

  /** Quantity 0 removes the level. */
  set(price: Price, quantity: Quantity): void {
    const key = price * this.#sign
    const index = this.#indexOf(key)
    const found = index < this.#count && this.#keys[index] === key
    if (quantity > 0) {
      if (!found) this.#insert(index, key)
      this.#quantities[index] = quantity
    } else if (found) {
      this.#remove(index)
    }
  }

  /** The first index whose key is not below `key`. */
  #indexOf(key: number): number {
    const keys = this.#keys
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (keys[middle]! < key) low = middle + 1
      else high = middle
    }
    return low
  }

  #insert(index: number, key: number): void {
    if (this.#count === this.#keys.length) this.#grow()
    this.#keys.copyWithin(index + 1, index, this.#count)
    this.#quantities.copyWithin(index + 1, index, this.#count)
    this.#keys[index] = key
    this.#count++
  }

  #remove(index: number): void {
    this.#keys.copyWithin(index, index + 1, this.#count)
    this.#quantities.copyWithin(index, index + 1, this.#count)
    this.#count--
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2)
    const quantities = new Float64Array(this.#keys.length * 2)
    keys.set(this.#keys)
    quantities.set(this.#quantities)
    this.#keys = keys
    this.#quantities = quantities
  }
}

const LEVELS_AT_FIRST = 1024
