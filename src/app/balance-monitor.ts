import type { Coordinator } from '../engine/index.ts'
import type { Clock, Log } from '../runtime/index.ts'
import type { BalanceDifference, Reconciler } from './reconciler.ts'
import type { TradingAccount } from './trading-account.ts'

/**
 * The ledger against the exchange's word on what we own.
 *
 * They are compared only while no order is under way and nothing was recorded meanwhile: money in
 * flight is no difference. What differs stays a concern until a later look finds it gone.
 */
export class BalanceMonitor {
  readonly #options: BalanceMonitorOptions
  #concerns: readonly string[] = []

  constructor(options: BalanceMonitorOptions) {
    this.#options = options
  }

  /** One sentence for each asset that differed at the last look that could be made. */
  get concerns(): readonly string[] {
    return this.#concerns
  }

  /** Null where it could not be looked now. */
  async look(): Promise<readonly BalanceDifference[] | null> {
    const { coordinator, reconciler, log } = this.#options
    const before = coordinator.status().journalNumber
    if (!this.#isQuiet()) return null
    const differences = await reconciler.compareBalances()
    if (differences === null || !this.#isQuiet()) return null
    if (coordinator.status().journalNumber !== before) return null
    this.#concerns = differences.map(
      ({ asset, ledger, exchange }) =>
        `the ledger has ${ledger} ${asset}, the exchange says ${exchange}`,
    )
    if (differences.length > 0) log.error({ differences }, 'balances differ')
    return differences
  }

  /** Fills may come in between two looks: a few tries are made. */
  async lookAtStart(): Promise<readonly BalanceDifference[] | null> {
    for (let attempt = 1; attempt < TRIES; attempt += 1) {
      const differences = await this.look()
      if (differences !== null) return differences
      await this.#options.clock.sleep(TRY_AFTER_MS)
    }
    return this.look()
  }

  #isQuiet(): boolean {
    const { coordinator, account } = this.#options
    return coordinator.idle && account.orders.unresolved().length === 0
  }
}

export interface BalanceMonitorOptions {
  readonly clock: Clock
  readonly log: Log
  readonly account: TradingAccount
  readonly coordinator: Pick<Coordinator, 'idle' | 'status'>
  readonly reconciler: Pick<Reconciler, 'compareBalances'>
}

const TRIES = 5
const TRY_AFTER_MS = 100
