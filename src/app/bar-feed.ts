import type { Clock, Timer } from '../runtime/index.ts'
import { type Candle, CandleBuilder, type MarketTrade } from '../trading/index.ts'

/**
 * Closed bars out of live trades.
 *
 * A bar is given out once, whole: the bucket in which the feed began is left out, for its first
 * part was not seen, and so is anything not later than the last bar that is known. A bar closes
 * when its time is over, trade or no trade; a bucket without trades has no bar.
 */
export class BarFeed {
  readonly #options: BarFeedOptions
  readonly #builders = new Map<string, CandleBuilder>()
  #firstOpenTime = Number.POSITIVE_INFINITY
  #timer: Timer | null = null

  constructor(options: BarFeedOptions) {
    this.#options = options
  }

  start(): void {
    const { clock, intervalMs } = this.#options
    this.#firstOpenTime = Math.ceil(clock.now() / intervalMs) * intervalMs
    this.#timer = clock.every(Math.min(intervalMs, FLUSH_EVERY_MS), () => this.#flush())
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  onTrade(trade: MarketTrade): void {
    const builder = this.#builder(trade.symbol)
    this.#close(trade.symbol, builder.addTrade(trade))
    const forming = builder.current()
    if (forming) this.#options.onForming(trade.symbol, forming)
  }

  #flush(): void {
    const now = this.#options.clock.now()
    for (const [symbol, builder] of this.#builders) this.#close(symbol, builder.flush(now))
  }

  #close(symbol: string, candle: Candle | null): void {
    if (candle === null || candle.openTime < this.#firstOpenTime) return
    if (candle.openTime <= this.#options.lastOpenTime(symbol)) return
    this.#options.onBar(symbol, candle)
  }

  #builder(symbol: string): CandleBuilder {
    const known = this.#builders.get(symbol)
    if (known) return known
    const builder = new CandleBuilder(this.#options.intervalMs)
    this.#builders.set(symbol, builder)
    return builder
  }
}

export interface BarFeedOptions {
  readonly clock: Clock
  readonly intervalMs: number
  onBar(symbol: string, candle: Candle): void
  /** The bar as it is now, after each trade. */
  onForming(symbol: string, candle: Candle): void
  /** Of the last bar known of a symbol; -1 where there is none. */
  lastOpenTime(symbol: string): number
}

/** How late a bar may close when no trade follows it. */
const FLUSH_EVERY_MS = 250
