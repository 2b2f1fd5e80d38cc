import type { Coordinator } from '../engine/index.ts'
import { type AccountOptions, type RecordedMarket, recordedExchange } from '../exchange/index.ts'
import { GenesisError, type SimulatedClock } from '../runtime/index.ts'
import {
  type Candle,
  CandleBuilder,
  type MarketEvent,
  OrderBook,
  type Price,
} from '../trading/index.ts'
import { type MarketReplay, settle } from './market-replay.ts'
import { barReplayed, marketEvent, Topic } from './trading-events.ts'

/**
 * A recorded stream: book, then exchange, then components. Bars are built from the trades; one
 * closes with the first trade after it, or with any event a little later, for the streams of a
 * recording overtake each other and its last trade may come late.
 *
 * A recording without a book to trade with has no result; one that lost its book on the way has,
 * and `dataCounts` says so.
 */
export class StreamReplay implements MarketReplay {
  readonly exchange: ReturnType<typeof recordedExchange>
  readonly intervalMs: number
  readonly #market: RecordedMarket
  readonly #book: OrderBook
  readonly #builder: CandleBuilder
  #bars = 0
  #firstPrice: Price | null = null
  #lastPrice: Price | null = null
  #tradesWithoutBook = 0
  #hadBook = false

  constructor(options: {
    readonly market: RecordedMarket
    readonly intervalMs: number
    readonly account: AccountOptions
  }) {
    const { market, intervalMs, account } = options
    const { symbol } = market.instrument
    this.intervalMs = intervalMs
    this.#market = market
    this.#book = new OrderBook(symbol)
    this.#builder = new CandleBuilder(intervalMs)
    this.exchange = recordedExchange({ ...account, books: new Map([[symbol, this.#book]]) })
  }

  get bars(): number {
    return this.#bars
  }

  get firstPrice(): Price | null {
    return this.#firstPrice
  }

  get lastPrice(): Price | null {
    return this.#lastPrice
  }

  get dataCounts(): Readonly<Record<string, number>> {
    const { tradeGaps, missingTrades, depthGaps, repeatsDropped } = this.#market.counts
    return {
      bookLost: this.#book.gapCount,
      tradesWithoutBook: this.#tradesWithoutBook,
      tradeGaps,
      missingTrades,
      depthGaps,
      repeatsDropped,
      lateTrades: this.#builder.counts().late,
    }
  }

  async run(coordinator: Coordinator, clock: SimulatedClock): Promise<void> {
    const { exchange } = this
    const deliver = () => exchange.advanceTo(clock.now())
    for await (const batch of this.#market.batches()) {
      for (const event of batch) {
        this.#step(event, coordinator, clock)
        if (!coordinator.idle) await settle(coordinator, exchange, deliver)
      }
    }
    this.#refuseWithoutBook()
    this.#close(this.#builder.finish(), coordinator)
    await settle(coordinator, exchange, deliver)
  }

  #refuseWithoutBook(): void {
    if (this.#hadBook) return
    const [first, ...more] = this.#market.paths
    const where = more.length === 0 ? first : `${first} and ${more.length} more`
    const why = 'no depth snapshot that its depth events follow is in it'
    const sentence = `${where}: ${why}, so there is no order book to trade with`
    throw new GenesisError('bad-data', sentence, { details: { files: this.#market.paths } })
  }

  #step(event: MarketEvent, coordinator: Coordinator, clock: SimulatedClock): void {
    if ('time' in event) {
      clock.setTime(event.time)
      this.#close(this.#builder.flush(event.time - CLOSE_GRACE_MS), coordinator)
    }
    if (event.type === 'depth-diff' || event.type === 'depth-snapshot') {
      this.#book.apply(event)
      this.#hadBook ||= this.#book.state.status === 'live'
    }
    this.exchange.onMarketEvent(event)
    const trade = event.type === 'trade'
    const topic = trade ? Topic.MARKET_TRADE : Topic.MARKET_BOOK
    coordinator.publish(marketEvent(topic, clock.now(), event))
    if (!trade) return
    this.#firstPrice ??= event.price
    this.#lastPrice = event.price
    if (this.#book.state.status !== 'live') this.#tradesWithoutBook += 1
    this.#close(this.#builder.addTrade(event), coordinator)
  }

  #close(candle: Candle | null, coordinator: Coordinator): void {
    if (candle === null) return
    this.#bars += 1
    coordinator.publish(barReplayed(this.#market.instrument.symbol, candle))
  }
}

/** Streams overtake each other by some of this: a bar's last trade may come after its end. */
const CLOSE_GRACE_MS = 250
