import type { Component, ComponentContext, Event } from '../engine/index.ts'
import type { Exchange } from '../exchange/index.ts'
import { assert, type Log } from '../runtime/index.ts'
import {
  type FillReport,
  formatMoney,
  type Instrument,
  type Money,
  type OpenOrders,
  openOrdersOf,
  OrderLedger,
  type OrderLedgerSnapshot,
  type OrderReport,
  parseMoney,
  parseRate,
  Portfolio,
  type PortfolioSnapshot,
  type Price,
  RiskGate,
  type RoundTrip,
  ZERO_MONEY,
} from '../trading/index.ts'
import {
  type BarClosed,
  type OrderCancelRequested,
  type OrderNeverArrived,
  type OrderRequested,
  type RunStarted,
  Topic,
  type TradingTerms,
} from './trading-events.ts'
import { TRADING_GROUP } from './trading-group.ts'

/**
 * Orders, money and risk of the one account: the only part that sends orders.
 *
 * - An order is sent when its `order.requested` is applied, which is after it was flushed; so
 *   its intent with its client order id is on disk before a byte leaves. While the journal is
 *   replayed nothing is sent.
 * - Every decision here is a function of the durable events in their order, so a replay comes to
 *   the same approvals and refusals.
 * - A fill is booked once, however often it is reported.
 */
export class TradingAccount implements Component {
  readonly name = 'account'
  readonly essential = true
  readonly group = TRADING_GROUP
  readonly subscriptions = [Topic.RUN_STARTED, Topic.BAR_CLOSED, 'order.*']
  readonly #options: TradingAccountOptions
  readonly #log: Log
  readonly #orders = new OrderLedger({ finishedMax: FINISHED_ORDERS_MAX })
  #risk = new RiskGate()
  #feeRate = 0n
  #slippage = 0n
  #terms: TradingTerms | null = null
  readonly #prices = new Map<string, Price>()
  #opening: RunStarted | null = null
  #run: { readonly id: string; readonly fingerprint: string } | null = null
  #portfolio: Portfolio | null = null
  readonly #booked = new Map<string, BookedTotals>()
  #lastBooking: Booking | null = null
  #unexpectedReports = 0

  constructor(options: TradingAccountOptions) {
    this.#options = options
    this.#log = options.log.child({ component: 'account', essential: true })
  }

  /** False until the first run has started: there is no money yet. */
  get opened(): boolean {
    return this.#portfolio !== null
  }

  /** The run that trades; null before the first. */
  get run(): { readonly id: string; readonly fingerprint: string } | null {
    return this.#run
  }

  get terms(): TradingTerms | null {
    return this.#terms
  }

  get portfolio(): Portfolio {
    assert(this.#portfolio, 'the account is opened by the first run')
    return this.#portfolio
  }

  get orders(): OrderLedger {
    return this.#orders
  }

  /** Reports that fit no order of ours, or not its state: external trading, or a fault. */
  get unexpectedReports(): number {
    return this.#unexpectedReports
  }

  instrument(symbol: string): Instrument {
    const instrument = this.#opening?.instruments.find((each) => each.symbol === symbol)
    assert(instrument, `the account trades ${symbol}`)
    return instrument
  }

  get instruments(): readonly Instrument[] {
    return this.#opening?.instruments ?? []
  }

  /** The last price a bar closed at; 0 before the first. */
  price(symbol: string): Price {
    return this.#prices.get(symbol) ?? (0 as Price)
  }

  /** `leaving`: client order ids that are about to be asked to go. */
  openOrders(symbol: string, leaving?: ReadonlySet<string>): OpenOrders {
    return openOrdersOf(symbol, this.#orders.working(), {
      instrument: (each) => this.instrument(each),
      referencePrice: (each) => this.price(each),
      feeRate: this.#feeRate,
      slippage: this.#slippage,
      ...(leaving === undefined ? {} : { leaving }),
    })
  }

  /** Of the run that trades, parts of 10^-8. */
  get feeRate(): bigint {
    return this.#feeRate
  }

  get slippage(): bigint {
    return this.#slippage
  }

  /** What the fills of a symbol came to so far. */
  booked(symbol: string): BookedTotals {
    return this.#booked.get(symbol) ?? nothingBooked
  }

  /** The fill the latest event booked; null where it booked none. */
  get lastBooking(): Booking | null {
    return this.#lastBooking
  }

  onEvent(event: Event, context: ComponentContext): void {
    this.#lastBooking = null
    switch (event.topic) {
      case Topic.BAR_CLOSED:
        return this.#onBar(event as Event<BarClosed>)
      case Topic.ORDER_REQUESTED:
        return this.#onRequested(event as Event<OrderRequested>, context)
      case Topic.ORDER_REPORTED:
        return this.#onReported((event as Event<OrderReport>).payload)
      case Topic.ORDER_CANCEL_REQUESTED:
        return this.#onCancelRequested(event as Event<OrderCancelRequested>, context)
      case Topic.ORDER_NEVER_ARRIVED:
        return this.#onNeverArrived(event as Event<OrderNeverArrived>)
      case Topic.RUN_STARTED:
        return this.#onRunStarted(event as Event<RunStarted>)
    }
  }

  snapshot(): TradingAccountState {
    return {
      opening: this.#opening,
      run: this.#run,
      terms: this.#terms,
      portfolio: this.#portfolio?.snapshot() ?? null,
      orders: this.#orders.snapshot(),
      risk: this.#risk.snapshot(),
      prices: [...this.#prices],
      booked: [...this.#booked].map(([symbol, { realised, fees }]) => [
        symbol,
        formatMoney(realised),
        formatMoney(fees),
      ]),
      unexpectedReports: this.#unexpectedReports,
    }
  }

  restore(state: unknown): void {
    const saved = state as TradingAccountState
    this.#forget()
    if (saved.opening) this.#open(saved.opening)
    this.#run = saved.run
    if (saved.terms) this.#setTerms(saved.terms)
    if (saved.portfolio) this.portfolio.restore(saved.portfolio)
    this.#orders.restore(saved.orders)
    this.#risk.restore(saved.risk)
    for (const [symbol, price] of saved.prices) this.#prices.set(symbol, price as Price)
    for (const [symbol, realised, fees] of saved.booked) {
      this.#booked.set(symbol, { realised: parseMoney(realised), fees: parseMoney(fees) })
    }
    this.#unexpectedReports = saved.unexpectedReports
  }

  /** What `restore` does not set when there is nothing of it. */
  #forget(): void {
    this.#opening = null
    this.#portfolio = null
    this.#terms = null
    this.#risk = new RiskGate()
    this.#feeRate = 0n
    this.#slippage = 0n
    this.#prices.clear()
    this.#booked.clear()
    this.#lastBooking = null
  }

  #onRunStarted({ payload }: Event<RunStarted>): void {
    if (this.#opening === null) this.#open(payload)
    this.#run = { id: payload.runId, fingerprint: payload.fingerprint }
    this.#setTerms(payload.terms)
  }

  #setTerms(terms: TradingTerms): void {
    const remembered = this.#risk.snapshot()
    this.#terms = terms
    this.#risk = new RiskGate(terms.limits)
    this.#risk.restore(remembered)
    this.#feeRate = parseRate(terms.takerFee, 'takerFee')
    this.#slippage = BigInt(Math.round(terms.slippageBps * 10_000))
  }

  #open(opening: RunStarted): void {
    const [asset, cash] = Object.entries(opening.cash ?? {})[0] ?? []
    assert(asset !== undefined && cash !== undefined, 'the first run names the starting cash')
    const { instruments } = opening
    this.#opening = opening
    const { onRoundTrip } = this.#options
    this.#portfolio = new Portfolio({
      asset,
      cash,
      instruments,
      ...(onRoundTrip ? { onRoundTrip } : {}),
    })
  }

  #onBar({ payload, time }: Event<BarClosed>): void {
    const close = payload.bar[5] as Price
    this.#prices.set(payload.symbol, close)
    this.portfolio.mark(payload.symbol, close)
    this.#risk.dayStarted(time, () => this.portfolio.equity())
  }

  #onRequested({ payload, time }: Event<OrderRequested>, context: ComponentContext): void {
    const { request } = payload
    const { clientOrderId, symbol } = request
    // Judged before it is one of the open orders itself.
    const outcome = this.#judge(payload, time)
    const intended = this.#orders.intend(request, time)
    if (!intended.ok) {
      this.#log.error({ clientOrderId, reason: intended.reason }, 'order id used twice')
      return
    }
    if (!outcome.ok) {
      const { reason } = outcome
      this.#orders.apply({ type: 'refused', clientOrderId, symbol, time, reason })
      if (context.live) this.#log.warn({ clientOrderId, reason }, 'order refused by risk')
      return
    }
    this.#risk.orderSent(time)
    this.#orders.apply({ type: 'submitted', clientOrderId, symbol, time })
    if (context.live) this.#options.exchange.submit(outcome.order)
  }

  #judge(requested: OrderRequested, now: number) {
    const { request, referencePrice, decidedAt, blocked } = requested
    const { portfolio } = this
    return this.#risk.check(request, {
      now,
      decisionTime: decidedAt,
      instrument: this.instrument(request.symbol),
      referencePrice,
      position: portfolio.position(request.symbol).quantity,
      openOrders: this.openOrders(request.symbol),
      cash: portfolio.freeCash(),
      equity: portfolio.equity(),
      feeRate: this.#feeRate,
      slippage: this.#slippage,
      blocked,
    })
  }

  #onReported(report: OrderReport): void {
    const outcome = this.#orders.apply(report)
    if (!outcome.ok) {
      this.#unexpectedReports += 1
      this.#log.error({ report, reason: outcome.reason }, 'report that fits no order')
      return
    }
    if (outcome.fill) this.#book(report as FillReport)
    if (outcome.notice && outcome.notice !== 'repeated') {
      this.#log.warn({ report, notice: outcome.notice }, 'unusual report')
    }
  }

  #book(report: FillReport): void {
    const before = this.portfolio.realised()
    const quantityBefore = this.portfolio.position(report.symbol).quantity
    this.portfolio.apply(report)
    const realised = (this.portfolio.realised() - before) as Money
    const fee = parseMoney(report.fee, 'fee')
    const totals = this.booked(report.symbol)
    this.#booked.set(report.symbol, {
      realised: (totals.realised + realised) as Money,
      fees: (totals.fees + fee) as Money,
    })
    const closes = quantityBefore !== 0 && quantityBefore > 0 !== (report.side === 'buy')
    this.#lastBooking = { report, realised: closes ? realised : null }
  }

  #onCancelRequested(event: Event<OrderCancelRequested>, context: ComponentContext): void {
    const { clientOrderId, symbol } = event.payload
    const outcome = this.#orders.apply({
      type: 'cancel-requested',
      clientOrderId,
      symbol,
      time: event.time,
    })
    // An order that ended meanwhile needs no cancelling.
    if (outcome.ok && context.live) this.#options.exchange.cancel(clientOrderId, symbol)
  }

  #onNeverArrived({ payload, time }: Event<OrderNeverArrived>): void {
    const outcome = this.#orders.apply({ type: 'never-arrived', ...payload, time })
    if (!outcome.ok) this.#log.error({ ...payload, reason: outcome.reason }, 'not lost after all')
  }
}

export interface TradingAccountOptions {
  readonly exchange: Pick<Exchange, 'submit' | 'cancel'>
  readonly log: Log
  /** Each trade from flat to flat, as it ends. */
  readonly onRoundTrip?: (trip: RoundTrip) => void
}

export interface TradingAccountState {
  readonly opening: RunStarted | null
  readonly run: { readonly id: string; readonly fingerprint: string } | null
  readonly terms: TradingTerms | null
  readonly portfolio: PortfolioSnapshot | null
  readonly orders: OrderLedgerSnapshot
  readonly risk: ReturnType<RiskGate['snapshot']>
  readonly prices: readonly (readonly [string, number])[]
  /** Symbol, realised profit, fees. */
  readonly booked: readonly (readonly [string, string, string])[]
  readonly unexpectedReports: number
}

export interface BookedTotals {
  /** Before fees. */
  readonly realised: Money
  readonly fees: Money
}

export interface Booking {
  readonly report: FillReport
  /** What it closed, before its fee; null where it only opened. */
  readonly realised: Money | null
}

const nothingBooked: BookedTotals = { realised: ZERO_MONEY, fees: ZERO_MONEY }

/** Of finished orders; all of them are in the journal. */
const FINISHED_ORDERS_MAX = 1_000
