import type { Coordinator, ModeDecision } from '../engine/index.ts'
import { formatInterval } from '../exchange/index.ts'
import type { Clock } from '../runtime/index.ts'
import type {
  BalanceView,
  CandleQuery,
  CandleView,
  ComponentView,
  EquityPoint,
  EventView,
  FillQuery,
  FillView,
  HealthView,
  ListQuery,
  ModeView,
  OrderQuery,
  OrderView,
  PositionView,
  RatesView,
  StrategyView,
  SymbolView,
  SystemView,
  Update,
} from '../server/index.ts'
import { formatMoney, type Money, type OrderState, ZERO_MONEY } from '../trading/index.ts'
import { orderView, positionView } from './order-views.ts'
import type { RatesMeter } from './rates-meter.ts'
import type { ReadModel } from './read-model.ts'
import { pageOf } from './recent-list.ts'
import type { StrategyComponent } from './strategy-component.ts'
import type { TradingAccount } from './trading-account.ts'

/** The running system as the server may see it: everything from memory, nothing invented. */
export class RunningSystemView implements SystemView {
  readonly #parts: RunningSystemParts
  readonly #startedAt: number
  #mode: ModeView
  /** Sentences of those who watch from outside the engine, such as the balance check. */
  #concerns: readonly string[] = []

  constructor(parts: RunningSystemParts) {
    this.#parts = parts
    this.#startedAt = parts.clock.now()
    this.#mode = modeView(parts.coordinator.mode(), this.#startedAt)
    // Cash and coins are seen to change with the fill that changed them, not a second later.
    parts.readModel.subscribe((update) => {
      if (update.type === 'fill') this.#sayBalances()
    })
  }

  setConcerns(concerns: readonly string[]): void {
    this.#concerns = concerns
  }

  /** Says anew what has no event of its own: mode, health, balances, strategies, components. */
  refresh(): void {
    const { readModel, coordinator, clock } = this.#parts
    const decision = coordinator.mode()
    if (decision.mode !== this.#mode.mode) {
      this.#mode = modeView(decision, clock.now())
      readModel.announce({ type: 'mode', mode: this.#mode })
    }
    readModel.announce({ type: 'health', health: this.health() })
    this.#sayBalances()
    for (const strategy of this.strategies()) readModel.announce({ type: 'strategy', strategy })
    for (const component of this.components()) readModel.announce({ type: 'component', component })
  }

  health(): HealthView {
    const { coordinator, account, strategies } = this.#parts
    const { components, mode } = coordinator.status()
    const failing = components.filter(({ state }) => state === 'failing')
    const unknown = account.orders.unresolved().filter(({ status }) => status === 'unknown')
    const reasons = [
      ...(mode.mode === 'NORMAL' ? [] : [mode.reason]),
      ...failing.map(({ name, lastError }) => `${name} failed: ${lastError}`),
      ...strategies.flatMap(({ name, failure }) =>
        failure === null ? [] : [`${name} was stopped: ${failure}`],
      ),
      ...(unknown.length === 0 ? [] : [`${unknown.length} orders wait for the exchange's word`]),
      ...(account.unexpectedReports === 0
        ? []
        : [`${account.unexpectedReports} reports fit no order of ours`]),
      ...this.#concerns,
    ]
    const score = mode.mode === 'EMERGENCY' ? 0 : Math.max(10, 100 - 20 * reasons.length)
    return {
      status: reasons.length === 0 ? 'ok' : mode.mode === 'EMERGENCY' ? 'failing' : 'degraded',
      score,
      ready: mode.mode !== 'RECOVERY' && account.opened,
      reasons: [...new Set(reasons)],
      version: this.#parts.version,
      startedAt: this.#startedAt,
      uptimeMs: this.#parts.clock.now() - this.#startedAt,
    }
  }

  mode(): ModeView {
    return this.#mode
  }

  rates(): RatesView {
    return this.#parts.rates.current
  }

  components(): readonly ComponentView[] {
    // A strategy that was stopped before a restart is still stopped after it.
    const stopped = new Map(this.#parts.strategies.map(({ name, failure }) => [name, failure]))
    return this.#parts.coordinator.status().components.map((component) => {
      const lastError = component.lastError ?? stopped.get(component.name) ?? null
      return {
        name: component.name,
        essential: component.essential,
        state: lastError === null ? 'running' : 'failed',
        subscriptions: component.subscriptions,
        eventsHandled: component.handled,
        errors: component.failed,
        lastError,
      }
    })
  }

  strategies(): readonly StrategyView[] {
    const { strategies, strategyName, exchangeName, intervalMs, account } = this.#parts
    const [first] = strategies
    if (!first) return []
    return [
      {
        name: strategyName,
        run: 'paper',
        exchange: exchangeName,
        symbols: strategies.map(({ instrument }) => instrument.symbol),
        interval: formatInterval(intervalMs),
        parameters: first.parameters,
        warm: strategies.every(({ barCount }) => barCount > 0),
        quote: account.portfolio.asset,
      },
    ]
  }

  symbols(): readonly SymbolView[] {
    const interval = formatInterval(this.#parts.intervalMs)
    return this.#parts.strategies.map(({ instrument }) => ({
      symbol: instrument.symbol,
      base: instrument.base,
      quote: instrument.quote,
      kind: instrument.kind,
      priceDecimals: instrument.priceDecimals,
      quantityDecimals: instrument.quantityDecimals,
      intervals: [interval],
    }))
  }

  positions(): readonly PositionView[] {
    const { account, strategies } = this.#parts
    const traded = strategies.map(({ instrument }) => instrument.symbol)
    // What an earlier run bought is still held, whatever is traded now.
    const held = account.portfolio.openPositions().map(({ instrument }) => instrument.symbol)
    return [...new Set([...traded, ...held])].map((symbol) =>
      positionView(account.portfolio.position(symbol), account.booked(symbol)),
    )
  }

  balances(): readonly BalanceView[] {
    const { portfolio } = this.#parts.account
    const held = portfolio.balances()
    // An asset that was sold is shown as 0, not left as it was.
    const assets = [portfolio.asset, ...this.#parts.strategies.map((each) => each.instrument.base)]
    return [...new Set([...assets, ...held.keys()])].map((asset) => {
      const total = held.get(asset) ?? ZERO_MONEY
      const free = asset === portfolio.asset ? this.#freeCash() : total
      return { asset, total: formatMoney(total), free: formatMoney(free) }
    })
  }

  events(query: ListQuery): readonly EventView[] {
    return pageOf(this.#parts.readModel.events.items, query, ({ number }) => number)
  }

  orders(query: OrderQuery): readonly OrderView[] {
    const { orders } = this.#parts.account
    const states =
      query.open === true ? orders.working() : [...orders.finished(), ...orders.working()]
    const wanted = states.filter(
      ({ request }) => query.symbol === null || request.symbol === query.symbol,
    )
    const views = wanted.map((state) => this.#orderView(state))
    const listed = views.filter(({ open }) => query.open === null || open === query.open)
    listed.sort((a, b) => a.number - b.number)
    return pageOf(listed, query, ({ number }) => number)
  }

  fills(query: FillQuery): readonly FillView[] {
    const fills = this.#parts.readModel.fills.items
    const wanted = fills.filter(({ symbol }) => query.symbol === null || symbol === query.symbol)
    return pageOf(wanted, query, ({ number }) => number)
  }

  equity(query: ListQuery): readonly EquityPoint[] {
    return pageOf(this.#parts.readModel.equity(), query, ({ time }) => time)
  }

  candles(query: CandleQuery): readonly CandleView[] {
    return this.#parts.readModel.candles(query.symbol).views(query)
  }

  subscribe(listener: (update: Update) => void): () => void {
    return this.#parts.readModel.subscribe(listener)
  }

  #sayBalances(): void {
    const { readModel } = this.#parts
    for (const balance of this.balances()) readModel.announce({ type: 'balance', balance })
  }

  #orderView(state: OrderState): OrderView {
    const { account, readModel } = this.#parts
    const { clientOrderId, symbol } = state.request
    return orderView(state, readModel.orderNumber(clientOrderId), account.instrument(symbol))
  }

  #freeCash(): Money {
    const { account, strategies } = this.#parts
    const symbol = strategies[0]!.instrument.symbol
    return (account.portfolio.freeCash() - account.openOrders(symbol).reservedCash) as Money
  }
}

function modeView({ mode, reason }: ModeDecision, since: number): ModeView {
  return { mode, since, reason: mode === 'NORMAL' ? null : reason }
}

export interface RunningSystemParts {
  readonly clock: Clock
  readonly coordinator: Coordinator
  readonly account: TradingAccount
  readonly strategies: readonly StrategyComponent[]
  readonly readModel: ReadModel
  readonly rates: RatesMeter
  readonly strategyName: string
  readonly exchangeName: string
  readonly intervalMs: number
  readonly version: string
}
