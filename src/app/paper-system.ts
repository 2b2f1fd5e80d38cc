import { type Exchange, formatInterval, parseInterval } from '../exchange/index.ts'
import { GenesisError, type LogVolume, type Process, type Runtime } from '../runtime/index.ts'
import { type Instrument, parseMoney, type Strategy } from '../trading/index.ts'
import { ReadModel } from './read-model.ts'
import type { Settings } from './settings.ts'
import type { TradingTerms } from './trading-events.ts'
import {
  createTradingSystem,
  type TradingSystem,
  type TradingSystemOptions,
} from './trading-system.ts'

/**
 * What a paper run and a replay of its journal have in common: how settings become an account,
 * strategies and an engine.
 */
export interface PaperSystemOptions {
  readonly runtime: Pick<Runtime, 'clock' | 'disk' | 'log'>
  readonly process: Pick<Process, 'pid' | 'identityOf'>
  readonly settings: Settings
  readonly strategy: Strategy
  /** The text of the strategy's file, or the version of a built-in one. */
  readonly source: string
  /** Of one file of the journal; default 16 MiB. */
  readonly segmentBytes?: number
}

export interface PaperRunOptions extends PaperSystemOptions {
  readonly runtime: Omit<Runtime, 'network' | 'workers'> & {
    /** Turned down under pressure. Without it the log is told whole. */
    readonly logVolume?: LogVolume
  }
  readonly process: Pick<Process, 'pid' | 'identityOf' | 'memory' | 'upMs'>
  readonly version: string
}

export function termsOf(settings: Settings): TradingTerms {
  return {
    limits: {
      maxOrderNotional: settings.maxOrderNotional,
      maxPositionNotional: settings.maxPositionNotional,
      maxOpenOrders: settings.maxOpenOrders,
      maxOrdersPerMinute: settings.maxOrdersPerMinute,
      maxDailyLoss: settings.maxDailyLoss,
      priceBand: settings.priceBand,
      maxDecisionAgeMs: settings.maxDecisionAgeMs,
      halted: false,
    },
    takerFee: settings.takerFee,
    slippageBps: MARKET_ORDER_ALLOWANCE_BPS,
  }
}

/** Account, strategies and engine of a paper run: also what a replay of its journal needs. */
export function paperSystem(
  { runtime, settings, strategy, source, process, segmentBytes }: PaperSystemOptions,
  exchange: Exchange,
  instruments: readonly Instrument[],
  use: { readonly checkpoints: boolean } & Pick<TradingSystemOptions, 'engine'>,
): TradingSystem<ReadModel> & { readonly readModel: ReadModel } {
  const { clock, disk, log } = runtime
  parseMoney(settings.cash, '--cash')
  const interval = formatInterval(parseInterval(settings.interval))
  const system = createTradingSystem({
    clock,
    disk,
    log,
    exchange,
    strategy,
    source,
    parameters: settings.parameters,
    instruments,
    interval: settings.interval,
    journal: {
      folder: `${settings.dataFolder}/journal`,
      owner: process,
      ...(segmentBytes === undefined ? {} : { segmentBytes }),
    },
    ...(use.checkpoints
      ? {
          checkpoints: {
            folder: settings.checkpointFolder ?? `${settings.dataFolder}/checkpoints`,
            everyMs: settings.checkpointEveryMs,
          },
        }
      : {}),
    safeMode: settings.safeMode,
    readers: (account, log) => [new ReadModel({ account, interval, log })],
    ...(use.engine ? { engine: use.engine } : {}),
  })
  return { ...system, readModel: system.readers[0]! }
}

export function chosenInstruments(
  symbols: readonly string[],
  listed: readonly Instrument[],
): readonly Instrument[] {
  return symbols.map((symbol) => {
    const found = listed.find((instrument) => instrument.symbol === symbol)
    if (found) return found
    const allowed = listed.map((instrument) => instrument.symbol).join(', ')
    throw new GenesisError('bad-input', `symbol is "${symbol}"; it must be one of ${allowed}`, {
      details: { field: 'symbols', value: symbol },
    })
  })
}

/** What a market order may cost beyond the last price, when it is sized. */
const MARKET_ORDER_ALLOWANCE_BPS = 20
