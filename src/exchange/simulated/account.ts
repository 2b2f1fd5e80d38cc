import { assert, refuse, type Refusal } from '../../runtime/index.ts'
import {
  feeOf,
  formatMoney,
  formatPrice,
  formatQuantity,
  type Instrument,
  type Money,
  notional,
  type OrderRequest,
  parseMoney,
  parsePrice,
  parseQuantity,
  type Price,
  type Quantity,
  quantityToMoney,
  ZERO_MONEY,
} from '../../trading/index.ts'
import type { AssetBalance } from '../exchange.ts'
import type { WorkingOrder } from './matcher.ts'

/**
 * Cash, coins and positions of one account, exact, and what its open orders have reserved.
 *
 * - Spot: a buy reserves its price and the taker fee, a sell its coins. Nothing can be sold that
 *   is not there. A reduce-only sell reserves nothing and gets what is free when it trades.
 * - Perpetual: fills of one symbol net into one position, at its average cost. Profit and loss
 *   are booked to the quote asset when a position gets smaller. Opening needs `cost / leverage`
 *   of what is free, unrealised profit and loss counted. There is no liquidation: an account
 *   under water can only reduce.
 * - Fees are paid in the quote asset. No free balance is ever below zero.
 */
export class Account {
  readonly #instruments: ReadonlyMap<string, Instrument>
  readonly #terms: AccountTerms
  readonly #totals = new Map<string, Money>()
  readonly #reserved = new Map<string, Money>()
  readonly #reservations = new Map<string, Reservation>()
  readonly #positions = new Map<string, PerpetualPosition>()

  constructor(instruments: readonly Instrument[], terms: AccountTerms) {
    this.#instruments = new Map(instruments.map((instrument) => [instrument.symbol, instrument]))
    this.#terms = terms
    assert(terms.leverage >= 1 && Number.isInteger(terms.leverage), 'leverage is whole, 1 or more')
    for (const { base, quote, kind } of instruments) {
      this.#totals.set(quote, ZERO_MONEY)
      if (kind === 'spot') this.#totals.set(base, ZERO_MONEY)
    }
  }

  deposit(asset: string, amount: Money): void {
    assert(amount >= 0n, 'a deposit is not negative')
    this.#add(this.#totals, asset, amount)
  }

  /** Coins of a spot symbol; the signed position of a perpetual one. */
  position(symbol: string): Quantity {
    const instrument = this.#instruments.get(symbol)!
    if (instrument.kind === 'perpetual') return this.#perpetual(symbol).quantity
    return this.#units(this.#total(instrument.base), instrument)
  }

  /** How much of the position an order of this side can close. */
  reducible({ symbol, side }: OrderRequest): Quantity {
    const position = this.position(symbol)
    return Math.max(0, side === 'sell' ? position : -position) as Quantity
  }

  /**
   * Null when an order valued at `price` is affordable. A market order that opens needs the money
   * for one lot: nobody knows its price beforehand, and it is cut to the money when it trades.
   */
  affords(request: OrderRequest, price: Price): Refusal<'not-affordable'> | null {
    const { asset, amount } = this.#requirement(request, request.quantity, price)
    const free = this.#free(asset)
    if (request.reduceOnly || amount <= free) return null
    const isCut = request.type === 'market' && asset === this.#quoteOf(request)
    if (isCut && this.allowance({ request }, price, request.quantity) > 0) return null
    const needs = `${formatMoney(amount)} ${asset}`
    return refuse('not-affordable', `it needs ${needs} and ${formatMoney(free)} is free`)
  }

  /** Holds what an accepted order may need, valued at `price`; a reduce-only one nothing. */
  reserve({ request, remaining }: WorkingOrder, price: Price): void {
    this.release(request.clientOrderId)
    if (request.reduceOnly) return
    const { asset, amount } = this.#requirement(request, remaining, price)
    const held = smaller(amount, this.#free(asset))
    this.#reservations.set(request.clientOrderId, {
      symbol: request.symbol,
      asset,
      amount: held,
      price,
    })
    this.#add(this.#reserved, asset, held)
  }

  release(clientOrderId: string): void {
    const reservation = this.#reservations.get(clientOrderId)
    if (reservation === undefined) return
    this.#reservations.delete(clientOrderId)
    this.#add(this.#reserved, reservation.asset, -reservation.amount as Money)
  }

  /** How much of `quantity` the order may trade at `price`: whole lots. */
  allowance(order: Pick<WorkingOrder, 'request'>, price: Price, quantity: Quantity): Quantity {
    const { request } = order
    const instrument = this.#instruments.get(request.symbol)!
    const most = request.reduceOnly ? Math.min(quantity, this.reducible(request)) : quantity
    const { asset, amount } = this.#requirement(request, most, price)
    const own = this.#reservations.get(request.clientOrderId)?.amount ?? 0n
    const available = this.#unreserved(asset) + own
    if (amount <= available) return most as Quantity
    const closing = instrument.kind === 'perpetual' ? most - this.#opening(request, most) : 0
    const perLot = this.#price(request, instrument.lotSize, price)
    const lots = available <= 0n ? 0 : Number(available / perLot)
    return Math.min(most, closing + lots * instrument.lotSize) as Quantity
  }

  feeOn(instrument: Instrument, fill: { price: Price; quantity: Quantity; maker: boolean }): Money {
    const value = notional(fill.price, fill.quantity, instrument)
    return feeOf(value, fill.maker ? this.#terms.makerFee : this.#terms.takerFee)
  }

  /** Books a fill and shrinks the order's reservation to what is left of it. */
  fill(order: WorkingOrder, price: Price, quantity: Quantity, fee: Money): void {
    const { request } = order
    const instrument = this.#instruments.get(request.symbol)!
    const value = notional(price, quantity, instrument)
    if (instrument.kind === 'spot') this.#exchange(request, instrument, value, quantity)
    else this.#net(request, instrument, value, quantity)
    this.#add(this.#totals, instrument.quote, -fee as Money)
    const reservation = this.#reservations.get(request.clientOrderId)
    if (reservation !== undefined) this.reserve(order, reservation.price)
  }

  /** By asset; a perpetual's signed position stands under its symbol. */
  balances(): Record<string, AssetBalance> {
    const balances: Record<string, AssetBalance> = {}
    for (const [asset, total] of [...this.#totals].sort(byName)) {
      const free = this.#free(asset)
      balances[asset] = { total: formatMoney(total), free: formatMoney(free) }
    }
    for (const [symbol, { quantity }] of [...this.#positions].sort(byName)) {
      const instrument = this.#instruments.get(symbol)!
      const text = formatMoney(quantityToMoney(quantity, instrument.quantityDecimals))
      balances[symbol] = { total: text, free: text }
    }
    return balances
  }

  snapshot(): AccountState {
    return {
      totals: Object.fromEntries(
        [...this.#totals].sort(byName).map(([asset, total]) => [asset, formatMoney(total)]),
      ),
      reservations: [...this.#reservations].map(([id, { symbol, asset, amount, price }]) => {
        const priceText = formatPrice(price, this.#instruments.get(symbol)!)
        return [id, symbol, asset, formatMoney(amount), priceText]
      }),
      positions: [...this.#positions].map(([symbol, { quantity, cost }]) => {
        const quantityText = formatQuantity(quantity, this.#instruments.get(symbol)!)
        return [symbol, quantityText, formatMoney(cost)]
      }),
    }
  }

  restore(state: AccountState): void {
    for (const [asset, text] of Object.entries(state.totals)) {
      this.#totals.set(asset, parseMoney(text))
    }
    for (const [id, symbol, asset, text, priceText] of state.reservations) {
      const amount = parseMoney(text)
      const price = parsePrice(priceText, this.#instruments.get(symbol)!)
      this.#reservations.set(id, { symbol, asset, amount, price })
      this.#add(this.#reserved, asset, amount)
    }
    for (const [symbol, text, cost] of state.positions) {
      const quantity = parseQuantity(text, this.#instruments.get(symbol)!)
      this.#positions.set(symbol, { quantity, cost: parseMoney(cost) })
    }
  }

  /** What `quantity` of the order needs, of which asset. */
  #requirement(request: OrderRequest, quantity: number, price: Price): Requirement {
    const { kind, base, quote } = this.#instruments.get(request.symbol)!
    const asset = kind === 'spot' && request.side === 'sell' ? base : quote
    const needs = kind === 'spot' ? quantity : this.#opening(request, quantity)
    return { asset, amount: this.#price(request, needs, price) }
  }

  #quoteOf({ symbol }: OrderRequest): string {
    return this.#instruments.get(symbol)!.quote
  }

  /** How much of `quantity` a trade of this side would open. */
  #opening(request: OrderRequest, quantity: number): number {
    return Math.max(0, quantity - this.reducible(request))
  }

  /** What opening `quantity` at `price` takes, fee included. */
  #price(request: OrderRequest, quantity: number, price: Price): Money {
    const instrument = this.#instruments.get(request.symbol)!
    const units = quantity as Quantity
    if (instrument.kind === 'spot' && request.side === 'sell') {
      return quantityToMoney(units, instrument.quantityDecimals)
    }
    const value = notional(price, units, instrument)
    const { makerFee, takerFee } = this.#terms
    const fee = feeOf(value, makerFee > takerFee ? makerFee : takerFee)
    const held = instrument.kind === 'spot' ? value : this.#margin(value)
    return (held + (fee > 0n ? fee : 0n)) as Money
  }

  #exchange(request: OrderRequest, of: Instrument, value: Money, quantity: Quantity): void {
    const coins = quantityToMoney(quantity, of.quantityDecimals)
    const sign = request.side === 'buy' ? 1n : -1n
    this.#add(this.#totals, of.base, (coins * sign) as Money)
    this.#add(this.#totals, of.quote, (-value * sign) as Money)
  }

  /** The part that closes books its profit; the part that opens adds to the cost. */
  #net(request: OrderRequest, of: Instrument, value: Money, quantity: Quantity): void {
    const position = this.#perpetual(of.symbol)
    const held = Math.abs(position.quantity)
    const opened = this.#opening(request, quantity)
    const closed = quantity - opened
    const closedValue = share(value, closed, quantity)
    const closedCost = share(position.cost, closed, held)
    const profit = request.side === 'sell' ? closedValue - closedCost : closedCost - closedValue
    const change = request.side === 'buy' ? quantity : -quantity
    this.#add(this.#totals, of.quote, profit as Money)
    this.#positions.set(of.symbol, {
      quantity: (position.quantity + change) as Quantity,
      cost: (position.cost - closedCost + value - closedValue) as Money,
    })
  }

  #free(asset: string): Money {
    const unreserved = this.#unreserved(asset)
    return unreserved > 0n ? unreserved : ZERO_MONEY
  }

  /** Below zero only where perpetual positions lost more than there was. */
  #unreserved(asset: string): Money {
    let left: bigint = this.#total(asset) - (this.#reserved.get(asset) ?? 0n)
    for (const [symbol, position] of this.#positions) {
      const instrument = this.#instruments.get(symbol)!
      if (instrument.quote !== asset || position.quantity === 0) continue
      left += this.#unrealised(position, instrument) - this.#margin(position.cost)
    }
    return left as Money
  }

  #unrealised({ quantity, cost }: PerpetualPosition, instrument: Instrument): bigint {
    const mark = this.#terms.markPrice(instrument.symbol)
    if (mark === null) return 0n
    const value = notional(mark, Math.abs(quantity) as Quantity, instrument)
    return quantity > 0 ? value - cost : cost - value
  }

  /** Rounded up: a margin never rounds in our favour. */
  #margin(value: Money): bigint {
    const leverage = BigInt(this.#terms.leverage)
    return (value + leverage - 1n) / leverage
  }

  #perpetual(symbol: string): PerpetualPosition {
    return this.#positions.get(symbol) ?? { quantity: 0 as Quantity, cost: ZERO_MONEY }
  }

  #units(coins: Money, of: Instrument): Quantity {
    const lot = BigInt(of.lotSize)
    const unit = quantityToMoney(1 as Quantity, of.quantityDecimals)
    return Number((coins / unit / lot) * lot) as Quantity
  }

  #total(asset: string): Money {
    return this.#totals.get(asset) ?? ZERO_MONEY
  }

  #add(amounts: Map<string, Money>, asset: string, amount: Money): void {
    amounts.set(asset, ((amounts.get(asset) ?? 0n) + amount) as Money)
  }
}

export interface AccountTerms {
  /** Parts of 10^-8, as `feeOf` takes them. */
  readonly makerFee: bigint
  readonly takerFee: bigint
  /** Of perpetual positions, whole. */
  readonly leverage: number
  /** The last price, to value perpetual positions by. */
  markPrice(symbol: string): Price | null
}

/** Decimal text throughout. */
export interface AccountState {
  readonly totals: Readonly<Record<string, string>>
  readonly reservations: readonly (readonly [
    clientOrderId: string,
    symbol: string,
    asset: string,
    amount: string,
    price: string,
  ])[]
  readonly positions: readonly (readonly [symbol: string, quantity: string, cost: string])[]
}

interface Requirement {
  readonly asset: string
  readonly amount: Money
}

interface Reservation extends Requirement {
  readonly symbol: string
  readonly price: Price
}

interface PerpetualPosition {
  readonly quantity: Quantity
  /** What the open position was bought or sold for, always positive. */
  readonly cost: Money
}

function smaller(a: Money, b: Money): Money {
  return a < b ? a : b
}

/** The part's share; who takes the rest as the difference loses nothing to rounding. */
function share(amount: Money, part: number, whole: number): bigint {
  if (part === 0) return 0n
  return part === whole ? amount : (amount * BigInt(part)) / BigInt(whole)
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0
}
