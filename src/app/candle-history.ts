import type { CandleView } from '../server/index.ts'
import { type Candle, formatPrice, formatQuantity, type Instrument } from '../trading/index.ts'

/** The latest closed candles of one symbol and interval, and the one that is forming. */
export class CandleHistory {
  readonly instrument: Instrument
  readonly #keep: number
  #closed: Candle[] = []
  #forming: Candle | null = null

  constructor(instrument: Instrument, keep: number) {
    this.instrument = instrument
    this.#keep = keep
  }

  /** Of the last closed candle; -1 where there is none. */
  get lastOpenTime(): number {
    return this.#closed.at(-1)?.openTime ?? -1
  }

  close(candle: Candle): void {
    this.#closed.push(candle)
    this.#forming = null
    // In blocks: shifting one a time would move the whole list for each.
    if (this.#closed.length >= this.#keep * 2) this.#closed = this.#closed.slice(-this.#keep)
  }

  /** The forming candle, unless it is older than what has closed. */
  form(candle: Candle): boolean {
    const last = this.#closed.at(-1)
    if (last !== undefined && candle.openTime <= last.openTime) return false
    this.#forming = candle
    return true
  }

  views(query: { readonly after: number | null; readonly limit: number }): CandleView[] {
    const all = this.#forming ? [...this.#closed, this.#forming] : this.#closed
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
    return this.#closed.slice(-this.#keep)
  }

  restore(closed: readonly Candle[]): void {
    this.#closed = [...closed]
  }
}
