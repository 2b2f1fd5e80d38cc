import type { Coordinator } from '../engine/index.ts'
import type { SimulatedExchange } from '../exchange/index.ts'
import type { SimulatedClock } from '../runtime/index.ts'
import type { Price } from '../trading/index.ts'

/**
 * Recorded data driving a trading system: what a back-test runs on.
 *
 * Every step goes to the exchange first, then to the components, and is settled (journalled,
 * applied, answered) before the next one is read; the clock is moved along.
 */
export interface MarketReplay {
  readonly exchange: SimulatedExchange
  readonly intervalMs: number
  /** Bars given to the strategy. */
  readonly bars: number
  /** Null before any. */
  readonly firstPrice: Price | null
  readonly lastPrice: Price | null
  /** What was repaired in the data or is missing from it: counts, all 0 where all is well. */
  readonly dataCounts: Readonly<Record<string, number>>
  run(coordinator: Coordinator, clock: SimulatedClock): Promise<void>
}

/** Until nothing waits for the journal and the exchange has said what it had to say by now. */
export async function settle(
  coordinator: Coordinator,
  exchange: { readonly waiting: boolean; readonly nextDue: number },
  deliver: () => void,
): Promise<void> {
  for (;;) {
    await coordinator.settled()
    const before = exchange.nextDue
    if (!exchange.waiting) return
    deliver()
    // What is still on its way belongs to a later time.
    if (coordinator.idle && exchange.nextDue === before) return
  }
}
