import { GenesisError, refuse, type Refusal } from '../runtime/index.ts'
import type { OrderInput } from './order-edges.ts'
import {
  intendedOrder,
  isTerminal,
  nextOrderState,
  type OrderNotice,
  type OrderState,
  type OrderTransition,
} from './order-state.ts'
import type { OrderRequest } from './order.ts'

/**
 * Every order by its client order id. What holds:
 *
 * - An order that may still trade is never forgotten; of the finished ones the latest
 *   `finishedMax` are kept, so that a late report still finds its order.
 * - The same id is taken once. A report for an id nobody knows is a refusal, not a new order.
 * - The state is a function of the inputs in their order, and is JSON.
 */
export class OrderLedger {
  readonly #finishedMax: number
  /** Both in the order in which the orders came in. */
  readonly #working = new Map<string, OrderState>()
  readonly #finished = new Map<string, OrderState>()
  #counts: OrderCounts = { ...noCounts }

  constructor(options: { readonly finishedMax?: number } = {}) {
    this.#finishedMax = options.finishedMax ?? FINISHED_MAX
  }

  /** Takes an order as `intended`: it is written down and may now be sent. */
  intend(request: OrderRequest, time: number): OrderTransition | Refusal<'duplicate-order'> {
    const id = request.clientOrderId
    if (this.get(id) !== null) {
      this.#counts.refused++
      return refuse('duplicate-order', `Order ${id} exists; an id is used once.`)
    }
    const state = intendedOrder(request, time)
    this.#working.set(id, state)
    this.#counts.intended++
    return { ok: true, state, fill: null, notice: null }
  }

  /** Applies what happened to an order; the caller books `fill` and looks at `notice`. */
  apply(input: OrderInput): OrderTransition | Refusal<'illegal-transition' | 'unknown-order'> {
    const state = this.get(input.clientOrderId)
    if (state === null) {
      this.#counts.refused++
      const sentence = `Order ${input.clientOrderId} is not in the ledger ("${input.type}" came).`
      return refuse('unknown-order', sentence)
    }
    const outcome = nextOrderState(state, input)
    if (!outcome.ok) {
      this.#counts.refused++
      return outcome
    }
    if (outcome.notice !== null) this.#counts[outcome.notice]++
    if (outcome.state !== state) this.#keep(outcome.state)
    return outcome
  }

  get(clientOrderId: string): OrderState | null {
    return this.#working.get(clientOrderId) ?? this.#finished.get(clientOrderId) ?? null
  }

  /** Every order that may still trade, oldest first. */
  working(): OrderState[] {
    return [...this.#working.values()]
  }

  /** Orders of which the exchange must be asked before anything else happens to them. */
  unresolved(): OrderState[] {
    return this.working().filter((state) => unresolvedStatuses.has(state.status))
  }

  /** The latest finished orders, newest first. */
  finished(limit = this.#finishedMax): OrderState[] {
    return [...this.#finished.values()].reverse().slice(0, limit)
  }

  counts(): Readonly<OrderCounts> {
    return { ...this.#counts }
  }

  snapshot(): OrderLedgerSnapshot {
    return {
      schema: SNAPSHOT_SCHEMA,
      working: this.working(),
      finished: [...this.#finished.values()],
      counts: this.counts(),
    }
  }

  restore(snapshot: OrderLedgerSnapshot): void {
    if (snapshot.schema !== SNAPSHOT_SCHEMA) {
      const sentence = `The order ledger is of schema ${snapshot.schema}, not ${SNAPSHOT_SCHEMA}`
      throw new GenesisError('bad-checkpoint', sentence)
    }
    this.#working.clear()
    this.#finished.clear()
    this.#counts = { ...noCounts, ...snapshot.counts }
    for (const state of snapshot.working) this.#working.set(state.request.clientOrderId, state)
    for (const state of snapshot.finished) this.#finished.set(state.request.clientOrderId, state)
  }

  #keep(state: OrderState): void {
    const id = state.request.clientOrderId
    if (isTerminal(state)) {
      this.#working.delete(id)
      this.#finished.set(id, state)
      this.#forgetOldest()
    } else {
      this.#finished.delete(id)
      this.#working.set(id, state)
    }
  }

  #forgetOldest(): void {
    for (const id of this.#finished.keys()) {
      if (this.#finished.size <= this.#finishedMax) return
      this.#finished.delete(id)
    }
  }
}

/** How many orders were taken, inputs refused, and notices given. */
export type OrderCounts = Record<'intended' | 'refused' | OrderNotice, number>

export interface OrderLedgerSnapshot {
  readonly schema: number
  readonly working: readonly OrderState[]
  readonly finished: readonly OrderState[]
  readonly counts: Readonly<OrderCounts>
}

const FINISHED_MAX = 10_000
const SNAPSHOT_SCHEMA = 1
const unresolvedStatuses: ReadonlySet<string> = new Set(['intended', 'submitted', 'unknown'])
const noCounts: OrderCounts = {
  intended: 0,
  refused: 0,
  repeated: 0,
  'late-fill': 0,
  revived: 0,
  overfill: 0,
}
