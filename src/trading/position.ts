import { formatQuantity, type Instrument } from './instrument.ts'
import {
  formatMoney,
  type Money,
  moneyToNumber,
  notional,
  parseMoney,
  powerOfTen,
} from './money.ts'
import type { Price, Quantity } from './money.ts'
import type { Side } from './order.ts'
import {
  averagePrice,
  type OpenTrade,
  type RoundTrip,
  RoundTripRecord,
  type RoundTripSnapshot,
} from './round-trip.ts'

/**
 * What is held of one symbol, netted: signed quantity and what it cost. What holds:
 *
 * - `openCost` is the exact value paid (long) or received (short) for what is open. A partial
 *   close takes its share of it rounded down and leaves the rest, so nothing is lost on the way
 *   and a full close takes exactly what is left.
 * - A fill through zero is two: the end of one round trip and the start of the next.
 */
export class Position {
  readonly instrument: Instrument
  /** 0 until the first mark or fill. */
  markPrice = 0 as Price
  #quantity = 0 as Quantity
  #openCost = 0n
  /** `openCost` as a double: `unrealisedNumber` is asked for on every candle. */
  #openCostNumber = 0
  /** At `#unrealisedPrice`: the equity is asked for far more often than this changes. */
  #unrealised: bigint | null = null
  #unrealisedPrice = 0 as Price
  readonly #unitValue: number
  #roundTrip: RoundTripRecord | null = null

  constructor(instrument: Instrument) {
    this.instrument = instrument
    this.#unitValue = powerOfTen(instrument.priceDecimals + instrument.quantityDecimals)
  }

  /** Above 0 is long, below 0 short. */
  get quantity(): Quantity {
    return this.#quantity
  }

  get openCost(): Money {
    return this.#openCost as Money
  }

  /** When the position was opened; null when flat. */
  get openedTime(): number | null {
    return this.#roundTrip?.entryTime ?? null
  }

  /** Null when flat. */
  openTrade(): OpenTrade | null {
    const { instrument, openedTime } = this
    if (openedTime === null) return null
    const quantity = Math.abs(this.#quantity) as Quantity
    return {
      symbol: instrument.symbol,
      side: this.#quantity > 0 ? 'long' : 'short',
      entryTime: openedTime,
      quantity: formatQuantity(quantity, instrument),
      entryPrice: averagePrice(this.openCost, quantity, instrument),
      unrealisedProfit: formatMoney(this.unrealised()),
    }
  }

  unrealised(): Money {
    if (this.#quantity === 0) return 0n as Money
    if (this.#unrealised === null || this.#unrealisedPrice !== this.markPrice) {
      const value = notional(this.markPrice, this.#quantity, this.instrument)
      this.#unrealised = this.#quantity > 0 ? value - this.#openCost : value + this.#openCost
      this.#unrealisedPrice = this.markPrice
    }
    return this.#unrealised as Money
  }

  unrealisedNumber(): number {
    const quantity = this.#quantity
    const value = (this.markPrice * quantity) / this.#unitValue
    return quantity > 0 ? value - this.#openCostNumber : value + this.#openCostNumber
  }

  apply(fill: PositionFill): PositionChange {
    const { side, price, quantity, fee, time } = fill
    const held = this.#quantity
    const closes = side === 'buy' ? held < 0 : held > 0
    const closing = (closes ? Math.min(quantity, Math.abs(held)) : 0) as Quantity
    const opening = (quantity - closing) as Quantity
    const closingFee = ((fee * BigInt(closing)) / BigInt(quantity)) as Money
    const change: { realised: Money; roundTrip: RoundTrip | null } = {
      realised: 0n as Money,
      roundTrip: null,
    }
    if (closing > 0) {
      change.realised = this.#close(closing, price, opening > 0 ? closingFee : fee)
      if (this.#quantity === 0) {
        change.roundTrip = this.#roundTrip!.finish(time)
        this.#roundTrip = null
      }
    }
    if (opening > 0) this.#open(side, opening, price, (fee - closingFee) as Money, time)
    this.#openCostNumber = moneyToNumber(this.openCost)
    this.#unrealised = null
    this.markPrice = price
    return change
  }

  snapshot(): PositionSnapshot {
    return {
      symbol: this.instrument.symbol,
      quantity: this.#quantity,
      openCost: formatMoney(this.openCost),
      markPrice: this.markPrice,
      roundTrip: this.#roundTrip?.snapshot() ?? null,
    }
  }

  restore(snapshot: PositionSnapshot): void {
    const { roundTrip } = snapshot
    this.#quantity = snapshot.quantity as Quantity
    this.#openCost = parseMoney(snapshot.openCost, 'openCost')
    this.#openCostNumber = moneyToNumber(this.openCost)
    this.#unrealised = null
    this.markPrice = snapshot.markPrice as Price
    this.#roundTrip = roundTrip && RoundTripRecord.restore(this.instrument, roundTrip)
  }

  #close(quantity: Quantity, price: Price, fee: Money): Money {
    const value = notional(price, quantity, this.instrument)
    const held = Math.abs(this.#quantity)
    const cost = (this.#openCost * BigInt(quantity)) / BigInt(held)
    const wasLong = this.#quantity > 0
    const realised = (wasLong ? value - cost : cost - value) as Money
    this.#openCost -= cost
    this.#quantity = (this.#quantity + (wasLong ? -quantity : quantity)) as Quantity
    this.#roundTrip!.close({ value, fee, realised })
    return realised
  }

  #open(side: Side, quantity: Quantity, price: Price, fee: Money, time: number): void {
    const value = notional(price, quantity, this.instrument)
    this.#openCost += value
    this.#quantity = (this.#quantity + (side === 'buy' ? quantity : -quantity)) as Quantity
    this.#roundTrip ??= new RoundTripRecord(
      this.instrument,
      side === 'buy' ? 'long' : 'short',
      time,
    )
    this.#roundTrip.open({ quantity, value, fee })
  }
}

export interface PositionFill {
  readonly side: Side
  readonly price: Price
  readonly quantity: Quantity
  readonly fee: Money
  readonly time: number
}

export interface PositionChange {
  /** Before fees. */
  readonly realised: Money
  /** The round trip this fill ended. */
  readonly roundTrip: RoundTrip | null
}

export interface PositionSnapshot {
  readonly symbol: string
  readonly quantity: number
  readonly openCost: string
  readonly markPrice: number
  readonly roundTrip: RoundTripSnapshot | null
}
