import { batch, computed, signal, type Signal } from '@preact/signals'
import type {
  BalanceView,
  ComponentView,
  EngineView,
  EquityPoint,
  EventView,
  FillView,
  HealthView,
  ModeView,
  OrderView,
  PositionView,
  RatesView,
  SnapshotMessage,
  StrategyView,
  SymbolView,
  Update,
} from '../../../src/server/protocol.ts'
import type { ConnectionState } from './connection-state.ts'
import { firstConnection } from './connection-state.ts'

/**
 * All the page shows but candles, as signals.
 *
 * Every change may be applied twice without harm: things are stored by their identity, and lists
 * are bounded by the newest. The server relies on it when a snapshot meets waiting updates.
 */
const FILLS_MAX = 300
const EVENTS_MAX = 50
const EQUITY_POINTS_MAX = 3000

export class Dashboard {
  readonly connection = signal<ConnectionState>(firstConnection)
  readonly health = signal<HealthView | null>(null)
  readonly mode = signal<ModeView | null>(null)
  readonly rates = signal<RatesView | null>(null)
  readonly strategies = signal<readonly StrategyView[]>([])
  readonly symbols = signal<readonly SymbolView[]>([])
  readonly components = signal<readonly ComponentView[]>([])
  readonly engine = signal<EngineView | null>(null)
  readonly positions = signal<readonly PositionView[]>([])
  readonly balances = signal<readonly BalanceView[]>([])
  /** Newest first. */
  readonly openOrders = signal<readonly OrderView[]>([])
  readonly fills = signal<readonly FillView[]>([])
  readonly events = signal<readonly EventView[]>([])
  /** Events but bars, which come every second and would bury the rest. */
  readonly decisions = signal<readonly EventView[]>([])
  /** Oldest first. */
  readonly equity = signal<readonly EquityPoint[]>([])
  /** What is shown may be old. */
  readonly stale = computed(() => this.connection.value.phase !== 'live')
  readonly instruments = computed(
    () => new Map(this.symbols.value.map((instrument) => [instrument.symbol, instrument])),
  )
  readonly strategy = computed(() => this.strategies.value[0] ?? null)
  readonly quote = computed(() => this.strategy.value?.quote ?? '')

  show(snapshot: SnapshotMessage): void {
    batch(() => {
      this.health.value = snapshot.health
      this.mode.value = snapshot.mode
      this.rates.value = snapshot.rates
      this.strategies.value = snapshot.strategies
      this.symbols.value = snapshot.symbols
      this.components.value = snapshot.components
      this.engine.value = snapshot.engine
      this.positions.value = snapshot.positions
      this.balances.value = snapshot.balances
      this.openOrders.value = snapshot.openOrders.toReversed()
      this.fills.value = snapshot.fills.toReversed()
      this.events.value = snapshot.events.toReversed().slice(0, EVENTS_MAX)
      this.decisions.value = snapshot.events.toReversed().filter(isDecision).slice(0, EVENTS_MAX)
      this.equity.value = snapshot.equity
    })
  }

  apply(updates: readonly Update[]): void {
    batch(() => {
      for (const update of updates) this.#apply(update)
    })
  }

  #apply(update: Update): void {
    switch (update.type) {
      case 'health':
        this.health.value = update.health
        return
      case 'mode':
        this.mode.value = update.mode
        return
      case 'rates':
        this.rates.value = update.rates
        return
      case 'strategy':
        replace(this.strategies, update.strategy, (each) => each.name)
        return
      case 'component':
        replace(this.components, update.component, (each) => each.name)
        return
      case 'engine':
        this.engine.value = update.engine
        return
      case 'position':
        replace(this.positions, update.position, (each) => each.symbol)
        return
      case 'balance':
        replace(this.balances, update.balance, (each) => each.asset)
        return
      case 'order':
        this.#applyOrder(update.order)
        return
      case 'fill':
        prepend(this.fills, update.fill, FILLS_MAX)
        return
      case 'event':
        prepend(this.events, update.event, EVENTS_MAX)
        if (isDecision(update.event)) prepend(this.decisions, update.event, EVENTS_MAX)
        return
      case 'equity':
        this.#applyEquity(update.point)
        return
      case 'candle':
        return
    }
  }

  #applyOrder(order: OrderView): void {
    if (!order.open) {
      this.openOrders.value = this.openOrders.value.filter((each) => each.number !== order.number)
      return
    }
    const known = this.openOrders.value.some((each) => each.number === order.number)
    if (known) replace(this.openOrders, order, (each) => each.number)
    else this.openOrders.value = [order, ...this.openOrders.value]
  }

  #applyEquity(point: EquityPoint): void {
    const points = this.equity.value
    const last = points.at(-1)
    if (last && last.time > point.time) return
    const before = last?.time === point.time ? points.slice(0, -1) : points
    this.equity.value = [...before.slice(1 - EQUITY_POINTS_MAX), point]
  }
}

function isDecision({ topic }: EventView): boolean {
  return topic !== 'bar.closed'
}

function replace<Item>(
  list: Signal<readonly Item[]>,
  item: Item,
  identity: (item: Item) => string | number,
): void {
  const at = list.value.findIndex((each) => identity(each) === identity(item))
  list.value = at === -1 ? [...list.value, item] : list.value.with(at, item)
}

function prepend<Item extends { readonly number: number }>(
  list: Signal<readonly Item[]>,
  item: Item,
  max: number,
): void {
  if (list.value.some((each) => each.number === item.number)) return
  list.value = [item, ...list.value].slice(0, max)
}
