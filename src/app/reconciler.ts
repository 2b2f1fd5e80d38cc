import type { Event } from '../engine/index.ts'
import type { Exchange, OrderQuery } from '../exchange/index.ts'
import type { Clock, Log, Timer } from '../runtime/index.ts'
import { formatMoney, type OrderState } from '../trading/index.ts'
import type { TradingAccount } from './trading-account.ts'
import { orderNeverArrived, orderReported } from './trading-events.ts'

/**
 * Brings our orders into line with the exchange's word on them.
 *
 * - On every start each order that may still trade is asked about by its client order id, before
 *   any new decision is made; while running, each whose answer is overdue. Nothing is sent again.
 * - "Not found" counts only when a second look, after a pause, says so too. An error or a missed
 *   deadline says nothing: the order stays as it is and is asked about again.
 * - What the exchange tells is published as the reports it is, and booked once.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions
  #timer: Timer | null = null
  #busy = false
  #reportMissed = false

  constructor(options: ReconcilerOptions) {
    this.#options = options
  }

  /** Asks about every open order, then goes on asking about overdue ones. */
  async start(): Promise<ReconciliationReport> {
    const working = this.#options.account.orders.working()
    for (const order of working) await this.#resolve(order)
    this.#timer = this.#options.clock.every(OVERDUE_LOOK_EVERY_MS, () => {
      void this.#resolveOverdue()
    })
    return { asked: working.length, external: await this.#externalOrders() }
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  /** A report could not be taken: at the next look every open order is asked about. */
  reportMissed(): void {
    this.#reportMissed = true
  }

  /** Where the ledger and the exchange's balances differ; null when the exchange did not answer. */
  async compareBalances(): Promise<readonly BalanceDifference[] | null> {
    const { exchange, account } = this.#options
    const answer = await exchange.balances()
    if (!answer.ok) return null
    const ours = account.portfolio.balances()
    const assets = new Set([...ours.keys(), ...Object.keys(answer.value)])
    return [...assets].sort().flatMap((asset) => {
      const ledger = formatMoney(ours.get(asset) ?? (0n as never))
      const theirs = answer.value[asset]?.total ?? '0'
      return ledger === theirs ? [] : [{ asset, ledger, exchange: theirs }]
    })
  }

  async #externalOrders(): Promise<readonly string[]> {
    const { exchange, account, log } = this.#options
    const answer = await exchange.openOrders()
    if (!answer.ok) return []
    const ids = answer.value.map(({ clientOrderId }) => clientOrderId)
    const external = ids.filter((id) => account.orders.get(id) === null)
    for (const clientOrderId of external) log.warn({ clientOrderId }, 'open order that is not ours')
    return external
  }

  async #resolveOverdue(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    for (const order of this.#due()) await this.#resolve(order)
    this.#busy = false
  }

  #due(): readonly OrderState[] {
    const { clock, account } = this.#options
    if (this.#reportMissed) {
      this.#reportMissed = false
      return account.orders.working()
    }
    const overdueSince = clock.now() - OVERDUE_AFTER_MS
    return account.orders.unresolved().filter(({ updatedTime }) => updatedTime < overdueSince)
  }

  async #resolve({ request }: OrderState): Promise<void> {
    const { clientOrderId, symbol } = request
    const { clock, publish, log } = this.#options
    const first = await this.#ask(clientOrderId, symbol)
    const answer = first.outcome === 'not-found' ? await this.#askAgain(request) : first
    if (answer.outcome === 'found') {
      for (const report of answer.reports) publish(orderReported(report))
    } else if (answer.outcome === 'not-found') {
      publish(orderNeverArrived(clock.now(), { clientOrderId, symbol }))
    } else {
      log.warn({ clientOrderId, reason: answer.reason }, 'order still unknown')
    }
  }

  async #askAgain({ clientOrderId, symbol }: OrderState['request']): Promise<OrderQuery> {
    await this.#options.clock.sleep(SECOND_LOOK_AFTER_MS)
    return this.#ask(clientOrderId, symbol)
  }

  async #ask(clientOrderId: string, symbol: string): Promise<OrderQuery> {
    const { exchange, clock } = this.#options
    return new Promise((resolve) => {
      const deadline = clock.after(QUERY_DEADLINE_MS, () => {
        resolve({ outcome: 'unknown', reason: `no answer within ${QUERY_DEADLINE_MS} ms` })
      })
      const answered = (answer: OrderQuery) => {
        deadline.cancel()
        resolve(answer)
      }
      exchange.queryOrder(clientOrderId, symbol).then(answered, (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        answered({ outcome: 'unknown', reason })
      })
    })
  }
}

export interface ReconcilerOptions {
  readonly exchange: Exchange
  readonly account: TradingAccount
  readonly clock: Clock
  readonly log: Log
  readonly publish: (event: Event) => void
}

export interface ReconciliationReport {
  /** Open orders that were asked about. */
  readonly asked: number
  /** Client order ids of open orders at the exchange that are not in our ledger. */
  readonly external: readonly string[]
}

export interface BalanceDifference {
  readonly asset: string
  /** Decimal text. */
  readonly ledger: string
  readonly exchange: string
}

const QUERY_DEADLINE_MS = 5_000
const SECOND_LOOK_AFTER_MS = 300
const OVERDUE_AFTER_MS = 10_000
const OVERDUE_LOOK_EVERY_MS = 5_000
