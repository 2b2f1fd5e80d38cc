import type { Quantity } from '../../trading/index.ts'
import type { WorkingOrder } from './matcher.ts'

/**
 * Where one of our resting orders stands in the queue of a recorded price level, of which only
 * the total is known. The idea is Rigtorp's estimate, as hftbacktest uses it.
 *
 * - On arrival everything displayed at the price is ahead.
 * - A trade at the price takes from the front; what of it is left after those ahead is ours.
 * - A level that shrinks by more than was traded lost cancellations. `proportional`: they came
 *   from ahead and behind in proportion to what stands there. `conservative`: from behind, as far
 *   as there is something behind. Rounded up either way, so that we never move up too far.
 * - A level that grows grew behind us. Never is more ahead than is displayed.
 */
export class QueuePosition {
  readonly order: WorkingOrder
  /** The order is filled or has ended. */
  over = false
  readonly #model: QueueModel
  #ahead: number
  #displayed: number
  /** Traded at the price since the level's quantity was last told. */
  #traded = 0

  constructor(order: WorkingOrder, displayed: Quantity, model: QueueModel) {
    this.order = order
    this.#model = model
    this.#ahead = displayed
    this.#displayed = displayed
  }

  get ahead(): Quantity {
    return this.#ahead as Quantity
  }

  /** Moves up by a trade at our price; returns what of it reaches us. */
  afterTrade(quantity: Quantity): Quantity {
    const reaching = Math.max(0, quantity - this.#ahead)
    this.#ahead = Math.max(0, this.#ahead - quantity)
    this.#traded += quantity
    return reaching as Quantity
  }

  afterDepth(displayed: Quantity): void {
    const standing = Math.max(0, this.#displayed - this.#traded)
    const cancelled = standing - displayed
    if (cancelled > 0 && this.#model === 'proportional') {
      this.#ahead -= Math.floor((cancelled * Math.min(this.#ahead, standing)) / standing)
    }
    this.#ahead = Math.max(0, Math.min(this.#ahead, displayed))
    this.#displayed = displayed
    this.#traded = 0
  }
}

export type QueueModel = 'proportional' | 'conservative'
