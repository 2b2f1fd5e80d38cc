import {
  formatScaled,
  OrderBook,
  type Instrument,
  type MarketEvent,
  type MarketTrade,
} from '../../trading/index.ts'
import { ExactSum } from '../data/exact-sum.ts'
import { formatUtc } from '../data/utc-time.ts'
import { BookCheck, type BookCheckResult } from '../recorded/book-check.ts'
import type { RecordedCounts, RecordedMarket } from '../recorded/recorded-market.ts'

/** What a recorded stream holds, from one whole pass through book and continuity checks. */
export interface StreamReport {
  readonly kind: 'recorded'
  readonly format: 'binance-stream'
  readonly symbol: string
  readonly priceDecimals: number
  readonly quantityDecimals: number
  readonly files: readonly string[]
  /** The exchange's times, UTC. */
  readonly from: string
  readonly to: string
  readonly spanMs: number
  readonly lines: number
  readonly counts: {
    readonly trades: number
    readonly bookTops: number
    readonly depthDiffs: number
    readonly depthSnapshots: number
    readonly unknown: Readonly<Record<string, number>>
  }
  /** Exact, decimal text: sums of quantity and of price x quantity over the trades. */
  readonly baseVolume: string
  readonly quoteVolume: string
  readonly firstTradeId: number | null
  readonly lastTradeId: number | null
  readonly tradeGaps: number
  readonly missingTrades: number
  readonly depthGaps: number
  readonly gaps: RecordedCounts['gaps']
  readonly repeatsDropped: number
  readonly eventTimeBackwards: number
  readonly book: {
    /** Depth events that the snapshot already contained. */
    readonly staleDiffs: number
    /** How often the book was lost and had to wait for a snapshot. */
    readonly lost: number
    readonly bidLevels: number
    readonly askLevels: number
    readonly topOfBook: BookCheckResult
  }
}

export async function inspectStream(market: RecordedMarket): Promise<StreamReport> {
  const tally = new StreamTally(market.instrument)
  for await (const batch of market.batches()) for (const event of batch) tally.take(event)
  return tally.report(market)
}

class StreamTally {
  readonly #book: OrderBook
  readonly #check: BookCheck
  readonly #instrument: Instrument
  readonly #base = new ExactSum()
  readonly #quote = new ExactSum()
  readonly #counts = { trades: 0, bookTops: 0, depthDiffs: 0, depthSnapshots: 0 }
  #firstTradeId: number | null = null
  #lastTradeId: number | null = null
  #firstTime = Number.POSITIVE_INFINITY
  #lastTime = Number.NEGATIVE_INFINITY
  #waitingDiffs: number[] = []
  #staleDiffs = 0

  constructor(instrument: Instrument) {
    this.#instrument = instrument
    this.#book = new OrderBook(instrument.symbol)
    this.#check = new BookCheck(this.#book)
  }

  take(event: MarketEvent): void {
    if (event.type === 'trade') this.#takeTrade(event)
    else if (event.type === 'book-top') this.#counts.bookTops++
    else if (event.type === 'depth-diff' || event.type === 'depth-snapshot') this.#takeDepth(event)
    this.#check.observe(event)
    const time = 'time' in event ? event.time : Number.NaN
    if (time < this.#firstTime) this.#firstTime = time
    if (time > this.#lastTime) this.#lastTime = time
  }

  report(market: RecordedMarket): StreamReport {
    const { symbol, priceDecimals, quantityDecimals } = this.#instrument
    const { unknown, ...counts } = market.counts
    const levels = this.#book.levelCounts
    return {
      kind: 'recorded',
      format: 'binance-stream',
      symbol,
      priceDecimals,
      quantityDecimals,
      files: market.paths,
      from: Number.isFinite(this.#firstTime) ? formatUtc(this.#firstTime) : '',
      to: Number.isFinite(this.#lastTime) ? formatUtc(this.#lastTime) : '',
      spanMs: Math.max(0, this.#lastTime - this.#firstTime),
      ...counts,
      counts: { ...this.#counts, unknown },
      baseVolume: formatScaled(this.#base.value, quantityDecimals),
      quoteVolume: formatScaled(this.#quote.value, priceDecimals + quantityDecimals),
      firstTradeId: this.#firstTradeId,
      lastTradeId: this.#lastTradeId,
      book: {
        staleDiffs: this.#staleDiffs,
        lost: this.#book.gapCount,
        bidLevels: levels.bids,
        askLevels: levels.asks,
        topOfBook: this.#check.result,
      },
    }
  }

  #takeTrade({ id, price, quantity }: MarketTrade): void {
    this.#counts.trades++
    this.#firstTradeId ??= id
    this.#lastTradeId = id
    this.#base.add(quantity)
    this.#quote.addProduct(price, quantity)
  }

  #takeDepth(event: Extract<MarketEvent, { type: 'depth-diff' | 'depth-snapshot' }>): void {
    const outcome = this.#book.apply(event)
    if (event.type === 'depth-diff') {
      this.#counts.depthDiffs++
      if (outcome === 'stale') this.#staleDiffs++
      if (outcome === 'waiting') this.#waitingDiffs.push(event.lastSequence)
      return
    }
    this.#counts.depthSnapshots++
    // What waited for the snapshot and ends at or before it was dropped by the book.
    const stale = this.#waitingDiffs.filter((sequence) => sequence <= event.lastSequence)
    this.#staleDiffs += stale.length
    this.#waitingDiffs = []
  }
}
