import { type Money, formatMoney, parseMoney, ZERO_MONEY } from './money.ts'

/** What the risk gate must remember, so that a restart forgives nothing. */
export class RiskMemory {
  haltReason: string | null = null
  /** UTC days since 1970. */
  #day = -1
  #dayStartEquity: Money = ZERO_MONEY
  /** When orders were sent, oldest first; older than a minute are dropped. */
  #sentTimes: number[] = []

  orderSent(time: number): void {
    this.#sentTimes = this.#sentTimes.filter((sent) => sent > time - MINUTE_MS)
    this.#sentTimes.push(time)
  }

  sentInMinute(now: number): number {
    return this.#sentTimes.filter((sent) => sent > now - MINUTE_MS).length
  }

  /** A day begins once: time that goes back does not begin an earlier one. */
  dayStarted(time: number, equity: () => Money): void {
    const day = Math.floor(time / DAY_MS)
    if (day <= this.#day) return
    this.#day = day
    this.#dayStartEquity = equity()
  }

  /** Below 0 is a profit; 0 before any day began. */
  lossOfDay(equity: Money): Money {
    return this.#day < 0 ? ZERO_MONEY : ((this.#dayStartEquity - equity) as Money)
  }

  snapshot(): RiskMemorySnapshot {
    return {
      haltReason: this.haltReason,
      day: this.#day,
      dayStartEquity: formatMoney(this.#dayStartEquity),
      sentTimes: [...this.#sentTimes],
    }
  }

  restore(snapshot: RiskMemorySnapshot): void {
    this.haltReason = snapshot.haltReason
    this.#day = snapshot.day
    this.#dayStartEquity = parseMoney(snapshot.dayStartEquity, 'dayStartEquity')
    this.#sentTimes = [...snapshot.sentTimes]
  }
}

export interface RiskMemorySnapshot {
  readonly haltReason: string | null
  readonly day: number
  readonly dayStartEquity: string
  readonly sentTimes: readonly number[]
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
