import type { MarketEvent } from '../../trading/index.ts'

/**
 * Watches a recording for what is missing, repeated or out of order, across all of its files.
 *
 * Trade ids follow each other without a hole, and each depth event begins where the one before
 * ended. A hole is counted and listed with file and line; what was seen already (files that
 * overlap, a stream that was connected twice) is dropped and counted. Times that go backwards are
 * ordinary between the streams of one connection and are only counted.
 */
export class StreamContinuity {
  #lastTradeId = -1
  #lastDepth = -1
  #lastTop = -1
  #lastEventTime = 0
  readonly #gaps: StreamGap[] = []
  readonly #counts = {
    tradeGaps: 0,
    missingTrades: 0,
    depthGaps: 0,
    repeatsDropped: 0,
    eventTimeBackwards: 0,
  }

  get counts(): ContinuityCounts {
    return { ...this.#counts, gaps: this.#gaps }
  }

  /** False where the event was seen before and is to be dropped. */
  admit(event: MarketEvent, eventTime: number, path: string, line: number): boolean {
    if (eventTime > 0) {
      if (eventTime < this.#lastEventTime) this.#counts.eventTimeBackwards++
      this.#lastEventTime = eventTime
    }
    const isNew = this.#isNew(event, path, line)
    if (!isNew) this.#counts.repeatsDropped++
    return isNew
  }

  #isNew(event: MarketEvent, path: string, line: number): boolean {
    switch (event.type) {
      case 'trade': {
        const last = this.#lastTradeId
        if (event.id <= last) return false
        if (last >= 0 && event.id !== last + 1) {
          this.#counts.tradeGaps++
          this.#counts.missingTrades += event.id - last - 1
          this.#list({ what: 'trade id', expected: last + 1, found: event.id, path, line })
        }
        this.#lastTradeId = event.id
        return true
      }
      case 'depth-diff': {
        const last = this.#lastDepth
        if (event.lastSequence <= last) return false
        if (last >= 0 && event.firstSequence !== last + 1) {
          this.#counts.depthGaps++
          this.#list({
            what: 'depth sequence',
            expected: last + 1,
            found: event.firstSequence,
            path,
            line,
          })
        }
        this.#lastDepth = event.lastSequence
        return true
      }
      case 'book-top':
        if (event.sequence <= this.#lastTop) return false
        this.#lastTop = event.sequence
        return true
      default:
        return true
    }
  }

  #list(gap: StreamGap): void {
    if (this.#gaps.length < GAPS_LISTED_MAX) this.#gaps.push(gap)
  }
}

export interface ContinuityCounts {
  readonly tradeGaps: number
  readonly missingTrades: number
  /** Each needs a new snapshot before the book can be trusted again. */
  readonly depthGaps: number
  readonly repeatsDropped: number
  readonly eventTimeBackwards: number
  /** The first `GAPS_LISTED_MAX` gaps of both kinds. */
  readonly gaps: readonly StreamGap[]
}

export interface StreamGap {
  readonly what: 'trade id' | 'depth sequence'
  readonly expected: number
  readonly found: number
  readonly path: string
  readonly line: number
}

const GAPS_LISTED_MAX = 1000
