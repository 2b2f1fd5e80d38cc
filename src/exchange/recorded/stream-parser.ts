import { GenesisError } from '../../runtime/index.ts'
import type { BookLevel, Instrument, MarketEvent, Price, Quantity } from '../../trading/index.ts'
import { parseUnitsFast } from '../data/parse-units-fast.ts'
import {
  LineFault,
  parseStreamMessage,
  type StreamMessage,
  type TextLevel,
} from './stream-message.ts'
import { StreamScanner } from './stream-scanner.ts'

/**
 * A line to a market event, by the fast way where it is sure and by `JSON.parse` where it is not.
 *
 * A bookTicker of spot has no time: it gets that of the last event before it, and until there is
 * one the local time of its line, so that times are the exchange's wherever they can be.
 */
export class StreamParser {
  readonly instrument: Instrument
  readonly #wireSymbol: string
  readonly #scanner: StreamScanner
  /** The exchange's time of the last event that had one; 0 before it. */
  #lastTime = 0
  #eventTime = 0

  constructor(wireSymbol: string, instrument: Instrument) {
    this.instrument = instrument
    this.#wireSymbol = wireSymbol
    this.#scanner = new StreamScanner(wireSymbol, instrument)
  }

  /** The exchange's time of the line parsed last; 0 where it has none. */
  get eventTime(): number {
    return this.#eventTime
  }

  /** An event, or the name of a kind of line that is not known. Throws `LineFault`. */
  parse(bytes: Uint8Array, start: number, end: number): MarketEvent | UnknownLine {
    const topTime = this.#lastTime || localTimeMs(bytes, start)
    const scanned = this.#scanner.scan(bytes, start, end, topTime)
    if (scanned) {
      this.#eventTime = this.#scanner.eventTime
      if (this.#eventTime > 0) this.#lastTime = this.#eventTime
      return scanned
    }
    const message = parseStreamMessage(lineText(bytes, start, end))
    if (message.kind === 'unknown') return { type: 'unknown', name: message.name }
    if (message.kind !== 'depth-snapshot' && message.symbol !== this.#wireSymbol) {
      throw new LineFault(
        `is of ${message.symbol} where the recording is of ${this.#wireSymbol}; ` +
          'record one symbol a file',
      )
    }
    this.#eventTime = message.kind === 'depth-snapshot' ? 0 : message.eventTime
    if (this.#eventTime > 0) this.#lastTime = this.#eventTime
    return this.#toEvent(message, this.#eventTime || topTime)
  }

  #toEvent(message: Exclude<StreamMessage, { kind: 'unknown' }>, time: number): MarketEvent {
    const { symbol } = this.instrument
    if (message.kind === 'trade') {
      return {
        type: 'trade',
        symbol,
        time: message.time,
        id: message.id,
        price: this.#price(message.price),
        quantity: this.#quantity(message.quantity),
        takerSide: message.buyerIsMaker ? 'sell' : 'buy',
      }
    }
    if (message.kind === 'book-top') {
      const [[bidPrice, bidQuantity], [askPrice, askQuantity]] = [
        this.#level(message.bid),
        this.#level(message.ask),
      ]
      const { sequence } = message
      return {
        type: 'book-top',
        symbol,
        time,
        sequence,
        bidPrice,
        bidQuantity,
        askPrice,
        askQuantity,
      }
    }
    const bids = message.bids.map((level) => this.#level(level))
    const asks = message.asks.map((level) => this.#level(level))
    const { lastSequence } = message
    if (message.kind === 'depth-snapshot') {
      return { type: 'depth-snapshot', symbol, lastSequence, bids, asks }
    }
    const { firstSequence } = message
    return { type: 'depth-diff', symbol, time, firstSequence, lastSequence, bids, asks }
  }

  #level(level: TextLevel): BookLevel {
    return [this.#price(level[0]), this.#quantity(level[1])]
  }

  #price(text: string): Price {
    return units(text, this.instrument.priceDecimals, 'price') as Price
  }

  #quantity(text: string): Quantity {
    return units(text, this.instrument.quantityDecimals, 'quantity') as Quantity
  }
}

export interface UnknownLine {
  readonly type: 'unknown'
  readonly name: string
}

export function lineText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')
}

/** The first 13 digits of the local nanoseconds. */
function localTimeMs(bytes: Uint8Array, start: number): number {
  let value = 0
  for (let at = start; at < start + 13; at++) value = value * 10 + (bytes[at]! - 48)
  return value
}

function units(text: string, decimals: number, field: string): number {
  try {
    const value = parseUnitsFast(text, decimals, field)
    if (value >= 0) return value
  } catch (error) {
    throw error instanceof GenesisError ? new LineFault(error.message) : error
  }
  throw new LineFault(`${field} "${text}" is negative`)
}
