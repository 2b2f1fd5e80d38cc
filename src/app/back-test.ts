import { type CandleColumns, type RecordedMarket } from '../exchange/index.ts'
import { verifyJournal } from '../journal/index.ts'
import {
  assert,
  type Disk,
  GenesisError,
  silentLog,
  SimulatedClock,
  SimulatedDisk,
} from '../runtime/index.ts'
import {
  formatMoney,
  type Instrument,
  moneyToNumber,
  noRiskLimits,
  type OpenTrade,
  type OrderCounts,
  type ParameterValues,
  type Price,
  priceToNumber,
  quantityToNumber,
  type RiskLimits,
  type RoundTrip,
  type Statistics,
  statisticsOf,
  type Strategy,
} from '../trading/index.ts'
import { CandleReplay } from './candle-replay.ts'
import { EquityCurve, type EquityPoint } from './equity-curve.ts'
import { type BackTestFill, FillList } from './fill-list.ts'
import type { MarketReplay } from './market-replay.ts'
import { StreamReplay } from './stream-replay.ts'
import { orderReported, runStarted } from './trading-events.ts'
import { createTradingSystem, type TradingSystem } from './trading-system.ts'

/**
 * A strategy on recorded data, through the same coordinator, account, risk and orders as a paper
 * run, on a simulated clock.
 *
 * What holds: each bar goes to the exchange first, which fills what was working before it, then
 * to the account and the strategy; what the strategy orders meets the next bar. So nothing looks
 * ahead. The journal holds every order and report (bars are read again from the data), and the
 * same data, settings and code give the same journal and the same figures, byte for byte.
 */
export async function backTest(options: BackTestOptions): Promise<BackTestResult> {
  const disk = options.journal?.disk ?? new SimulatedDisk({ losesNothing: true })
  const folder = options.journal?.folder ?? 'journal'
  const clock = new SimulatedClock(0)
  const replay = replayOf(options)
  const trades: RoundTrip[] = []
  const system = createTradingSystem({
    clock,
    disk,
    log: silentLog,
    exchange: replay.exchange,
    strategy: options.strategy,
    source: options.source,
    parameters: options.parameters,
    instruments: [options.instrument],
    interval: String(replay.intervalMs),
    journal: { folder, segmentBytes: JOURNAL_SEGMENT_BYTES },
    onRoundTrip: (trip) => trades.push(trip),
  })
  const curve = new EquityCurve(system.account)
  system.coordinator.register(curve)
  const filled = new FillList(system.account)
  system.coordinator.register(filled)
  await start(system, replay, options)
  await replay.run(system.coordinator, clock)
  await system.coordinator.stop()
  curve.finish()
  refuseFaults(system)
  const { records, sha256 } = await verifyJournal({ disk, folder })
  return {
    ...resultOf(system, replay, { curve, trades, fills: filled.fills }, options),
    journal: { records, sha256 },
  }
}

/** A strategy's own fault is part of the result; any other fault means that there is none. */
function refuseFaults({ coordinator, account, strategies }: TradingSystem): void {
  const own = new Set(strategies.map(({ name }) => name))
  const { components, mode } = coordinator.status()
  const faulty = components.find(({ name, failed }) => failed > 0 && !own.has(name))
  if (faulty) {
    throw new GenesisError('component-failed', `${faulty.name} failed: ${faulty.lastError}`)
  }
  if (mode.mode !== 'NORMAL') throw new GenesisError('component-failed', mode.reason)
  assert(account.unexpectedReports === 0, 'every report of a back-test fits an order')
}

function replayOf(options: BackTestOptions): MarketReplay {
  const { data, instrument, cash, fees, slippageBps } = options
  const balances = { [instrument.quote]: cash }
  const account = { instruments: [instrument], balances, fees }
  return data.kind === 'candles'
    ? new CandleReplay({ ...data, account, slippageBps })
    : new StreamReplay({ market: data.market, intervalMs: data.intervalMs, account })
}

async function start(
  { coordinator, fingerprint }: TradingSystem,
  { exchange, intervalMs }: MarketReplay,
  { instrument, cash, strategy, limits, fees, slippageBps }: BackTestOptions,
): Promise<void> {
  await coordinator.start()
  await exchange.start({
    onReport: (report) => {
      const refusal = coordinator.publish(orderReported(report))
      assert(!refusal, 'a back-test settles each step, so there is room for every report')
    },
    onMarket: () => undefined,
  })
  const run = {
    runId: fingerprint.slice(0, 8),
    fingerprint,
    strategy: strategy.name,
    interval: String(intervalMs),
    instruments: [instrument],
    cash: { [instrument.quote]: cash },
    terms: { limits: { ...noRiskLimits, ...limits }, takerFee: fees.taker, slippageBps },
  }
  coordinator.publish(runStarted(0, run))
  await coordinator.settled()
}

function resultOf(
  { account, strategies }: TradingSystem,
  replay: MarketReplay,
  { curve, trades, fills }: Recorded,
  { instrument, strategy }: BackTestOptions,
): Omit<BackTestResult, 'journal'> {
  const { portfolio } = account
  const position = portfolio.position(instrument.symbol)
  const inNumbers = (price: Price | null) => price && priceToNumber(price, instrument)
  const { times, equity } = curve
  return {
    strategy: strategy.name,
    parameters: strategies[0]!.parameters,
    symbol: instrument.symbol,
    kind: instrument.kind,
    bars: replay.bars,
    data: replay.dataCounts,
    trades,
    openTrade: position.openTrade(),
    fills,
    realised: formatMoney(portfolio.realised()),
    unrealised: formatMoney(portfolio.unrealised()),
    equity: curve.points(),
    stats: statisticsOf({
      times,
      equity,
      roundTrips: trades,
      feesPaid: moneyToNumber(portfolio.fees()),
      openedTimes: position.openedTime === null ? [] : [position.openedTime],
      firstPrice: inNumbers(replay.firstPrice),
      lastPrice: inNumbers(replay.lastPrice),
    }),
    openPosition: quantityToNumber(position.quantity, instrument),
    orders: { ...account.orders.counts(), notMade: strategies[0]!.notMade },
    strategyFailure: strategies[0]!.failure,
  }
}

interface Recorded {
  readonly curve: EquityCurve
  readonly trades: readonly RoundTrip[]
  readonly fills: readonly BackTestFill[]
}

export interface BackTestOptions {
  readonly strategy: Strategy
  /** The text of the strategy's file: part of what the run is. */
  readonly source: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly instrument: Instrument
  readonly data:
    | {
        readonly kind: 'candles'
        readonly columns: CandleColumns
        /** What was repaired in the files, to be told with the result. */
        readonly repairs?: Readonly<Record<string, number>>
      }
    | { readonly kind: 'stream'; readonly market: RecordedMarket; readonly intervalMs: number }
  /** Starting cash in the quote asset, decimal text. */
  readonly cash: string
  /** Fractions as decimal text. */
  readonly fees: { readonly maker: string; readonly taker: string }
  /** Against us, on market and stop fills of candles. A recorded book has its own. */
  readonly slippageBps: number
  readonly limits?: Partial<RiskLimits>
  /** Where the journal is kept; default in memory. */
  readonly journal?: { readonly disk: Disk; readonly folder: string }
}

export interface BackTestResult {
  readonly strategy: string
  readonly parameters: ParameterValues
  readonly symbol: string
  readonly kind: Instrument['kind']
  readonly bars: number
  /** What was repaired in the data or is missing from it: counts, all 0 where all is well. */
  readonly data: Readonly<Record<string, number>>
  /** From flat to flat, in the order in which they ended. */
  readonly trades: readonly RoundTrip[]
  /** The round trip that the end of the data cut off; null when flat. */
  readonly openTrade: OpenTrade | null
  /** In the order in which they happened. */
  readonly fills: readonly BackTestFill[]
  /** Before fees, decimal text of the quote asset; what is open is valued at the last close. */
  readonly realised: string
  readonly unrealised: string
  /** At every bar's close. */
  readonly equity: readonly EquityPoint[]
  readonly stats: Statistics
  /** What is still held at the end, signed, in the base asset. */
  readonly openPosition: number
  /** `notMade`: wishes of the strategy that became no order, by the code of why. */
  readonly orders: Readonly<OrderCounts> & {
    readonly notMade: Readonly<Record<string, number>>
  }
  readonly journal: { readonly records: number; readonly sha256: string }
  /** Why the strategy stopped, or null. */
  readonly strategyFailure: string | null
}

const JOURNAL_SEGMENT_BYTES = 1 << 20
