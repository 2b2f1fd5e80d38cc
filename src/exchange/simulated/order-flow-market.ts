import { assert, type Clock, type Random, type Timer } from '../../runtime/index.ts'
import type { BookTop, Instrument, MarketEvent, Price } from '../../trading/index.ts'
import { BookMatcher } from './book-matcher.ts'
import type { MatcherListener } from './matcher.ts'
import { type MarketCharacter, OrderFlow, type OrderFlowState } from './order-flow.ts'

/**
 * A living market of several symbols on a clock: each has its own crowd (`OrderFlow`), its own
 * seeded pace and its own numbering, and tells its trades at once and its best prices when they
 * changed, at most every `topIntervalMs`.
 *
 * What holds: the same seed, clock and commands give the same market. Trade ids are contiguous
 * within a run and, once `secured` was called, at most `idsAhead` beyond the state that is safe; a
 * symbol that gets there pauses, so that no id is given twice by a market that goes on from it.
 */
export class OrderFlowMarket {
  readonly #clock: Clock
  readonly #random: Random
  readonly #afterStep: () => void
  readonly #symbols = new Map<string, MarketSymbol>()
  readonly #timers = new Map<string, Timer>()
  #hear: (event: MarketEvent) => void = () => {}
  constructor(options: { clock: Clock; random: Random; afterStep(): void }) {
    this.#clock = options.clock
    this.#random = options.random
    this.#afterStep = options.afterStep
  }

  /** The matcher our orders go to. */
  add(listed: ListedInstrument, listener: MatcherListener): BookMatcher {
    const { instrument, character } = listed
    const { symbol } = instrument
    const entry = { lastTradeId: 0, lastSequence: 0, ceiling: Infinity, top: null }
    const matcher = new BookMatcher(symbol, listener, {
      now: () => this.#clock.now(),
      nextTradeId: () => ++entry.lastTradeId,
      onTrade: (trade) => this.#hear(trade),
    })
    const random = this.#random.fork(symbol)
    const flow = new OrderFlow({ instrument, character, matcher, random })
    this.#symbols.set(symbol, Object.assign(entry, { symbol, matcher, flow }))
    return matcher
  }

  lastPrice(symbol: string): Price | null {
    return this.#symbols.get(symbol)?.matcher.lastPrice ?? null
  }

  /** The crowd fills the books; `start` then lets it act. */
  open(): void {
    for (const { flow } of this.#symbols.values()) flow.open()
  }

  start(hear: (event: MarketEvent) => void): void {
    this.#hear = hear
    for (const entry of this.#symbols.values()) {
      this.#tellTop(entry)
      this.#schedule(entry)
    }
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
    this.#hear = () => {}
  }

  snapshot(): MarketState {
    return Array.from(this.#symbols.values(), (entry) => ({
      symbol: entry.symbol,
      lastPrice: entry.matcher.lastPrice,
      lastTradeId: entry.lastTradeId,
      lastSequence: entry.lastSequence,
      flow: entry.flow.snapshot(),
    }))
  }

  /** The snapshot would survive a crash: numbers may go on from it. */
  secured(state: MarketState): void {
    for (const { symbol, lastTradeId } of state) {
      this.#symbols.get(symbol)!.ceiling = lastTradeId + idsAhead
    }
  }

  /** Goes on from a snapshot that may be older than what was told, with what is known since. */
  restore(state: MarketState, since: (symbol: string) => NewsOfSymbol): void {
    for (const { symbol, lastPrice, lastTradeId, lastSequence, flow } of state) {
      const entry = this.#symbols.get(symbol)
      if (entry === undefined) continue
      const news = since(symbol)
      entry.lastTradeId = Math.max(news.lastTradeId, lastTradeId + idsAhead)
      entry.lastSequence = lastSequence + idsAhead
      entry.flow.restore(flow, news.lastPrice)
      const price = news.lastPrice ?? lastPrice
      if (price !== null) entry.matcher.lastPrice = price
    }
  }

  #schedule(entry: MarketSymbol): void {
    const gapMs = entry.flow.nextGapMs()
    const timer = this.#clock.after(gapMs, () => {
      if (entry.lastTradeId + tradesOfStepMax < entry.ceiling) {
        entry.flow.step(gapMs)
        this.#afterStep()
        this.#tellTop(entry)
      }
      this.#schedule(entry)
    })
    this.#timers.set(entry.symbol, timer)
  }

  #tellTop(entry: MarketSymbol): void {
    const { bestBid, bestAsk } = entry.matcher.book
    const { top } = entry
    const time = this.#clock.now()
    if (bestBid === undefined || bestAsk === undefined) return
    assert(bestBid.price < bestAsk.price, 'a book is never crossed')
    if (top !== null && time - top.time < topIntervalMs && time >= top.time) return
    const prices = {
      bidPrice: bestBid.price,
      bidQuantity: bestBid.quantity,
      askPrice: bestAsk.price,
      askQuantity: bestAsk.quantity,
    }
    if (top !== null && same(top, prices)) return
    const sequence = ++entry.lastSequence
    entry.top = { type: 'book-top', symbol: entry.symbol, time, sequence, ...prices }
    this.#hear(entry.top)
  }
}

const topIntervalMs = 100

/** Far more than a symbol trades between two moments at which its state is made safe. */
const idsAhead = 50_000

/** More than one step of the crowd can trade. */
const tradesOfStepMax = 1_000

export interface ListedInstrument {
  readonly instrument: Instrument
  readonly character: MarketCharacter
}

export type MarketState = readonly {
  readonly symbol: string
  readonly lastPrice: Price | null
  readonly lastTradeId: number
  readonly lastSequence: number
  readonly flow: OrderFlowState
}[]

export interface NewsOfSymbol {
  /** Of a trade after the snapshot; null where none is known. */
  readonly lastPrice: Price | null
  readonly lastTradeId: number
}

interface MarketSymbol {
  readonly symbol: string
  readonly matcher: BookMatcher
  readonly flow: OrderFlow
  lastTradeId: number
  lastSequence: number
  /** Trade ids at or above this are not given out. */
  ceiling: number
  top: BookTop | null
}

type Prices = Pick<BookTop, 'bidPrice' | 'bidQuantity' | 'askPrice' | 'askQuantity'>

function same(a: Prices, b: Prices): boolean {
  return (
    a.bidPrice === b.bidPrice &&
    a.bidQuantity === b.bidQuantity &&
    a.askPrice === b.askPrice &&
    a.askQuantity === b.askQuantity
  )
}
