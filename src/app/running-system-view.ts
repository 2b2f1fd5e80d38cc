import type { ComponentStatus, Coordinator } from '../engine/index.ts'
import { formatInterval } from '../exchange/index.ts'
import type { Clock } from '../runtime/index.ts'
import type {
  BalanceView,
  CandleQuery,
  CandleView,
  ComponentView,
  EngineView,
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
import { engineView, type WatchedPolicy } from './engine-view.ts'
import type { ModeHistory } from './mode-history.ts'
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

  constructor(parts: RunningSystemParts) {
    this.#parts = parts
    this.#startedAt = parts.clock.now()
    // Cash and coins are seen to change with the fill that changed them, not a second later.
    parts.readModel.subscribe((update) => {
      if (update.type === 'fill') this.#sayBalances()
    })
  }

  /** Says anew what has no event of its own: health, engine, balances, strategies, components. */
  refresh(): void {
    const { readModel } = this.#parts
    readModel.announce({ type: 'health', health: this.health() })
    readModel.announce({ type: 'engine', engine: this.engine() })
    this.#sayBalances()
    for (const strategy of this.strategies()) readModel.announce({ type: 'strategy', strategy })
    for (const component of this.components()) readModel.announce({ type: 'component', component })
  }

  health(): HealthView {
    const { coordinator, account, strategies } = this.#parts
    const { components, mode } = coordinator.status()
    const { score: measured, losses } = coordinator.health.health
    const failing = components.filter(
      ({ state, name }) => state !== 'running' && !strategies.some((each) => each.name === name),
    )
    const unknown = account.orders.unresolved().filter(({ status }) => status === 'unknown')
    const reasons = [
      ...(mode.mode === 'NORMAL' ? [] : [mode.reason]),
      ...losses.filter(({ points }) => points >= 1).map(({ reason }) => reason),
      ...failing.map(({ name, state, lastError }) => `${name} is ${state}: ${lastError}`),
      ...strategies.flatMap(({ name, failure }) =>
        failure === null ? [] : [`${name} was stopped: ${failure}`],
      ),
      ...(unknown.length === 0 ? [] : [`${unknown.length} orders wait for the exchange's word`]),
      ...(account.unexpectedReports === 0
        ? []
        : [`${account.unexpectedReports} reports fit no order of ours`]),
      ...this.#parts.concerns(),
    ]
    const counted = Math.min(measured, Math.max(10, 100 - 20 * reasons.length))
    const score = mode.mode === 'EMERGENCY' ? 0 : Math.round(counted)
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
    return this.#parts.modes.current
  }

  rates(): RatesView {
    return this.#parts.rates.current
  }

  components(): readonly ComponentView[] {
    return this.#parts.coordinator.status().components.map(componentView)
  }

  engine(): EngineView {
    const { coordinator, modes, policies } = this.#parts
    return engineView(coordinator, modes, policies)
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

function componentView(component: ComponentStatus): ComponentView {
  const { name, essential, group, state, subscriptions, restarts, lastRestore } = component
  return {
    name,
    essential,
    state: shownStates[state],
    group,
    restarts,
    restoredFrom: lastRestore && sourceTexts[lastRestore.source],
    subscriptions,
    eventsHandled: component.handled,
    errors: component.failed,
    lastError: component.lastError,
  }
}

const shownStates = {
  running: 'running',
  suspended: 'restoring',
  restoring: 'restoring',
  'given-up': 'failed',
} as const

const sourceTexts = {
  own: 'its own state',
  replica: 'a standby or buddy',
  checkpoint: 'checkpoint and journal',
  journal: 'the journal alone',
} as const

export interface RunningSystemParts {
  readonly clock: Clock
  readonly coordinator: Coordinator
  readonly account: TradingAccount
  readonly strategies: readonly StrategyComponent[]
  readonly readModel: ReadModel
  readonly rates: RatesMeter
  readonly modes: ModeHistory
  readonly policies: readonly WatchedPolicy[]
  /** Sentences of those who watch from outside the engine, such as the balance check. */
  readonly concerns: () => readonly string[]
  readonly strategyName: string
  readonly exchangeName: string
  readonly intervalMs: number
  readonly version: string
}
