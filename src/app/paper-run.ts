import {
  type Event,
  type ModeDecision,
  modeEffects,
  type RecoveryReport,
  type ResourceAdvice,
  ResourceMonitor,
  type SupervisionEvent,
} from '../engine/index.ts'
import { demoExchange, parseInterval } from '../exchange/index.ts'
import { type Clock, GenesisError, logImportance, type Timer } from '../runtime/index.ts'
import type { SystemView } from '../server/index.ts'
import {
  formatMoney,
  type MarketEvent,
  type OrderReport,
  type OrderRequest,
  parseMoney,
} from '../trading/index.ts'
import { BalanceMonitor } from './balance-monitor.ts'
import { BarFeed } from './bar-feed.ts'
import { chosenInstruments, type PaperRunOptions, paperSystem, termsOf } from './paper-system.ts'
import { ModeHistory } from './mode-history.ts'
import { RatesMeter } from './rates-meter.ts'
import { paperHealth } from './paper-health.ts'
import type { ReadModel } from './read-model.ts'
import { Reconciler } from './reconciler.ts'
import { RunningSystemView } from './running-system-view.ts'
import {
  barClosed,
  marketEvent,
  orderCancelRequested,
  type OrderRequested,
  orderReported,
  runStarted,
  Topic,
} from './trading-events.ts'

/**
 * The main job: a strategy on the embedded exchange in paper mode, journalled and shown.
 *
 * Starting is always recovering: state from checkpoint and journal, then the exchange is asked
 * about every open order, then bars flow and new decisions are made. Stopping politely only saves
 * the time of the replay; `kill -9` at any moment loses nothing.
 */
export class PaperRun {
  readonly #options: PaperRunOptions
  readonly #intervalMs: number
  readonly #exchange: ReturnType<typeof demoExchange>
  readonly #system: ReturnType<typeof paperSystem>
  readonly #readModel: ReadModel
  readonly #reconciler: Reconciler
  readonly #feed: BarFeed
  readonly #balances: BalanceMonitor
  readonly #resources: ResourceMonitor
  readonly #rates: RatesMeter
  readonly #traded: ReadonlySet<string>
  readonly #modes: ModeHistory
  #timers: Timer[] = []
  /** Orders of the run before, which end with it. */
  #inherited: readonly OrderRequest[] = []
  /** All that was decided before the start is recorded, and new decisions are made. */
  #trading = false

  constructor(options: PaperRunOptions) {
    const { runtime, settings } = options
    const { clock, log } = runtime
    this.#options = options
    this.#intervalMs = parseInterval(settings.interval)
    this.#exchange = makeExchange(options)
    this.#resources = new ResourceMonitor({
      clock,
      log,
      resources: runtime.resources,
      onAdvice: (advice) => this.#onAdvice(advice),
    })
    const instruments = chosenInstruments(settings.symbols, this.#exchange.instruments)
    this.#traded = new Set(instruments.map(({ symbol }) => symbol))
    this.#system = paperSystem(options, this.#exchange, instruments, {
      checkpoints: true,
      engine: {
        watchesHealth: true,
        // A hot standby of the trading group, in this process.
        replication: { holders: [] },
        healthSources: paperHealth(this.#resources, () => this.#reconciler),
        forgetsJournal: !settings.keepJournal,
        onMode: (decision) => this.#onMode(decision),
        onSupervision: (event) => this.#onSupervision(event),
        onLateDecision: (event) => this.#publishLate(event),
        onHalted: () => this.#cancelAll(),
      },
    })
    this.#modes = new ModeHistory(clock, this.#system.coordinator.mode())
    const { coordinator, account } = this.#system
    this.#readModel = this.#system.readModel
    const publish = coordinator.publish.bind(coordinator)
    this.#reconciler = new Reconciler({
      exchange: this.#exchange,
      account,
      clock,
      random: runtime.random.fork('questions'),
      log: log.child({ component: 'reconciler', essential: true }),
      publish,
      hedging: () => modeEffects[coordinator.mode().mode].hedging,
    })
    this.#balances = new BalanceMonitor({
      clock,
      log: log.child({ component: 'balance-monitor', essential: true }),
      account,
      coordinator,
      reconciler: this.#reconciler,
    })
    this.#feed = new BarFeed({
      clock,
      intervalMs: this.#intervalMs,
      onBar: (symbol, candle) => void publish(barClosed(symbol, candle)),
      onForming: (symbol, candle) => this.#readModel.showForming(symbol, candle),
      lastOpenTime: (symbol) => this.#readModel.candles(symbol).lastOpenTime,
    })
    this.#rates = new RatesMeter({
      clock,
      memory: () => options.process.memory(),
      loopLagMs: () => this.#resources.loopLagMs,
      status: () => coordinator.status(),
      onRates: (rates) => this.#readModel.announce({ type: 'rates', rates }),
    })
  }

  /** Resolves with what may be shown of the run, when bars flow. */
  async start(): Promise<SystemView> {
    const { report } = await this.recover()
    await this.#connect()
    const view = this.#makeView()
    await this.#reconcile(report)
    this.#feed.start()
    this.#resources.start()
    this.#rates.start()
    this.#every(CHECKPOINT_LOOK_MS, () => {
      if (this.#system.checkpointDue()) void this.#checkpoint()
    })
    this.#every(1_000, () => view.refresh())
    this.#every(BALANCE_CHECK_EVERY_MS, () => void this.#balances.look())
    return view
  }

  /** Twice, or after a start that failed half-way, is fine. */
  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) timer.cancel()
    this.#rates.stop()
    this.#resources.stop()
    this.#feed.stop()
    this.#reconciler.stop()
    const { coordinator } = this.#system
    const parts = [() => this.#checkpoint(), () => this.#exchange.stop(), () => coordinator.stop()]
    const failures: unknown[] = []
    for (const part of parts) await part().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }

  /** The first part of the start: state from checkpoint and journal, nothing sent to anybody. */
  async recover(): Promise<{ readonly report: RecoveryReport; readonly stateHash: string }> {
    const { runtime, settings } = this.#options
    const { coordinator, account } = this.#system
    await runtime.disk.makeFolder(settings.dataFolder)
    const startedAt = runtime.clock.monotonicMs()
    const report = await coordinator.start()
    const stateHash = coordinator.stateHash()
    runtime.log.info(
      {
        checkpointNumber: report.checkpointNumber,
        lastNumber: report.lastNumber,
        replayed: report.replayed,
        unrecorded: report.unrecorded.length,
        stateHash,
        openOrders: account.orders.working().length,
        tookMs: Math.round(runtime.clock.monotonicMs() - startedAt),
      },
      'state rebuilt',
    )
    if (account.opened && formatMoney(account.portfolio.startingCash) !== plain(settings.cash)) {
      const started = formatMoney(account.portfolio.startingCash)
      runtime.log.warn({ started, cash: settings.cash }, 'the account exists: cash is not used')
    }
    return { report, stateHash }
  }

  async #connect(): Promise<void> {
    const { coordinator } = this.#system
    await this.#exchange.start({
      onReport: (report) => this.#onReport(report),
      onMarket: (event) => this.#onMarket(event),
    })
    this.#beginRun(this.#options.runtime.clock)
    await coordinator.settled()
    this.#measureStart()
  }

  /** In an empty folder the run's beginning is handled by now: journalled, flushed, applied. */
  #measureStart(): void {
    const upMs = Math.round(this.#options.process.upMs())
    const { handled } = this.#system.coordinator.status()
    this.#options.runtime.log.performance({ upMs, handled }, 'connected')
  }

  /**
   * A new run where the strategy is another than the journal's last; new terms for the same run
   * where only the limits or fees are.
   */
  #beginRun(clock: Clock): void {
    const { coordinator, account, fingerprint } = this.#system
    const { settings, strategy } = this.#options
    const terms = termsOf(settings)
    const continues = account.run?.fingerprint === fingerprint
    if (!continues && account.opened) this.#inherit()
    if (continues && JSON.stringify(account.terms) === JSON.stringify(terms)) return
    const { instruments } = this.#exchange
    const quote = instruments[0]!.quote
    coordinator.publish(
      runStarted(clock.now(), {
        runId: continues ? account.run.id : clock.now().toString(36),
        fingerprint,
        strategy: strategy.name,
        interval: settings.interval,
        instruments,
        cash: account.opened ? null : { [quote]: settings.cash },
        terms,
      }),
    )
  }

  /** Another strategy takes over the account: its money and positions, but not its orders. */
  #inherit(): void {
    const { account } = this.#system
    const { log } = this.#options.runtime
    const positions = account.portfolio.openPositions().map(({ instrument }) => instrument.symbol)
    const orders = account.orders.working().length
    log.warn({ positions, orders }, 'a new run takes over the account; open orders are cancelled')
    this.#inherited = account.orders.working().map(({ request }) => request)
  }

  async #reconcile(recovered: RecoveryReport): Promise<void> {
    const { coordinator } = this.#system
    const report = await this.#reconciler.start()
    await coordinator.settled()
    const differences = await this.#balances.lookAtStart()
    for (const { clientOrderId, symbol } of this.#inherited) {
      const of = { clientOrderId, symbol }
      const now = this.#options.runtime.clock.now()
      coordinator.publish(orderCancelRequested(now, 'another run began', of))
    }
    for (const event of recovered.unrecorded) this.#publishLate(event)
    await coordinator.settled()
    this.#trading = true
    this.#options.runtime.log.info({ ...report, differences }, 'reconciled with the exchange')
  }

  /**
   * A decision the crash kept from the journal. It is stamped anew, so that risk sees how old it
   * is, and whether new risk may be taken is asked anew.
   */
  #publishLate(event: Event): void {
    const { coordinator, blocked } = this.#system
    const { clock, log } = this.#options.runtime
    const payload =
      event.topic === Topic.ORDER_REQUESTED
        ? { ...(event.payload as OrderRequested), blocked: blocked() }
        : event.payload
    const refusal = coordinator.publish({ ...event, time: clock.now(), payload })
    if (refusal) log.error({ event, reason: refusal.reason }, 'late decision not taken')
  }

  #onReport(report: OrderReport): void {
    const refusal = this.#system.coordinator.publish(orderReported(report))
    if (!refusal) return
    this.#options.runtime.log.error({ report, reason: refusal.reason }, 'report not taken')
    this.#reconciler.reportMissed()
  }

  #onMode(decision: ModeDecision): void {
    const { cancelWorking, logLevel } = modeEffects[decision.mode]
    const leastImportance = logImportance(logLevel, false)
    this.#options.runtime.logVolume?.setVolume({ leastImportance })
    this.#modes.entered(decision)
    this.#readModel.announce({ type: 'mode', mode: this.#modes.current })
    if (cancelWorking) this.#askAllToGo(decision)
  }

  /** Each is recorded as asked to go, so that the cancel is followed up until it is answered. */
  #askAllToGo({ mode }: ModeDecision): void {
    const { account, coordinator } = this.#system
    if (!this.#trading || coordinator.halted !== null) return
    const now = this.#options.runtime.clock.now()
    for (const { request, cancelRequested } of account.orders.working()) {
      if (cancelRequested) continue
      const { clientOrderId, symbol } = request
      const of = { clientOrderId, symbol }
      coordinator.publish(orderCancelRequested(now, `${mode} ${now}`, of))
    }
  }

  /** What happened to orders while the account was away is asked of the exchange. */
  #onSupervision(event: SupervisionEvent): void {
    const { account } = this.#system
    if (event.is === 'restored' && event.names.includes(account.name)) {
      this.#reconciler.reportMissed()
    }
  }

  #onAdvice(advice: ResourceAdvice): void {
    this.#system.coordinator.advise(advice)
    this.#options.runtime.logVolume?.setVolume({ share: advice.logShare })
  }

  /** The journal halted: nothing more can be recorded, so nothing more may be traded. */
  #cancelAll(): void {
    for (const { request } of this.#system.account.orders.working()) {
      this.#exchange.cancel(request.clientOrderId, request.symbol)
    }
  }

  #onMarket(event: MarketEvent): void {
    if (!this.#traded.has(event.symbol) || !('time' in event)) return
    const { coordinator } = this.#system
    const isTrade = event.type === 'trade'
    coordinator.publish(
      marketEvent(isTrade ? Topic.MARKET_TRADE : Topic.MARKET_BOOK, event.time, event),
    )
    if (isTrade) this.#feed.onTrade(event)
  }

  async #checkpoint(): Promise<void> {
    // Before, decisions that are not in the journal yet would be in no checkpoint and nowhere else.
    if (!this.#trading) return
    try {
      const kept = await this.#system.coordinator.checkpoint()
      if (kept) this.#options.runtime.log.info(kept, 'checkpoint kept')
    } catch (error) {
      if (!(error instanceof GenesisError)) throw error
      // The journal still has everything; only the next start takes longer.
      this.#options.runtime.log.error({ err: error }, 'checkpoint failed')
    }
  }

  #makeView(): RunningSystemView {
    const { coordinator, account, strategies } = this.#system
    const { runtime, strategy, version } = this.#options
    return new RunningSystemView({
      clock: runtime.clock,
      coordinator,
      account,
      strategies,
      readModel: this.#readModel,
      rates: this.#rates,
      modes: this.#modes,
      concerns: () => this.#balances.concerns,
      policies: [{ essential: true, policy: this.#reconciler.questions }],
      strategyName: strategy.name,
      exchangeName: this.#exchange.name,
      intervalMs: this.#intervalMs,
      version,
    })
  }

  #every(intervalMs: number, run: () => void): void {
    this.#timers.push(this.#options.runtime.clock.every(intervalMs, run))
  }
}

function makeExchange({ runtime, settings, process }: PaperRunOptions) {
  return demoExchange({
    clock: runtime.clock,
    random: runtime.random.fork('exchange'),
    disk: runtime.disk,
    log: runtime.log,
    folder: `${settings.dataFolder}/exchange`,
    balances: { USDT: settings.cash },
    fees: { maker: settings.makerFee, taker: settings.takerFee },
    owner: process,
  })
}

export /** "100000.00" as "100000". */
function plain(amount: string): string {
  return formatMoney(parseMoney(amount, '--cash'))
}

/** As often as the setting allows, at most. */
const CHECKPOINT_LOOK_MS = 100
const BALANCE_CHECK_EVERY_MS = 15_000
