import { formatQuantity, type Instrument } from './instrument.ts'
import {
  formatMoney,
  formatScaled,
  type Money,
  MONEY_DECIMALS,
  moneyToNumber,
  parseMoney,
  type Quantity,
  ZERO_MONEY,
} from './money.ts'

/**
 * From flat to flat again: what people call a trade. All of it JSON.
 *
 * Entry and exit prices are averages, rounded to the instrument's decimals and four more; the
 * amounts are exact.
 */
export interface RoundTrip {
  readonly symbol: string
  readonly side: 'long' | 'short'
  readonly entryTime: number
  readonly exitTime: number
  /** Everything that was opened, decimal text. */
  readonly quantity: string
  readonly entryPrice: number
  readonly exitPrice: number
  /** Decimal text of the quote asset. */
  readonly fees: string
  /** After fees, decimal text of the quote asset. */
  readonly profit: string
  /** Profit after fees as a share of the value at entry. */
  readonly returnPercent: number
}

/** The round trip that is under way: what is still open of it, valued at the market. All JSON. */
export interface OpenTrade {
  readonly symbol: string
  readonly side: 'long' | 'short'
  readonly entryTime: number
  /** What is open now, decimal text. */
  readonly quantity: string
  /** The average of what is open now. */
  readonly entryPrice: number
  /** Before fees, decimal text of the quote asset. */
  readonly unrealisedProfit: string
}

/** A round trip that is under way. */
export class RoundTripRecord {
  readonly #instrument: Instrument
  readonly #side: 'long' | 'short'
  readonly entryTime: number
  #quantity = 0 as Quantity
  #entryValue = ZERO_MONEY
  #exitValue = ZERO_MONEY
  #fees = ZERO_MONEY
  #realised = ZERO_MONEY

  constructor(instrument: Instrument, side: 'long' | 'short', entryTime: number) {
    this.#instrument = instrument
    this.#side = side
    this.entryTime = entryTime
  }

  open(part: { readonly quantity: Quantity; readonly value: Money; readonly fee: Money }): void {
    this.#quantity = (this.#quantity + part.quantity) as Quantity
    this.#entryValue = (this.#entryValue + part.value) as Money
    this.#fees = (this.#fees + part.fee) as Money
  }

  close(part: { readonly value: Money; readonly fee: Money; readonly realised: Money }): void {
    this.#exitValue = (this.#exitValue + part.value) as Money
    this.#fees = (this.#fees + part.fee) as Money
    this.#realised = (this.#realised + part.realised) as Money
  }

  finish(exitTime: number): RoundTrip {
    const profit = (this.#realised - this.#fees) as Money
    const entryValue = moneyToNumber(this.#entryValue)
    return {
      symbol: this.#instrument.symbol,
      side: this.#side,
      entryTime: this.entryTime,
      exitTime,
      quantity: formatQuantity(this.#quantity, this.#instrument),
      entryPrice: averagePrice(this.#entryValue, this.#quantity, this.#instrument),
      exitPrice: averagePrice(this.#exitValue, this.#quantity, this.#instrument),
      fees: formatMoney(this.#fees),
      profit: formatMoney(profit),
      returnPercent: entryValue === 0 ? 0 : (moneyToNumber(profit) / entryValue) * 100,
    }
  }

  snapshot(): RoundTripSnapshot {
    return {
      side: this.#side,
      entryTime: this.entryTime,
      quantity: this.#quantity,
      entryValue: formatMoney(this.#entryValue),
      exitValue: formatMoney(this.#exitValue),
      fees: formatMoney(this.#fees),
      realised: formatMoney(this.#realised),
    }
  }

  static restore(instrument: Instrument, snapshot: RoundTripSnapshot): RoundTripRecord {
    const record = new RoundTripRecord(instrument, snapshot.side, snapshot.entryTime)
    record.#quantity = snapshot.quantity as Quantity
    record.#entryValue = parseMoney(snapshot.entryValue, 'entryValue')
    record.#exitValue = parseMoney(snapshot.exitValue, 'exitValue')
    record.#fees = parseMoney(snapshot.fees, 'fees')
    record.#realised = parseMoney(snapshot.realised, 'realised')
    return record
  }
}

/**
 * What one of `quantity` came to: divided exactly, then rounded half up to the decimals of the
 * instrument's prices and four more, so that 46367 never shows as 46366.99999999999.
 */
export function averagePrice(value: Money, quantity: Quantity, instrument: Instrument): number {
  const decimals = instrument.priceDecimals + AVERAGE_DECIMALS
  const dividend = value * 10n ** BigInt(decimals + instrument.quantityDecimals)
  const divisor = BigInt(quantity) * 10n ** BigInt(MONEY_DECIMALS)
  return Number(formatScaled((2n * dividend + divisor) / (2n * divisor), decimals))
}

const AVERAGE_DECIMALS = 4

export interface RoundTripSnapshot {
  readonly side: 'long' | 'short'
  readonly entryTime: number
  readonly quantity: number
  readonly entryValue: string
  readonly exitValue: string
  readonly fees: string
  readonly realised: string
}
