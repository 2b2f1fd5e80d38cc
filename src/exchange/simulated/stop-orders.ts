import type { Price, Side } from '../../trading/index.ts'
import type { WorkingOrder } from './matcher.ts'

/**
 * Stop and stop-limit orders of one symbol that wait for their price.
 *
 * A buy stop triggers when the last trade is at or above its stop price, a sell stop at or below
 * it; a price that jumps over the stop triggers it at the price it jumped to. Orders that one
 * trade triggers go in the order of their arrival. A trade that triggers nothing costs two
 * comparisons.
 */
export class StopOrders {
  readonly #orders: WorkingOrder[] = []
  #lowestBuyStop = Infinity
  #highestSellStop = -Infinity

  get size(): number {
    return this.#orders.length
  }

  add(order: WorkingOrder): void {
    this.#orders.push(order)
    this.#watch(order)
  }

  /** Whether it was waiting here. */
  remove(order: WorkingOrder): boolean {
    const index = this.#orders.indexOf(order)
    if (index < 0) return false
    this.#orders.splice(index, 1)
    this.#watchAll()
    return true
  }

  /** Takes out and returns what a trade at `price` triggers. */
  onTrade(price: Price): readonly WorkingOrder[] {
    if (price < this.#lowestBuyStop && price > this.#highestSellStop) return NOTHING
    const triggered = this.#orders.filter((order) => stopReached(order, price))
    const waiting = this.#orders.filter((order) => !stopReached(order, price))
    this.#orders.splice(0, this.#orders.length, ...waiting)
    this.#watchAll()
    return triggered
  }

  #watchAll(): void {
    this.#lowestBuyStop = Infinity
    this.#highestSellStop = -Infinity
    for (const order of this.#orders) this.#watch(order)
  }

  #watch({ request }: WorkingOrder): void {
    const stop = request.stopPrice!
    if (request.side === 'buy') this.#lowestBuyStop = Math.min(this.#lowestBuyStop, stop)
    else this.#highestSellStop = Math.max(this.#highestSellStop, stop)
  }
}

const NOTHING: readonly WorkingOrder[] = []

export function stopReached({ request }: WorkingOrder, price: Price): boolean {
  return priceReaches(request.side, price, request.stopPrice!)
}

function priceReaches(side: Side, price: Price, stop: Price): boolean {
  return side === 'buy' ? price >= stop : price <= stop
}
