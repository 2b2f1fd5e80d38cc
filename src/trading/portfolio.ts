import { assert, GenesisError } from '../runtime/index.ts'
import type { Instrument } from './instrument.ts'
import {
  formatMoney,
  type Money,
  moneyToNumber,
  parseMoney,
  type Price,
  quantityToMoney,
  ZERO_MONEY,
} from './money.ts'
import type { OrderReport } from './order.ts'
import { Position, type PositionSnapshot } from './position.ts'
import type { RoundTrip } from './round-trip.ts'

/**
 * Cash, positions and profit of one account, exact to the last digit. What holds:
 *
 * - equity = starting cash + realised + unrealised - fees, at every moment.
 * - Spot: cash + what the positions cost = starting cash + realised - fees. A perpetual takes no
 *   cash to hold, only its profit and fees move it.
 * - All instruments are quoted in the one asset the account counts in.
 * - The high-water mark and drawdown are doubles, of + - * / only: the same on every machine.
 *
 * A fill is applied as often as it is given; `OrderLedger` gives each trade once.
 * `mark` runs on every candle: flat it is one look-up and one store.
 */
export class Portfolio {
  readonly asset: string
  readonly startingCash: Money
  readonly #positions = new Map<string, Position>()
  readonly #onRoundTrip: (roundTrip: RoundTrip) => void
  readonly #roundTripsMax: number
  #roundTrips: RoundTrip[] = []
  #roundTripCount = 0
  #realised = ZERO_MONEY
  #fees = ZERO_MONEY
  /** Those that are not flat. */
  #open: Position[] = []
  /** Starting cash + realised - fees, and the cash that is left of it: they change with fills. */
  #settled: Money
  #cash: Money
  #settledNumber: number
  #highWaterMark: number
  #maxDrawdown = 0

  constructor(options: PortfolioOptions) {
    this.asset = options.asset
    this.startingCash = parseMoney(options.cash, 'cash')
    this.#onRoundTrip = options.onRoundTrip ?? (() => {})
    this.#roundTripsMax = options.roundTripsMax ?? ROUND_TRIPS_MAX
    for (const instrument of options.instruments) this.#add(instrument)
    this.#settled = this.startingCash
    this.#cash = this.startingCash
    this.#settledNumber = moneyToNumber(this.startingCash)
    this.#highWaterMark = this.#settledNumber
  }

  apply(fill: FillReport): void {
    const position = this.#positionOf(fill.symbol)
    const fee = parseMoney(fill.fee, 'fee')
    const { side, price, quantity, time } = fill
    const change = position.apply({ side, price, quantity, fee, time })
    this.#realised = (this.#realised + change.realised) as Money
    this.#fees = (this.#fees + fee) as Money
    this.#refresh()
    this.#observeEquity()
    if (change.roundTrip !== null) this.#keep(change.roundTrip)
  }

  /** The market's price now. */
  mark(symbol: string, price: Price): void {
    const position = this.#positionOf(symbol)
    position.markPrice = price
    if (position.quantity !== 0) this.#observeEquity()
  }

  /** Flat where nothing was ever traded. */
  position(symbol: string): PortfolioPosition {
    return this.#positionOf(symbol)
  }

  /** Positions that are not flat, in the order of the instruments. */
  openPositions(): readonly PortfolioPosition[] {
    return this.#open
  }

  /** Of every asset, decimal text of money's scale; what open orders reserve is included. */
  balances(): ReadonlyMap<string, Money> {
    const balances = new Map<string, Money>([[this.asset, this.cash()]])
    for (const { instrument, quantity } of this.#open) {
      if (instrument.kind !== 'spot') continue
      const held = quantityToMoney(quantity, instrument.quantityDecimals)
      balances.set(instrument.base, ((balances.get(instrument.base) ?? 0n) + held) as Money)
    }
    return balances
  }

  /** Of the account's asset. */
  cash(): Money {
    return this.#cash
  }

  /** Cash that a new order may use: a perpetual, held without leverage, ties up what it cost. */
  freeCash(): Money {
    let free: bigint = this.cash()
    for (const position of this.#open) {
      if (position.instrument.kind === 'perpetual')
        free += position.unrealised() - position.openCost
    }
    return free as Money
  }

  /** Before fees. */
  realised(): Money {
    return this.#realised
  }

  unrealised(): Money {
    let sum = 0n
    for (const position of this.#open) sum += position.unrealised()
    return sum as Money
  }

  fees(): Money {
    return this.#fees
  }

  equity(): Money {
    return (this.#settled + this.unrealised()) as Money
  }

  /** For charts and statistics. */
  equityNumber(): number {
    let equity = this.#settledNumber
    for (const position of this.#open) equity += position.unrealisedNumber()
    return equity
  }

  /** The highest equity so far, over all marks and fills. */
  get highWaterMark(): number {
    return this.#highWaterMark
  }

  /** How far the equity is below its high-water mark, as a share of that: 0.1 is 10 %. */
  drawdown(): number {
    const high = this.#highWaterMark
    return high > 0 ? (high - this.equityNumber()) / high : 0
  }

  get maxDrawdown(): number {
    return this.#maxDrawdown
  }

  /** The latest, oldest first. */
  get roundTrips(): readonly RoundTrip[] {
    return this.#roundTrips
  }

  /** Of all times, whether still kept or not. */
  get roundTripCount(): number {
    return this.#roundTripCount
  }

  snapshot(): PortfolioSnapshot {
    return {
      schema: SNAPSHOT_SCHEMA,
      asset: this.asset,
      startingCash: formatMoney(this.startingCash),
      realised: formatMoney(this.#realised),
      fees: formatMoney(this.#fees),
      highWaterMark: this.#highWaterMark,
      maxDrawdown: this.#maxDrawdown,
      positions: [...this.#positions.values()].map((position) => position.snapshot()),
      roundTrips: [...this.#roundTrips],
      roundTripCount: this.#roundTripCount,
    }
  }

  /** Into a portfolio of the same asset, starting cash and instruments; else `bad-checkpoint`. */
  restore(snapshot: PortfolioSnapshot): void {
    this.#expect('schema', SNAPSHOT_SCHEMA, snapshot.schema)
    this.#expect('asset', this.asset, snapshot.asset)
    this.#expect('starting cash', formatMoney(this.startingCash), snapshot.startingCash)
    for (const state of snapshot.positions) {
      const position = this.#positions.get(state.symbol)
      this.#expect('instruments with', state.symbol, position?.instrument.symbol ?? 'none')
      position?.restore(state)
    }
    this.#realised = parseMoney(snapshot.realised, 'realised')
    this.#fees = parseMoney(snapshot.fees, 'fees')
    this.#roundTrips = [...snapshot.roundTrips]
    this.#roundTripCount = snapshot.roundTripCount
    this.#highWaterMark = snapshot.highWaterMark
    this.#maxDrawdown = snapshot.maxDrawdown
    this.#refresh()
  }

  #add(instrument: Instrument): void {
    if (instrument.quote !== this.asset) {
      const { symbol, quote } = instrument
      const allowed = `it must be ${this.asset}, the account's asset`
      const sentence = `${symbol} is quoted in ${quote}; ${allowed}`
      throw new GenesisError('bad-input', sentence, { details: { symbol } })
    }
    this.#positions.set(instrument.symbol, new Position(instrument))
  }

  #positionOf(symbol: string): Position {
    const position = this.#positions.get(symbol)
    assert(position !== undefined, 'a portfolio is told of its own instruments')
    return position
  }

  #refresh(): void {
    this.#open = [...this.#positions.values()].filter((position) => position.quantity !== 0)
    this.#settled = (this.startingCash + this.#realised - this.#fees) as Money
    this.#settledNumber = moneyToNumber(this.#settled)
    let cash: bigint = this.#settled
    for (const { instrument, quantity, openCost } of this.#open) {
      if (instrument.kind === 'spot') cash -= quantity > 0 ? openCost : -openCost
    }
    this.#cash = cash as Money
  }

  #observeEquity(): void {
    const equity = this.equityNumber()
    const high = this.#highWaterMark
    if (equity >= high) {
      this.#highWaterMark = equity
    } else if (high > 0 && high - equity > this.#maxDrawdown * high) {
      this.#maxDrawdown = (high - equity) / high
    }
  }

  #keep(roundTrip: RoundTrip): void {
    this.#roundTripCount++
    this.#roundTrips.push(roundTrip)
    // In blocks: shifting one a time would move the whole list for each.
    if (this.#roundTrips.length >= this.#roundTripsMax * 2) {
      this.#roundTrips = this.#roundTrips.slice(-this.#roundTripsMax)
    }
    this.#onRoundTrip(roundTrip)
  }

  #expect(what: string, mine: string | number, given: string | number): void {
    if (mine === given) return
    throw new GenesisError('bad-checkpoint', `The portfolio's ${what} is ${mine}, not ${given}`)
  }
}

export interface PortfolioOptions {
  /** What the account counts in, such as USDT. */
  readonly asset: string
  /** Decimal text. */
  readonly cash: string
  readonly instruments: readonly Instrument[]
  /** Called once for each, for keepers of the whole list. */
  readonly onRoundTrip?: (roundTrip: RoundTrip) => void
  /** At least so many of the latest are kept. Default 1,000. */
  readonly roundTripsMax?: number
}

export type FillReport = Extract<OrderReport, { type: 'filled' }>

/** A position to look at. */
export type PortfolioPosition = Pick<
  Position,
  | 'instrument'
  | 'quantity'
  | 'openCost'
  | 'markPrice'
  | 'openedTime'
  | 'openTrade'
  | 'unrealised'
  | 'unrealisedNumber'
>

export interface PortfolioSnapshot {
  readonly schema: number
  readonly asset: string
  readonly startingCash: string
  readonly realised: string
  readonly fees: string
  readonly highWaterMark: number
  readonly maxDrawdown: number
  readonly positions: readonly PositionSnapshot[]
  readonly roundTrips: readonly RoundTrip[]
  readonly roundTripCount: number
}

const ROUND_TRIPS_MAX = 1_000
const SNAPSHOT_SCHEMA = 1
