import { CheckpointManager, Coordinator, mayOpenRisk } from '../engine/index.ts'
import type { Exchange } from '../exchange/index.ts'
import { openJournal, type Owner } from '../journal/index.ts'
import { type Clock, type Disk, type GenesisError, type Log, sha256Hex } from '../runtime/index.ts'
import { type Instrument, type RoundTrip, type Strategy } from '../trading/index.ts'
import { StrategyComponent } from './strategy-component.ts'
import { TradingAccount } from './trading-account.ts'

/**
 * Trading wired onto the engine: the same account, risk, orders and strategies on the same
 * coordinator and journal, whether the bars come from a file, a recording or a live market. What
 * differs between a back-test and a paper run is the exchange, the clock and the disk handed in.
 */
export function createTradingSystem(options: TradingSystemOptions): TradingSystem {
  const { clock, disk, log, exchange, strategy, instruments } = options
  const coordinator = new Coordinator({
    clock,
    log,
    openJournal: (listener) => openJournal({ clock, disk, log, listener, ...options.journal }),
    ...(options.checkpointFolder === undefined
      ? {}
      : {
          checkpoints: new CheckpointManager({
            disk,
            clock,
            log,
            folder: options.checkpointFolder,
          }),
        }),
    heldSafe: options.safeMode ?? false,
    ...(options.onHalted ? { onHalted: options.onHalted } : {}),
  })
  const account = new TradingAccount({
    exchange,
    log,
    ...(options.onRoundTrip ? { onRoundTrip: options.onRoundTrip } : {}),
  })
  coordinator.register(account)
  const blocked = () => {
    const { mode, reason } = coordinator.mode()
    return mayOpenRisk(mode) ? null : `the system is in ${mode}: ${reason}`
  }
  const fingerprint = fingerprintOf(options)
  const strategies = instruments.map((instrument) => {
    const component = new StrategyComponent({
      strategy,
      parameters: options.parameters,
      instrument,
      fingerprint,
      account,
      now: () => clock.now(),
      blocked,
      log: log.child({ strategy: strategy.name, symbol: instrument.symbol }),
    })
    coordinator.register(component)
    return component
  })
  return { coordinator, account, strategies, fingerprint, blocked }
}

/** Equal for the same code, parameters, instruments and interval: whose state may go on. */
function fingerprintOf(options: TradingSystemOptions): string {
  const { strategy, source, parameters, instruments, interval } = options
  const named = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))
  const symbols = instruments.map(({ symbol }) => symbol)
  return sha256Hex(
    new TextEncoder().encode(JSON.stringify([strategy.name, source, named, symbols, interval])),
  )
}

export interface TradingSystem {
  readonly coordinator: Coordinator
  readonly account: TradingAccount
  readonly strategies: readonly StrategyComponent[]
  readonly fingerprint: string
  /** Why no new risk is taken now, or null. */
  readonly blocked: () => string | null
}

export interface TradingSystemOptions {
  readonly clock: Clock
  readonly disk: Disk
  readonly log: Log
  readonly exchange: Exchange
  readonly strategy: Strategy
  /** What the code of the strategy is: its text or a hash of it. */
  readonly source: string
  /** Values or their text, by name. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** What the strategy trades, one instance each. */
  readonly instruments: readonly Instrument[]
  /** Such as `1m`. */
  readonly interval: string
  readonly journal: {
    readonly folder: string
    readonly segmentBytes?: number
    readonly owner?: Owner
  }
  /** Without it there are no checkpoints. */
  readonly checkpointFolder?: string
  readonly safeMode?: boolean
  readonly onRoundTrip?: (trip: RoundTrip) => void
  readonly onHalted?: (reason: GenesisError) => void
}
