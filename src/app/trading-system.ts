import {
  CheckpointManager,
  type Component,
  Coordinator,
  type CoordinatorOptions,
  mayOpenRisk,
} from '../engine/index.ts'
import type { Exchange } from '../exchange/index.ts'
import { openJournal, type Owner } from '../journal/index.ts'
import { assert, type Clock, type Disk, type Log, sha256Hex, silentLog } from '../runtime/index.ts'
import { type Instrument, type RoundTrip, type Strategy } from '../trading/index.ts'
import { StrategyComponent } from './strategy-component.ts'
import { TradingAccount } from './trading-account.ts'
import { TRADING_GROUP } from './trading-group.ts'

/**
 * Trading wired onto the engine: the same account, risk, orders and strategies on the same
 * coordinator and journal, whether the bars come from a file, a recording or a live market. What
 * differs between a back-test and a paper run is the exchange, the clock and the disk handed in.
 */
export function createTradingSystem<Reader extends Component = never>(
  options: TradingSystemOptions<Reader>,
): TradingSystem<Reader> {
  const { clock, disk, log, exchange, strategy, instruments } = options
  const checkpoints = options.checkpoints
    ? new CheckpointManager({ disk, clock, log, ...options.checkpoints })
    : null
  const coordinator = new Coordinator({
    clock,
    log,
    openJournal: (listener) => openJournal({ clock, disk, log, listener, ...options.journal }),
    ...(checkpoints ? { checkpoints } : {}),
    heldSafe: options.safeMode ?? false,
    ...options.engine,
  })
  const blocked = () => {
    const { mode, reason } = coordinator.mode()
    return mayOpenRisk(mode) ? null : `the system is in ${mode}: ${reason}`
  }
  const fingerprint = fingerprintOf(options)
  const strategiesOf = (account: TradingAccount, toldTo: Log) =>
    instruments.map(
      (instrument) =>
        new StrategyComponent({
          strategy,
          parameters: options.parameters,
          instrument,
          fingerprint,
          account,
          now: () => clock.now(),
          blocked,
          log: toldTo.child({ strategy: strategy.name, symbol: instrument.symbol }),
        }),
    )
  const { onRoundTrip } = options
  const account = new TradingAccount({ exchange, log, ...(onRoundTrip ? { onRoundTrip } : {}) })
  const strategies = strategiesOf(account, log)
  const readersOf = options.readers ?? (() => [])
  const readers = readersOf(account, log)
  for (const component of [account, ...strategies, ...readers]) coordinator.register(component)
  coordinator.standIns(TRADING_GROUP, () => {
    const standIn = new TradingAccount({ exchange: nobody, log: silentLog })
    return [standIn, ...strategiesOf(standIn, silentLog), ...readersOf(standIn, silentLog)]
  })
  const checkpointDue = () => checkpoints?.due(coordinator.status().journalNumber) ?? false
  return { coordinator, account, strategies, readers, checkpointDue, fingerprint, blocked }
}

/** A stand-in is only ever given what happened. */
const nobody: Pick<Exchange, 'submit' | 'cancel'> = {
  submit: () => assert(false, 'a stand-in sends no order'),
  cancel: () => assert(false, 'a stand-in cancels no order'),
}

/** Equal for the same code, parameters, instruments and interval: whose state may go on. */
function fingerprintOf(
  options: Pick<
    TradingSystemOptions,
    'strategy' | 'source' | 'parameters' | 'instruments' | 'interval'
  >,
): string {
  const { strategy, source, parameters, instruments, interval } = options
  const named = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))
  const symbols = instruments.map(({ symbol }) => symbol)
  return sha256Hex(
    new TextEncoder().encode(JSON.stringify([strategy.name, source, named, symbols, interval])),
  )
}

export interface TradingSystem<Reader = Component> {
  readonly coordinator: Coordinator
  readonly account: TradingAccount
  readonly strategies: readonly StrategyComponent[]
  readonly readers: readonly Reader[]
  /** By time and events, and as often as the mode wants it. */
  readonly checkpointDue: () => boolean
  readonly fingerprint: string
  /** Why no new risk is taken now, or null. */
  readonly blocked: () => string | null
}

export interface TradingSystemOptions<Reader = Component> {
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
  readonly checkpoints?: { readonly folder: string; readonly everyMs: number }
  readonly safeMode?: boolean
  /**
   * Components of the trading group that look at what the account made of an event: made for the
   * account, and again for each that stands in for it.
   */
  readonly readers?: (account: TradingAccount, log: Log) => readonly Reader[]
  readonly onRoundTrip?: (trip: RoundTrip) => void
  readonly engine?: Pick<
    CoordinatorOptions,
    | 'watchesHealth'
    | 'healthSources'
    | 'forgetsJournal'
    | 'recoverUpTo'
    | 'replication'
    | 'onMode'
    | 'onSupervision'
    | 'onLateDecision'
    | 'onHalted'
  >
}
