import type { CandleView } from '../server/index.ts'
import { type Candle, formatPrice, formatQuantity, type Instrument } from '../trading/index.ts'
import { candleOf } from './trading-events.ts'

/**
 * The latest closed candles of one symbol and interval, and the one that is forming.
 *
 * The closed ones are kept as plain numbers: a replay passes a million of them, and as objects
 * each would live just long enough to be dear to the garbage collector.
 */
export class CandleHistory {
  readonly instrument: Instrument
  readonly #keep: number
  readonly #numbers: Float64Array
  #length = 0
  #forming: Candle | null = null

  constructor(instrument: Instrument, keep: number) {
    this.instrument = instrument
    this.#keep = keep
    this.#numbers = new Float64Array(keep * 2 * FIELDS)
  }

  /** Of the last closed candle; -1 where there is none. */
  get lastOpenTime(): number {
    return this.#length === 0 ? -1 : this.#numbers[(this.#length - 1) * FIELDS]!
  }

  close(candle: Candle): void {
    const at = this.#length * FIELDS
    const numbers = this.#numbers
    numbers[at] = candle.openTime
    numbers[at + 1] = candle.intervalMs
    numbers[at + 2] = candle.open
    numbers[at + 3] = candle.high
    numbers[at + 4] = candle.low
    numbers[at + 5] = candle.close
    numbers[at + 6] = candle.volume
    this.#length += 1
    this.#forming = null
    if (this.#length === this.#keep * 2) this.#forgetOldest()
  }

  /** The forming candle, unless it is older than what has closed. */
  form(candle: Candle): boolean {
    if (candle.openTime <= this.lastOpenTime) return false
    this.#forming = candle
    return true
  }

  views(query: { readonly after: number | null; readonly limit: number }): CandleView[] {
    const closed = this.#closed(this.#keep * 2)
    const all = this.#forming ? [...closed, this.#forming] : closed
    const chosen =
      query.after === null
        ? all.slice(-query.limit)
        : all.filter(({ openTime }) => openTime > query.after!).slice(0, query.limit)
    return chosen.map((candle) => this.view(candle))
  }

  view(candle: Candle): CandleView {
    const { instrument } = this
    return {
      openTime: candle.openTime,
      open: formatPrice(candle.open, instrument),
      high: formatPrice(candle.high, instrument),
      low: formatPrice(candle.low, instrument),
      close: formatPrice(candle.close, instrument),
      volume: formatQuantity(candle.volume, instrument),
    }
  }

  snapshot(): readonly Candle[] {
    return this.#closed(this.#keep)
  }

  restore(closed: readonly Candle[]): void {
    this.#length = 0
    for (const candle of closed) this.close(candle)
  }

  #forgetOldest(): void {
    // In blocks: shifting one a time would move the whole list for each.
    this.#numbers.copyWithin(0, (this.#length - this.#keep) * FIELDS)
    this.#length = this.#keep
  }

  #closed(count: number): Candle[] {
    const first = Math.max(0, this.#length - count)
    return Array.from({ length: this.#length - first }, (_, index) => this.#at(first + index))
  }

  #at(index: number): Candle {
    const field = (offset: number) => this.#numbers[index * FIELDS + offset]!
    return candleOf([field(0), field(1), field(2), field(3), field(4), field(5), field(6)])
  }
}

/** Of a candle. */
const FIELDS = 7
