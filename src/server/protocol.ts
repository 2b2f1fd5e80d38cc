/**
 * Everything that crosses the wire, both ways: REST bodies and WebSocket messages.
 *
 * - Prices, quantities and money are decimal strings, exact, with `.` and no exponent.
 * - Times are UTC milliseconds since 1970. Durations end in their unit.
 * - `number` rises by creation within its list and is the cursor of that list.
 * - No imports: the page depends on the types of this file and on nothing else here.
 */
export type Decimal = string
export type EpochMs = number

export const PROTOCOL_VERSION = 1

export type ModeName =
  | 'NORMAL'
  | 'PRE_SAFE'
  | 'SAFE'
  | 'RECOVERY'
  | 'ULTRA'
  | 'LATENCY'
  | 'EMERGENCY'

export interface ModeView {
  readonly mode: ModeName
  readonly since: EpochMs
  /** One sentence; null where nothing is out of the ordinary. */
  readonly reason: string | null
}

export interface HealthView {
  readonly status: 'ok' | 'degraded' | 'failing'
  /** 0 to 100. */
  readonly score: number
  /** True once the journal is recovered and market data flows. */
  readonly ready: boolean
  /** One sentence each; empty when `ok`. */
  readonly reasons: readonly string[]
  readonly version: string
  readonly startedAt: EpochMs
  readonly uptimeMs: number
}

/** Measured over the last second or so. */
export interface RatesView {
  readonly time: EpochMs
  readonly eventsPerSecond: number
  readonly eventsTotal: number
  /** Events dropped from the bottom rings. */
  readonly eventsShed: number
  readonly queueDepth: number
  /** From publishing an event until its last component has handled it. */
  readonly latencyMsP50: number
  readonly latencyMsP99: number
  readonly loopLagMs: number
  readonly memoryBytes: number
  readonly journalNumber: number
  readonly journalAcknowledged: number
}

/**
 * `restoring`: suspended while its state is brought back. `failed`: it does nothing any more; what
 * it was is kept in `lastError`.
 */
export interface ComponentView {
  readonly name: string
  readonly essential: boolean
  readonly state: 'starting' | 'running' | 'restoring' | 'failed' | 'stopped'
  /** Those of one group are restored together. */
  readonly group: string
  /** How often its state was brought back since the start. */
  readonly restarts: number
  /** Where the state came from the last time, as "checkpoint and journal"; null before. */
  readonly restoredFrom: string | null
  readonly subscriptions: readonly string[]
  readonly eventsHandled: number
  readonly errors: number
  readonly lastError: string | null
}

/** What waits, what was turned away, and what stands between a caller and its target. */
export interface EngineView {
  /** The most important first. */
  readonly queues: readonly QueueView[]
  /** How many may wait in one level. */
  readonly queueBound: number
  /** Of the oldest event that waits, in any level; 0 where none does. */
  readonly oldestWaitMs: number
  readonly breakers: readonly BreakerView[]
  /** What the present mode does; the latest changes of mode, oldest first. */
  readonly effects: ModeEffectsView
  readonly modeChanges: readonly ModeChangeView[]
}

export interface QueueView {
  readonly level: 'CRITICAL' | 'HIGH' | 'NORMAL' | 'LOW' | 'BACKGROUND'
  readonly depth: number
  readonly handled: number
  /** Given way to more important ones, or throttled by the mode. */
  readonly shed: number
  readonly refused: number
}

export interface BreakerView {
  readonly name: string
  readonly essential: boolean
  readonly state: 'CLOSED' | 'RESILIENT' | 'ULTRA_RESILIENT' | 'OPEN' | 'HALF_OPEN' | 'ETERNAL'
  readonly calls: number
  readonly failures: number
  /** Expected of the next call; null before the first. */
  readonly latencyMs: number | null
}

export interface ModeEffectsView {
  /** The share of LOW and BACKGROUND events that is let through, 0 to 1. */
  readonly throttleFactor: number
  /** Which calls may have a second attempt while the first is out, such as `declared`. */
  readonly hedging: string
  readonly batchMax: number
  /** What trading may do, such as `no new risk`. */
  readonly trading: string
}

export interface ModeChangeView {
  readonly time: EpochMs
  readonly from: ModeName
  readonly to: ModeName
  readonly reason: string | null
}

export interface StrategyView {
  readonly name: string
  readonly run: 'paper' | 'live' | 'backtest'
  readonly exchange: string
  readonly symbols: readonly string[]
  /** Such as `1m`. */
  readonly interval: string
  readonly parameters: Readonly<Record<string, string | number | boolean>>
  /** False while indicators still lack bars. */
  readonly warm: boolean
  /** Of cash, equity and profits. */
  readonly quote: string
}

export interface SymbolView {
  /** `BTC/USDT`. */
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly kind: 'spot' | 'perpetual'
  readonly priceDecimals: number
  readonly quantityDecimals: number
  /** Candle intervals that are kept, the strategy's first. */
  readonly intervals: readonly string[]
}

/** An event that changed state, as the journal has it. */
export interface EventView {
  readonly number: number
  readonly topic: string
  readonly priority: 0 | 1 | 2 | 3 | 4
  readonly time: EpochMs
  readonly key: string
  readonly payload: unknown
}

/** `pending`: on its way, no answer yet. `unknown`: the reply was lost, the exchange is asked. */
export type OrderStateName =
  | 'pending'
  | 'unknown'
  | 'working'
  | 'filled'
  | 'canceled'
  | 'expired'
  | 'refused'

export interface OrderView {
  readonly number: number
  readonly clientOrderId: string
  readonly exchangeOrderId: string | null
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly type: 'market' | 'limit' | 'stop' | 'stop-limit'
  readonly timeInForce: 'gtc' | 'ioc' | 'fok'
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  readonly quantity: Decimal
  readonly filledQuantity: Decimal
  readonly limitPrice: Decimal | null
  readonly stopPrice: Decimal | null
  readonly averagePrice: Decimal | null
  readonly state: OrderStateName
  /** True in `pending`, `unknown` and `working`. */
  readonly open: boolean
  /** Why it was refused, canceled or is unknown. */
  readonly reason: string | null
  readonly createdAt: EpochMs
  readonly updatedAt: EpochMs
}

export interface FillView {
  readonly number: number
  readonly tradeId: number
  readonly clientOrderId: string
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly price: Decimal
  readonly quantity: Decimal
  /** Of the quote asset; negative is a rebate. */
  readonly fee: Decimal
  readonly liquidity: 'maker' | 'taker'
  /** What this fill closed, before its fee; null where it only opened. */
  readonly realisedProfit: Decimal | null
  readonly time: EpochMs
}

export interface PositionView {
  readonly symbol: string
  /** Signed: below zero is short, "0" is flat. */
  readonly quantity: Decimal
  readonly entryPrice: Decimal | null
  readonly markPrice: Decimal | null
  readonly unrealisedProfit: Decimal
  readonly realisedProfit: Decimal
  readonly fees: Decimal
}

export interface BalanceView {
  readonly asset: string
  readonly total: Decimal
  readonly free: Decimal
}

export interface EquityPoint {
  readonly time: EpochMs
  readonly equity: Decimal
  readonly cash: Decimal
  /** Below the highest equity so far, as a fraction: "0.0125" is 1.25 %. */
  readonly drawdown: Decimal
}

export interface CandleView {
  readonly openTime: EpochMs
  readonly open: Decimal
  readonly high: Decimal
  readonly low: Decimal
  readonly close: Decimal
  readonly volume: Decimal
}

/** A page of a list, oldest first. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Give it as `after` for the page that follows; null at the end. */
  readonly next: number | null
}

/** RFC 9457; `code` is ours and stays, `detail` is one sentence for people. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ProblemCode
  /** The query parameter at fault, where it is one. */
  readonly field?: string
}

export type ProblemCode =
  | 'bad-input'
  | 'not-found'
  | 'method-not-allowed'
  | 'host-refused'
  | 'origin-refused'
  | 'too-large'
  | 'too-many-clients'
  | 'upgrade-required'
  | 'not-ready'
  | 'internal'

/** One change. What the kinds mean under pressure is in `conflation.ts`. */
export type Update =
  | {
      readonly type: 'candle'
      readonly symbol: string
      readonly interval: string
      readonly candle: CandleView
      /** False while the bucket is still filling. */
      readonly closed: boolean
    }
  | { readonly type: 'order'; readonly order: OrderView }
  | { readonly type: 'fill'; readonly fill: FillView }
  | { readonly type: 'position'; readonly position: PositionView }
  | { readonly type: 'balance'; readonly balance: BalanceView }
  | { readonly type: 'equity'; readonly point: EquityPoint }
  | { readonly type: 'event'; readonly event: EventView }
  | { readonly type: 'mode'; readonly mode: ModeView }
  | { readonly type: 'health'; readonly health: HealthView }
  | { readonly type: 'rates'; readonly rates: RatesView }
  | { readonly type: 'strategy'; readonly strategy: StrategyView }
  | { readonly type: 'component'; readonly component: ComponentView }
  | { readonly type: 'engine'; readonly engine: EngineView }

/**
 * Server to page. First `hello`; then, unless `resumed`, one `snapshot`; then `delta`s.
 * A delta covers the numbers `from` to `number` inclusive (more than one when it was merged for
 * a slow or returning client), and `from` is always the last number seen + 1.
 */
export type ServerMessage = HelloMessage | SnapshotMessage | DeltaMessage

export interface HelloMessage {
  readonly type: 'hello'
  readonly protocol: typeof PROTOCOL_VERSION
  /** Another one after every start of the server: numbers of an old session mean nothing. */
  readonly session: string
  readonly version: string
  readonly time: EpochMs
  readonly resumed: boolean
  /** A client that heard nothing for three of these should connect again. */
  readonly heartbeatMs: number
}

/** Everything but candles, which are asked for by symbol and interval over REST. */
export interface SnapshotMessage {
  readonly type: 'snapshot'
  readonly number: number
  readonly health: HealthView
  readonly mode: ModeView
  readonly rates: RatesView
  readonly strategies: readonly StrategyView[]
  readonly symbols: readonly SymbolView[]
  readonly components: readonly ComponentView[]
  readonly engine: EngineView
  readonly openOrders: readonly OrderView[]
  readonly fills: readonly FillView[]
  readonly positions: readonly PositionView[]
  readonly balances: readonly BalanceView[]
  readonly equity: readonly EquityPoint[]
  readonly events: readonly EventView[]
}

export interface DeltaMessage {
  readonly type: 'delta'
  readonly from: number
  readonly number: number
  /** Time of sending: lets a quiet page still see that the server lives. */
  readonly time: EpochMs
  /** May be empty: a heartbeat. */
  readonly updates: readonly Update[]
}

/** The client sends no messages; it asks in the address: `?session=<id>&after=<number>`. */
export const CloseCode = {
  /** The server stops; come back later. */
  GOING_AWAY: 1001,
  /** A message from the client, or one too large. */
  POLICY: 1008,
  /** Even orders and fills alone outgrew the buffer. Come back with a fresh snapshot. */
  TOO_SLOW: 4008,
} as const
