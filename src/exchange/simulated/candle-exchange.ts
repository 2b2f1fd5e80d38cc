import { assert, createRandom } from '../../runtime/index.ts'
import type { Candle } from '../../trading/index.ts'
import { type AccountOptions, openLedger } from './account-options.ts'
import { type CandleFills, CandleMatcher } from './candle-matcher.ts'
import { DrivenTime } from './exchange-time.ts'
import { SimulatedExchange } from './simulated-exchange.ts'

/**
 * The exchange of a back-test on candles.
 *
 * The driver gives each closed bar to `onCandle` before anybody else sees it: what was working is
 * matched against it and its reports are given to the listener before `onCandle` returns. What is
 * submitted then waits for the next bar; `deliver()` after the strategy ran gives the acceptances
 * (else the next `onCandle` gives them first).
 */
export class CandleExchange extends SimulatedExchange {
  readonly #driven: DrivenTime
  readonly #candleMatchers: ReadonlyMap<string, CandleMatcher>
  #symbol = ''
  #matcher: CandleMatcher | null = null

  constructor(options: CandleExchangeOptions) {
    const { instruments, fills, startTime = 0, name = 'back-test' } = options
    const driven = new DrivenTime(startTime)
    const matchers = new Map<string, CandleMatcher>()
    super({
      name,
      instruments,
      ledger: openLedger(options, (symbol) => matchers.get(symbol)?.lastPrice ?? null),
      time: driven,
      latency: null,
      random: createRandom(0),
      matcherFor: (instrument, listener) => {
        const matcher = new CandleMatcher(instrument, listener, fills)
        matchers.set(instrument.symbol, matcher)
        return matcher
      },
    })
    this.#driven = driven
    this.#candleMatchers = matchers
  }

  /** With nothing working and nothing on its way this is a handful of stores. */
  onCandle(symbol: string, candle: Candle): void {
    if (this.waiting) this.deliver()
    const matcher = symbol === this.#symbol ? this.#matcher! : this.#select(symbol)
    this.#driven.time = candle.openTime + candle.intervalMs
    if (!matcher.onCandle(candle)) return
    this.settle()
    this.deliver()
  }

  #select(symbol: string): CandleMatcher {
    const matcher = this.#candleMatchers.get(symbol)
    assert(matcher !== undefined, `candles of ${symbol}, which is not among the instruments`)
    this.#symbol = symbol
    this.#matcher = matcher
    return matcher
  }
}

export function candleExchange(options: CandleExchangeOptions): CandleExchange {
  return new CandleExchange(options)
}

export interface CandleExchangeOptions extends AccountOptions {
  readonly fills?: CandleFills
  /** Stamps what happens before the first candle. */
  readonly startTime?: number
  readonly name?: string
}
