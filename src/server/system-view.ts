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
} from './protocol.ts'

/**
 * What the server may know of the running system; the app implements it.
 *
 * - Every call is synchronous, cheap and answers from memory, so that a snapshot of all of them
 *   is of one moment and the updates that follow continue it without a hole.
 * - A listener is called in the same turn as the change, after the reads above would show it, and
 *   must not throw; the server batches, so the app need not.
 * - Lists are oldest first.
 */
export interface SystemView {
  health(): HealthView
  mode(): ModeView
  rates(): RatesView
  components(): readonly ComponentView[]
  engine(): EngineView
  strategies(): readonly StrategyView[]
  symbols(): readonly SymbolView[]
  positions(): readonly PositionView[]
  balances(): readonly BalanceView[]
  events(query: ListQuery): readonly EventView[]
  orders(query: OrderQuery): readonly OrderView[]
  fills(query: FillQuery): readonly FillView[]
  /** `after` is a time. */
  equity(query: ListQuery): readonly EquityPoint[]
  /** `after` is an open time; the forming candle is the last. The symbol and interval exist. */
  candles(query: CandleQuery): readonly CandleView[]
  subscribe(listener: (update: Update) => void): () => void
}

/**
 * With `after`: the oldest `limit` items whose cursor is above it. With null: the newest `limit`.
 */
export interface ListQuery {
  readonly after: number | null
  readonly limit: number
}

export interface OrderQuery extends ListQuery {
  /** Null: open or not. */
  readonly open: boolean | null
  /** Null: of every symbol. */
  readonly symbol: string | null
}

export interface FillQuery extends ListQuery {
  readonly symbol: string | null
}

export interface CandleQuery extends ListQuery {
  readonly symbol: string
  readonly interval: string
}
