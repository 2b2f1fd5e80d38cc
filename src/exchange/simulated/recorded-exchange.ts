import { assert, createRandom, type Random } from '../../runtime/index.ts'
import type { MarketEvent } from '../../trading/index.ts'
import { type AccountOptions, openLedger } from './account-options.ts'
import { DrivenTime } from './exchange-time.ts'
import { QueueMatcher, type RecordedBook } from './queue-matcher.ts'
import type { QueueModel } from './queue-position.ts'
import { type ExchangeLatency, SimulatedExchange } from './simulated-exchange.ts'

/**
 * The exchange of a replayed stream: `onMarketEvent` for every event, after the driver's book of
 * the symbol has taken it and before anybody else sees it.
 *
 * Time is the latest time of the events, since recorded streams do go back a little. What was sent
 * before and arrives until then, and what is reported until then, happens first, each at its own
 * moment. Market data is the driver's to pass on.
 */
export class RecordedExchange extends SimulatedExchange {
  readonly #driven: DrivenTime
  readonly #queueMatchers: ReadonlyMap<string, QueueMatcher>

  constructor(options: RecordedExchangeOptions) {
    const { instruments, books, latency = null, random = createRandom(0) } = options
    const driven = new DrivenTime(options.startTime ?? 0)
    const matchers = new Map<string, QueueMatcher>()
    super({
      name: options.name ?? 'recorded',
      instruments,
      ledger: openLedger(options, (symbol) => matchers.get(symbol)?.lastPrice ?? null),
      time: driven,
      latency,
      random,
      matcherFor: ({ symbol }, listener) => {
        const book = books.get(symbol)
        assert(book !== undefined, `the recorded exchange needs a book of ${symbol}`)
        const matcher = new QueueMatcher(listener, book, options.queue)
        matchers.set(symbol, matcher)
        return matcher
      },
    })
    this.#driven = driven
    this.#queueMatchers = matchers
  }

  onMarketEvent(event: MarketEvent): void {
    if (event.type === 'candle' || event.type === 'book-top') return
    if ('time' in event) this.advanceTo(event.time)
    const matcher = this.#queueMatchers.get(event.symbol)
    assert(matcher !== undefined, `events of ${event.symbol}, which is not among the instruments`)
    matcher.onMarket(event, this.#driven.time)
    this.settle()
    if (this.waiting) this.#deliverDue()
  }

  /** Lets time pass without the market: what arrives and is reported until then happens. */
  advanceTo(time: number): void {
    if (this.nextDue <= time) this.deliver(time, this.#setTime)
    this.#setTime(time)
  }

  #deliverDue(): void {
    this.deliver(this.#driven.time)
  }

  readonly #setTime = (time: number): void => {
    if (time <= this.#driven.time) return
    this.#driven.time = time
    for (const matcher of this.#queueMatchers.values()) matcher.time = time
  }
}

export function recordedExchange(options: RecordedExchangeOptions): RecordedExchange {
  return new RecordedExchange(options)
}

export interface RecordedExchangeOptions extends AccountOptions {
  /** By symbol; the driver keeps them. */
  readonly books: ReadonlyMap<string, RecordedBook>
  /** How cancellations move us up in a queue; default proportional. */
  readonly queue?: QueueModel
  /** Default none. */
  readonly latency?: ExchangeLatency | null
  readonly random?: Random
  readonly startTime?: number
  readonly name?: string
}
