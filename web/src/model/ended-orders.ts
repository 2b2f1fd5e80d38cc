import { signal } from '@preact/signals'
import type { OrderView, Update } from '../../../src/server/protocol.ts'
import type { ReadList } from './candle-series.ts'

/**
 * The orders that ended last, newest end first, however they ended.
 *
 * The snapshot has only working orders, so these are asked for once over REST and continued by the
 * stream. Whichever comes first, an order is stored once, by its number. The answer takes the place
 * of what was known: a server that began anew knows nothing of it.
 */
const KEPT = 20
/** More than are kept: the server counts by creation, and an old order may have ended last. */
const ASKED = 200
const RETRY_MS = 1000

export class EndedOrders {
  readonly list = signal<readonly OrderView[]>([])
  readonly #read: ReadList
  #generation = 0
  /** What ended while an answer is on its way; null otherwise. */
  #early: readonly OrderView[] | null = null

  constructor(read: ReadList) {
    this.#read = read
  }

  async reload(): Promise<void> {
    this.#generation += 1
    const generation = this.#generation
    this.#early = []
    const orders = await this.#read<OrderView>('orders', { open: 'false', limit: String(ASKED) })
    if (generation !== this.#generation) return
    if (orders === null) {
      setTimeout(() => generation === this.#generation && void this.reload(), RETRY_MS)
      return
    }
    this.list.value = lastEnded([...orders, ...this.#early])
    this.#early = null
  }

  apply(updates: readonly Update[]): void {
    const ended = updates.flatMap((update) =>
      update.type === 'order' && !update.order.open ? [update.order] : [],
    )
    if (ended.length === 0) return
    if (this.#early !== null) this.#early = lastEnded([...this.#early, ...ended])
    this.list.value = lastEnded([...this.list.value, ...ended])
  }
}

function lastEnded(orders: readonly OrderView[]): readonly OrderView[] {
  const byNumber = new Map(orders.map((order) => [order.number, order]))
  return [...byNumber.values()]
    .sort((a, b) => b.updatedAt - a.updatedAt || b.number - a.number)
    .slice(0, KEPT)
}
