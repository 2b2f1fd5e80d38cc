import { assert } from '../../runtime/index.ts'
import {
  formatMoney,
  type Instrument,
  type OrderReport,
  parseMoney,
  type Quantity,
} from '../../trading/index.ts'
import { Account, type AccountTerms } from './account.ts'
import type { LedgerCodec } from './ledger-codec.ts'
import type {
  ExchangeLedgerView,
  LedgerEntry,
  LedgerOrder,
  LedgerState,
  OrderEntry,
} from './ledger-entry.ts'
import type { MatcherFill, WorkingOrder } from './matcher.ts'

/**
 * Everything the exchange knows about one client: orders, what was said about each, money.
 *
 * What holds: the state is a function of the deposits and of the entries given to `apply`, in
 * order, and of nothing else. That is why the journal of a persistent exchange is the list of
 * entries, and why an exchange that applied the same list is the same exchange. An order and its
 * client order id are known until `FINISHED_MAX` later ones have finished.
 */
export class ExchangeLedger {
  readonly account: Account
  readonly #orders = new Map<string, LedgerOrder>()
  readonly #working = new Map<string, LedgerOrder>()
  /** Client order ids of finished orders, the first to finish first. */
  readonly #finished = new Set<string>()
  readonly #lastTradeIds = new Map<string, number>()
  #lastOrderNumber = 0
  #duplicates = 0

  constructor(instruments: readonly Instrument[], terms: AccountTerms) {
    this.account = new Account(instruments, terms)
  }

  /** In the order of their arrival. */
  get working(): Iterable<LedgerOrder> {
    return this.#working.values()
  }

  get orderCount(): number {
    return this.#orders.size
  }

  order(clientOrderId: string): LedgerOrder | undefined {
    return this.#orders.get(clientOrderId)
  }

  workingOrder(clientOrderId: string): LedgerOrder | undefined {
    return this.#working.get(clientOrderId)
  }

  nextExchangeOrderId(): string {
    return `${this.#lastOrderNumber + 1}`
  }

  nextTradeId(symbol: string): number {
    return this.lastTradeId(symbol) + 1
  }

  /** Of our own fills. */
  lastTradeId(symbol: string): number {
    return this.#lastTradeIds.get(symbol) ?? 0
  }

  apply(entry: LedgerEntry): void {
    if (entry.type === 'deposit') {
      for (const [asset, amount] of Object.entries(entry.amounts)) {
        this.account.deposit(asset, parseMoney(amount, `balances.${asset}`))
      }
    } else if (entry.type === 'duplicate') this.#duplicates++
    else if (entry.type === 'order') this.#arrive(entry)
    else this.#report(entry.report)
  }

  view(codec: LedgerCodec): ExchangeLedgerView {
    const orders = [...this.#orders.values()].map((order) => {
      const filled = (order.request.quantity - order.remaining) as Quantity
      const encoded = codec.encodeOrder(order)
      return { ...encoded, filled: codec.quantity(filled, order.request.symbol) }
    })
    const fills = orders.flatMap(({ reports }) => reports.filter(({ type }) => type === 'filled'))
    return { orders, fills, balances: this.account.balances(), duplicates: this.#duplicates }
  }

  snapshot(codec: LedgerCodec): LedgerState {
    return {
      account: this.account.snapshot(),
      orders: [...this.#orders.values()].map((order) => codec.encodeOrder(order)),
      finished: [...this.#finished],
      lastTradeIds: [...this.#lastTradeIds],
      lastOrderNumber: this.#lastOrderNumber,
      duplicates: this.#duplicates,
    }
  }

  restore(state: LedgerState, codec: LedgerCodec): void {
    assert(this.#orders.size === 0, 'only an empty ledger is restored')
    this.account.restore(state.account)
    for (const encoded of state.orders) {
      const order = codec.decodeOrder(encoded)
      this.#orders.set(order.request.clientOrderId, order)
      if (order.status === 'working') this.#working.set(order.request.clientOrderId, order)
    }
    for (const id of state.finished) this.#finished.add(id)
    for (const [symbol, id] of state.lastTradeIds) this.#lastTradeIds.set(symbol, id)
    this.#lastOrderNumber = state.lastOrderNumber
    this.#duplicates = state.duplicates
  }

  #arrive({ request, referencePrice, report }: OrderEntry): void {
    const { clientOrderId } = request
    assert(!this.#orders.has(clientOrderId), 'a client order id is used once')
    const isStop = request.stopPrice !== null
    const order: LedgerOrder = {
      request,
      remaining: request.quantity,
      triggered: !isStop,
      status: report.type === 'accepted' ? 'working' : 'refused',
      reports: [report],
    }
    this.#orders.set(clientOrderId, order)
    if (report.type !== 'accepted') return this.#finish(clientOrderId)
    this.#lastOrderNumber++
    this.#working.set(clientOrderId, order)
    if (referencePrice !== null) this.account.reserve(order, referencePrice)
  }

  #report(report: OrderReport): void {
    const order = this.#orders.get(report.clientOrderId)
    if (order === undefined) return
    order.reports.push(report)
    if (report.type === 'triggered') order.triggered = true
    else if (report.type === 'filled') this.#fill(order, report)
    else if (report.type === 'canceled' || report.type === 'expired') this.#end(order, report.type)
  }

  #fill(order: LedgerOrder, report: OrderReport & { type: 'filled' }): void {
    assert(report.quantity <= order.remaining, 'an order is not filled for more than it asked')
    order.remaining = (order.remaining - report.quantity) as Quantity
    this.account.fill(order, report.price, report.quantity, parseMoney(report.fee, 'fee'))
    this.#lastTradeIds.set(report.symbol, report.tradeId)
    if (order.remaining === 0) this.#end(order, 'filled')
  }

  #end(order: LedgerOrder, status: LedgerOrder['status']): void {
    const { clientOrderId } = order.request
    order.status = status
    this.#working.delete(clientOrderId)
    this.account.release(clientOrderId)
    this.#finish(clientOrderId)
  }

  #finish(clientOrderId: string): void {
    this.#finished.add(clientOrderId)
    if (this.#finished.size <= FINISHED_MAX) return
    const [oldest] = this.#finished
    this.#finished.delete(oldest!)
    this.#orders.delete(oldest!)
  }
}

/** The report of a fill, its fee included. */
export function fillReport(
  order: WorkingOrder,
  fill: MatcherFill,
  given: { readonly tradeId: number; readonly instrument: Instrument; readonly account: Account },
): OrderReport {
  const { price, quantity, liquidity, time } = fill
  const maker = liquidity === 'maker'
  return {
    type: 'filled',
    clientOrderId: order.request.clientOrderId,
    symbol: order.request.symbol,
    time,
    tradeId: given.tradeId,
    side: order.request.side,
    price,
    quantity,
    fee: formatMoney(given.account.feeOn(given.instrument, { price, quantity, maker })),
    liquidity,
  }
}

/** Orders beyond are forgotten: a market that runs for months must not grow for months. */
const FINISHED_MAX = 5_000
