import { assert, GenesisError } from '../runtime/index.ts'
import type { Candle } from './candle.ts'
import type { MarketTrade } from './market-data.ts'
import type { Price, Quantity } from './money.ts'

/**
 * Candles of any interval from trades, or from smaller candles. What holds:
 *
 * - Buckets are aligned to 1970-01-01T00:00Z; one without a trade has no candle.
 * - A candle is given out once, closed, in the order of time, and never changes again.
 * - Time may go back: what still fits the open bucket joins it (`backwards` counts it), what
 *   belongs to a closed one is left out (`late` counts it). A trade id seen before is left out
 *   (`repeated`), and a hole in the ids is counted (`missing`). Of smaller candles only the
 *   next later one is taken. Nothing happens silently.
 * - Open is the first and close the last in the order of arrival.
 */
export class CandleBuilder {
  readonly intervalMs: number
  #open: OpenCandle | null = null
  /** Everything before this is closed. */
  #closedUntil = Number.NEGATIVE_INFINITY
  #latestTime = Number.NEGATIVE_INFINITY
  #lastTradeId: number | null = null
  #counts: CandleCounts = { ...noCounts }

  constructor(intervalMs: number) {
    assert(Number.isSafeInteger(intervalMs) && intervalMs > 0, 'an interval is whole milliseconds')
    this.intervalMs = intervalMs
  }

  /** Returns the candle that this trade closed. */
  addTrade({ id, time, price, quantity }: MarketTrade): Candle | null {
    const lastId = this.#lastTradeId
    if (lastId !== null && id <= lastId) {
      this.#counts.repeated++
      return null
    }
    if (lastId !== null) this.#counts.missing += id - lastId - 1
    this.#lastTradeId = id
    return this.#add(time, price, price, price, price, quantity)
  }

  /** Returns the candle that this smaller one closed; its interval must divide this one's. */
  addCandle(candle: Candle): Candle | null {
    const { openTime, open, high, low, close, volume } = candle
    if (this.intervalMs % candle.intervalMs !== 0 || openTime % candle.intervalMs !== 0) {
      const given = `Candles of ${candle.intervalMs} ms from ${openTime}`
      throw new GenesisError('bad-input', `${given} do not add up to ${this.intervalMs} ms`)
    }
    if (openTime <= this.#latestTime) {
      this.#counts[openTime === this.#latestTime ? 'repeated' : 'late']++
      return null
    }
    return this.#add(openTime, open, high, low, close, volume)
  }

  /** Closes the open candle when its time is over at `now`, without waiting for a trade. */
  flush(now: number): Candle | null {
    const open = this.#open
    return open !== null && now >= open.openTime + this.intervalMs ? this.#close(open) : null
  }

  /** The end of the data: closes what is open, complete or not. */
  finish(): Candle | null {
    return this.#open === null ? null : this.#close(this.#open)
  }

  /** The candle that is still growing, as it is now. */
  current(): Candle | null {
    return this.#open === null ? null : { ...this.#open }
  }

  counts(): Readonly<CandleCounts> {
    return { ...this.#counts }
  }

  snapshot(): CandleBuilderSnapshot {
    return {
      intervalMs: this.intervalMs,
      open: this.current(),
      closedUntil: finiteOrNull(this.#closedUntil),
      latestTime: finiteOrNull(this.#latestTime),
      lastTradeId: this.#lastTradeId,
      counts: this.counts(),
    }
  }

  restore(snapshot: CandleBuilderSnapshot): void {
    if (snapshot.intervalMs !== this.intervalMs) {
      const sentence = `The candles are of ${snapshot.intervalMs} ms, not ${this.intervalMs} ms`
      throw new GenesisError('bad-checkpoint', sentence)
    }
    this.#open = snapshot.open === null ? null : { ...snapshot.open }
    this.#closedUntil = snapshot.closedUntil ?? Number.NEGATIVE_INFINITY
    this.#latestTime = snapshot.latestTime ?? Number.NEGATIVE_INFINITY
    this.#lastTradeId = snapshot.lastTradeId
    this.#counts = { ...snapshot.counts }
  }

  #add(
    time: number,
    open: Price,
    high: Price,
    low: Price,
    close: Price,
    volume: Quantity,
  ): Candle | null {
    const { intervalMs } = this
    const current = this.#open
    // Candles come out in the order of time, so an open one closes everything before it.
    if (time < (current === null ? this.#closedUntil : current.openTime)) {
      this.#counts.late++
      return null
    }
    if (time < this.#latestTime) this.#counts.backwards++
    else this.#latestTime = time
    if (current !== null && time < current.openTime + intervalMs) {
      if (high > current.high) current.high = high
      if (low < current.low) current.low = low
      current.close = close
      current.volume = sumOf(current, volume)
      return null
    }
    const closed = current === null ? null : this.#close(current)
    const openTime = Math.floor(time / intervalMs) * intervalMs
    this.#open = { openTime, intervalMs, open, high, low, close, volume }
    return closed
  }

  #close(open: OpenCandle): Candle {
    this.#open = null
    this.#closedUntil = open.openTime + this.intervalMs
    return open
  }
}

/** Candles of a larger interval from smaller ones in the order of time, the last one included. */
export function aggregateCandles(candles: Iterable<Candle>, intervalMs: number): Candle[] {
  const builder = new CandleBuilder(intervalMs)
  const aggregated: Candle[] = []
  for (const candle of candles) {
    const closed = builder.addCandle(candle)
    if (closed !== null) aggregated.push(closed)
  }
  const last = builder.finish()
  if (last !== null) aggregated.push(last)
  return aggregated
}

export interface CandleCounts {
  backwards: number
  late: number
  repeated: number
  missing: number
}

export interface CandleBuilderSnapshot {
  readonly intervalMs: number
  readonly open: Candle | null
  readonly closedUntil: number | null
  readonly latestTime: number | null
  readonly lastTradeId: number | null
  readonly counts: Readonly<CandleCounts>
}

type OpenCandle = { -readonly [Field in keyof Candle]: Candle[Field] }

const noCounts: CandleCounts = { backwards: 0, late: 0, repeated: 0, missing: 0 }

/** What trades is the data's to say, so too much of it is no fault of the program. */
function sumOf({ volume, openTime }: OpenCandle, more: Quantity): Quantity {
  const sum = volume + more
  if (Number.isSafeInteger(sum)) return sum as Quantity
  const most = `the ${Number.MAX_SAFE_INTEGER} smallest units in which it is exact`
  const sentence = `the candle of ${openTime} ms UTC has a volume above ${most}`
  throw new GenesisError('bad-data', `${sentence}; use a shorter interval or fewer decimals`)
}

function finiteOrNull(time: number): number | null {
  return Number.isFinite(time) ? time : null
}
