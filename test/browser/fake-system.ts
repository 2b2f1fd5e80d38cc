import type {
  BalanceView,
  CandleView,
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
  StrategyView,
  SymbolView,
  Update,
} from '../../src/server/index.ts'
import type {
  CandleQuery,
  FillQuery,
  ListQuery,
  OrderQuery,
  SystemView,
} from '../../src/server/index.ts'

/**
 * A running system that is nothing but its figures: what is `apply`ed is stored as the real one
 * would show it, then told to the listeners.
 */
export const START = Date.UTC(2025, 0, 1)

export class FakeSystem implements SystemView {
  healthNow: HealthView = {
    status: 'ok',
    score: 100,
    ready: true,
    reasons: [],
    version: '0.1.0',
    startedAt: START,
    uptimeMs: 0,
  }
  modeNow: ModeView = { mode: 'NORMAL', since: START, reason: null }
  ratesNow: RatesView = {
    time: START,
    eventsPerSecond: 1200,
    eventsTotal: 4000,
    eventsShed: 0,
    queueDepth: 2,
    latencyMsP50: 0.01,
    latencyMsP99: 0.4,
    loopLagMs: 0.2,
    memoryBytes: 90_000_000,
    journalNumber: 812,
    journalAcknowledged: 812,
  }
  engineNow: EngineView = {
    queues: [
      { level: 'CRITICAL', depth: 0, ...counts(812) },
      { level: 'BACKGROUND', depth: 3, ...counts(40, 7) },
    ],
    queueBound: 65_536,
    oldestWaitMs: 12,
    breakers: [
      {
        name: 'exchange questions',
        essential: true,
        state: 'CLOSED',
        calls: 120,
        failures: 1,
        latencyMs: 3.4,
      },
    ],
    effects: { throttleFactor: 1, hedging: 'declared', batchMax: 100, trading: 'open' },
    modeChanges: [],
  }
  readonly componentsNow = new Map<string, ComponentView>()
  readonly strategiesNow = new Map<string, StrategyView>()
  readonly positionsNow = new Map<string, PositionView>()
  readonly balancesNow = new Map<string, BalanceView>()
  readonly ordersNow = new Map<number, OrderView>()
  readonly candlesNow = new Map<string, Map<number, CandleView>>()
  readonly fillsNow: FillView[] = []
  readonly eventsNow: EventView[] = []
  readonly equityNow: EquityPoint[] = []
  readonly listeners = new Set<(update: Update) => void>()
  symbolsNow: readonly SymbolView[] = ['BTC/USDT', 'ETH/USDT'].map((symbol) => ({
    symbol,
    base: symbol.slice(0, 3),
    quote: 'USDT',
    kind: 'spot',
    priceDecimals: 2,
    quantityDecimals: 5,
    intervals: ['1m', '5m'],
  }))

  health = () => this.healthNow
  mode = () => this.modeNow
  rates = () => this.ratesNow
  components = () => [...this.componentsNow.values()]
  engine = () => this.engineNow
  strategies = () => [...this.strategiesNow.values()]
  symbols = () => this.symbolsNow
  positions = () => [...this.positionsNow.values()]
  balances = () => [...this.balancesNow.values()]
  events = (query: ListQuery) => select(this.eventsNow, query, (event) => event.number)
  equity = (query: ListQuery) => select(this.equityNow, query, (point) => point.time)

  orders(query: OrderQuery): OrderView[] {
    const wanted = [...this.ordersNow.values()].filter(
      ({ open, symbol }) =>
        (query.open === null || open === query.open) &&
        (query.symbol === null || symbol === query.symbol),
    )
    return select(wanted, query, (order) => order.number)
  }

  fills(query: FillQuery): FillView[] {
    const wanted = this.fillsNow.filter(
      ({ symbol }) => query.symbol === null || symbol === query.symbol,
    )
    return select(wanted, query, (fill) => fill.number)
  }

  candles(query: CandleQuery): CandleView[] {
    const candles = this.candlesNow.get(`${query.symbol} ${query.interval}`)
    return select([...(candles?.values() ?? [])], query, (candle) => candle.openTime)
  }

  subscribe(listener: (update: Update) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  apply(update: Update): void {
    this.#store(update)
    for (const listener of this.listeners) listener(update)
  }

  #store(update: Update): void {
    switch (update.type) {
      case 'candle': {
        const key = `${update.symbol} ${update.interval}`
        const candles = this.candlesNow.get(key) ?? new Map<number, CandleView>()
        this.candlesNow.set(key, candles.set(update.candle.openTime, update.candle))
        return
      }
      case 'order':
        this.ordersNow.set(update.order.number, update.order)
        return
      case 'fill':
        this.fillsNow.push(update.fill)
        return
      case 'event':
        this.eventsNow.push(update.event)
        return
      case 'equity':
        this.equityNow.push(update.point)
        return
      case 'position':
        this.positionsNow.set(update.position.symbol, update.position)
        return
      case 'balance':
        this.balancesNow.set(update.balance.asset, update.balance)
        return
      case 'component':
        this.componentsNow.set(update.component.name, update.component)
        return
      case 'engine':
        this.engineNow = update.engine
        return
      case 'strategy':
        this.strategiesNow.set(update.strategy.name, update.strategy)
        return
      case 'mode':
        this.modeNow = update.mode
        return
      case 'health':
        this.healthNow = update.health
        return
      case 'rates':
        this.ratesNow = update.rates
    }
  }
}

function select<Item>(
  items: readonly Item[],
  { after, limit }: ListQuery,
  cursorOf: (item: Item) => number,
): Item[] {
  if (after === null) return items.slice(-limit)
  return items.filter((item) => cursorOf(item) > after).slice(0, limit)
}

function counts(handled: number, shed = 0) {
  return { handled, shed, refused: 0 }
}
