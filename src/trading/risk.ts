import { GenesisError, refuse, type Refusal } from '../runtime/index.ts'
import { formatPrice, formatQuantity, type Instrument } from './instrument.ts'
import {
  formatMoney,
  type Money,
  notional,
  parseMoney,
  type Price,
  type Quantity,
} from './money.ts'
import type { OpenOrders } from './open-orders.ts'
import { orderCost, worstPrice } from './order-cost.ts'
import { orderRuleBreach } from './order-rules.ts'
import type { Approved, OrderRequest } from './order.ts'
import { RiskMemory, type RiskMemorySnapshot } from './risk-memory.ts'

/**
 * The one gate between a wish and an order: only `check` makes an `Approved` order. What holds:
 *
 * - `check` changes nothing and reads no clock; what it must remember (when orders were sent,
 *   the equity the day began with, the kill switch) is told to it and survives in a snapshot.
 * - An order that makes a position smaller passes the kill switch, the daily loss and the limits
 *   on sizes: risk rules never lock anybody into a position. It still obeys the exchange's
 *   rules, the price band, the order rate and the number of open orders.
 * - A refusal is one sentence with the figure, the limit and what they are of.
 */
export class RiskGate {
  readonly #limits: RiskLimits
  readonly #maxOrderNotional: Money | null
  readonly #maxPositionNotional: Money | null
  readonly #maxDailyLoss: Money | null
  readonly #memory = new RiskMemory()

  constructor(limits: Partial<RiskLimits> = {}) {
    this.#limits = { ...noRiskLimits, ...limits }
    this.#maxOrderNotional = moneyLimit(this.#limits, 'maxOrderNotional')
    this.#maxPositionNotional = moneyLimit(this.#limits, 'maxPositionNotional')
    this.#maxDailyLoss = moneyLimit(this.#limits, 'maxDailyLoss')
  }

  check(order: OrderRequest, context: RiskContext): RiskOutcome {
    const breach = orderRuleBreach(order, context)
    if (breach !== null) return breach
    const reduces = isReducing(order, context)
    return (
      this.#checkState(context, reduces) ??
      this.#checkPrice(order, context) ??
      (reduces ? null : this.#checkSize(order, context)) ??
      this.#checkCount(context) ??
      checkFunds(order, context, reduces) ?? { ok: true, order: order as Approved<OrderRequest> }
    )
  }

  /** Call with every order that goes out. */
  orderSent(time: number): void {
    this.#memory.orderSent(time)
  }

  /** Call as time goes on; asks for the equity only when a UTC day begins. */
  dayStarted(time: number, equity: () => Money): void {
    this.#memory.dayStarted(time, equity)
  }

  /** The kill switch: nothing but orders that make a position smaller, until `resume`. */
  halt(reason: string): void {
    this.#memory.haltReason = reason
  }

  resume(): void {
    this.#memory.haltReason = null
  }

  /** Why trading is halted, or null. */
  get halted(): string | null {
    if (this.#memory.haltReason !== null) return this.#memory.haltReason
    return this.#limits.halted ? 'the setting "halted" is on' : null
  }

  snapshot(): RiskMemorySnapshot {
    return this.#memory.snapshot()
  }

  restore(snapshot: RiskMemorySnapshot): void {
    this.#memory.restore(snapshot)
  }

  #checkState(context: RiskContext, reduces: boolean): RiskRefused | null {
    const age = context.now - context.decisionTime
    const ageMax = this.#limits.maxDecisionAgeMs
    if (ageMax !== null && age > ageMax) {
      return refuse('decision-stale', `The decision is ${age} ms old; at most ${ageMax} ms pass.`)
    }
    if (reduces) return null
    const halted = context.blocked ?? this.halted
    if (halted !== null) return refuse('halted', `Trading is halted: ${halted}.`)
    const loss = this.#memory.lossOfDay(context.equity)
    if (this.#maxDailyLoss !== null && loss > 0n && loss >= this.#maxDailyLoss) {
      const figures = `${formatMoney(loss)}; the limit is ${this.#limits.maxDailyLoss}`
      return refuse('daily-loss', `The loss of the day is ${figures}, so positions only shrink.`)
    }
    return null
  }

  #checkPrice(order: OrderRequest, context: RiskContext): RiskRefused | null {
    const band = this.#limits.priceBand
    if (band === null) return null
    const { referencePrice, instrument } = context
    for (const price of [order.limitPrice, order.stopPrice]) {
      if (price === null || Math.abs(price - referencePrice) <= band * referencePrice) continue
      const prices = `${formatPrice(price, instrument)} is not within ${band} of`
      const market = formatPrice(referencePrice, instrument)
      return refuse('price-band', `The price ${prices} the market's ${market}.`)
    }
    return null
  }

  #checkSize(order: OrderRequest, context: RiskContext): RiskRefused | null {
    const { instrument, position, openOrders } = context
    const price = worstPrice(order, context.referencePrice, context.slippage)
    const value = notional(price, order.quantity, instrument)
    if (this.#maxOrderNotional !== null && value > this.#maxOrderNotional) {
      const figures = `${formatMoney(value)}; the limit is ${this.#limits.maxOrderNotional}`
      return refuse('order-too-large', `The order is worth ${figures} ${instrument.quote}.`)
    }
    const buys = order.side === 'buy'
    const grown = buys ? position + openOrders.buyQuantity : openOrders.sellQuantity - position
    const largest = Math.abs(grown + order.quantity) as Quantity
    const positionValue = notional(price, largest, instrument)
    if (this.#maxPositionNotional !== null && positionValue > this.#maxPositionNotional) {
      const limit = this.#limits.maxPositionNotional
      const figures = `${formatMoney(positionValue)}; the limit is ${limit}`
      return refuse(
        'position-too-large',
        `The position would be worth ${figures} ${instrument.quote}.`,
      )
    }
    return null
  }

  #checkCount(context: RiskContext): RiskRefused | null {
    const { maxOpenOrders, maxOrdersPerMinute } = this.#limits
    const open = context.openOrders.count
    if (maxOpenOrders !== null && open >= maxOpenOrders) {
      return refuse('too-many-open', `${open} orders are open; the limit is ${maxOpenOrders}.`)
    }
    const sent = this.#memory.sentInMinute(context.now)
    if (maxOrdersPerMinute !== null && sent >= maxOrdersPerMinute) {
      const sentence = `${sent} orders went out in a minute; the limit is ${maxOrdersPerMinute}.`
      return refuse('too-many-per-minute', sentence)
    }
    return null
  }
}

/** Null is no limit. Amounts are decimal text of the quote asset. */
export interface RiskLimits {
  readonly maxOrderNotional: string | null
  readonly maxPositionNotional: string | null
  readonly maxOpenOrders: number | null
  readonly maxOrdersPerMinute: number | null
  /** Against the equity at the start of the UTC day. */
  readonly maxDailyLoss: string | null
  /** How far a limit or stop price may be from the market's, as a fraction: 0.1 is 10 %. */
  readonly priceBand: number | null
  readonly maxDecisionAgeMs: number | null
  readonly halted: boolean
}

export const noRiskLimits: RiskLimits = {
  maxOrderNotional: null,
  maxPositionNotional: null,
  maxOpenOrders: null,
  maxOrdersPerMinute: null,
  maxDailyLoss: null,
  priceBand: null,
  maxDecisionAgeMs: null,
  halted: false,
}

export interface RiskContext {
  readonly now: number
  /** When the market was as the decision saw it. */
  readonly decisionTime: number
  readonly instrument: Instrument
  readonly referencePrice: Price
  /** Signed. */
  readonly position: Quantity
  readonly openOrders: OpenOrders
  /** Before what open orders reserve. */
  readonly cash: Money
  readonly equity: Money
  /** Parts of 10^-8, as `parseRate` gives them. */
  readonly feeRate: bigint
  /** What a market order may trade above the reference price. */
  readonly slippage: bigint
  /** Why the whole system took no new risk when the order was decided; null or absent: it did. */
  readonly blocked?: string | null
}

export type RiskRefusal =
  | 'order-rule'
  | 'decision-stale'
  | 'halted'
  | 'daily-loss'
  | 'price-band'
  | 'order-too-large'
  | 'position-too-large'
  | 'too-many-open'
  | 'too-many-per-minute'
  | 'no-position'
  | 'not-reducing'
  | 'no-cash'

type RiskRefused = Refusal<RiskRefusal>
export type RiskOutcome =
  | { readonly ok: true; readonly order: Approved<OrderRequest> }
  | RiskRefused

/**
 * What open orders leave of the position to be closed by another order. Orders that were asked to
 * go are left out where the exchange sees to it that both cannot close it.
 */
function closable(order: OrderRequest, context: RiskContext): number {
  const { position, openOrders, instrument } = context
  const guarded = order.reduceOnly || instrument.kind === 'spot'
  if (order.side === 'sell') {
    const sells = guarded ? openOrders.stayingSellQuantity : openOrders.sellQuantity
    return Math.max(0, position - sells)
  }
  const buys = guarded ? openOrders.stayingBuyQuantity : openOrders.buyQuantity
  return Math.max(0, -position - buys)
}

function isReducing(order: OrderRequest, context: RiskContext): boolean {
  return order.quantity <= closable(order, context)
}

function checkFunds(
  order: OrderRequest,
  context: RiskContext,
  reduces: boolean,
): RiskRefused | null {
  if (reduces) return null
  const { instrument, openOrders, cash } = context
  const quantity = `${formatQuantity(order.quantity, instrument)} ${instrument.base}`
  const left = formatQuantity(closable(order, context) as Quantity, instrument)
  if (order.reduceOnly) {
    return refuse('not-reducing', `A reduce-only order of ${quantity} meets a position of ${left}.`)
  }
  if (instrument.kind === 'spot' && order.side === 'sell') {
    return refuse('no-position', `The order sells ${quantity}; ${left} are free to sell.`)
  }
  const opening = (order.quantity - closable(order, context)) as Quantity
  const price = worstPrice(order, context.referencePrice, context.slippage)
  const cost = orderCost(price, opening, context.feeRate, instrument)
  const free = (cash - openOrders.reservedCash) as Money
  if (cost <= free) return null
  const cashLeft = `${formatMoney(free)} ${instrument.quote} are free`
  return refuse('no-cash', `The order may cost ${formatMoney(cost)} with fees; ${cashLeft}.`)
}

function moneyLimit(
  limits: RiskLimits,
  field: 'maxOrderNotional' | 'maxPositionNotional' | 'maxDailyLoss',
): Money | null {
  const text = limits[field]
  if (text === null) return null
  const limit = parseMoney(text, field)
  if (limit >= 0n) return limit
  throw new GenesisError('bad-config', `${field} is "${text}"; it must be 0 or more`)
}
