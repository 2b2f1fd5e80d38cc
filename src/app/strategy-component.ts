import { fileURLToPath } from 'node:url'
import type { Component, ComponentContext, Event } from '../engine/index.ts'
import type { Log, Refusal } from '../runtime/index.ts'
import {
  ClientOrderIds,
  type Instrument,
  type Money,
  type OrderIntent,
  type OrderReport,
  type OrderRequest,
  type ParameterValues,
  type Quantity,
  sizeOrder,
  type Strategy,
  StrategyRun,
  type StrategyRunState,
  type TradeIntent,
} from '../trading/index.ts'
import { AccountView } from './account-view.ts'
import type { TradingAccount } from './trading-account.ts'
import { TRADING_GROUP } from './trading-group.ts'
import {
  type BarClosed,
  candleOf,
  orderCancelRequested,
  orderRequested,
  type RunStarted,
  Topic,
} from './trading-events.ts'

/**
 * One strategy on one instrument, as a component: closed bars and its own fills in, orders out.
 *
 * - It sleeps until a `run.started` of its own fingerprint, and begins with nothing at each new
 *   run: bars of a time when other code or other parameters ran are not its bars.
 * - Decisions are counted, and the count is in the client order id: the same decision after a
 *   crash is the same order.
 * - A strategy that throws is stopped for good, its orders stay as they are, and the page says
 *   so: nobody knows what its state means any more.
 */
export class StrategyComponent implements Component {
  readonly name: string
  readonly group = TRADING_GROUP
  /** With the next run. */
  readonly beginsAnew = true
  readonly subscriptions = [Topic.RUN_STARTED, Topic.BAR_CLOSED, Topic.ORDER_REPORTED]
  readonly #options: StrategyComponentOptions
  #run: StrategyRun
  readonly #view: AccountView
  #runId: string | null = null
  /** Of this strategy's orders in the run; null while there is none. */
  #orderIds: ClientOrderIds | null = null
  #decisions = 0
  /** Wishes that became no order, by why: JSON. */
  #notMade: Record<string, number> = {}
  #failure: string | null = null

  constructor(options: StrategyComponentOptions) {
    const { strategy, instrument } = options
    this.name = `strategy ${strategy.name} ${instrument.symbol}`
    this.#options = options
    this.#run = this.#newRun()
    this.#view = new AccountView(options.account, instrument)
  }

  get parameters(): ParameterValues {
    return this.#run.parameters
  }

  get instrument(): Instrument {
    return this.#options.instrument
  }

  get barCount(): number {
    return this.#run.barCount
  }

  /** Why it was stopped, or null. */
  get failure(): string | null {
    return this.#failure
  }

  /** How many of its wishes in this run became no order, by the code of why. */
  get notMade(): Readonly<Record<string, number>> {
    return { ...this.#notMade }
  }

  onEvent(event: Event, context: ComponentContext): void {
    if (event.topic === Topic.BAR_CLOSED) this.#onBar(event as Event<BarClosed>, context)
    else if (event.topic === Topic.ORDER_REPORTED) {
      this.#onReport(event as Event<OrderReport>, context)
    } else this.#onRunStarted(event as Event<RunStarted>)
  }

  snapshot(): StrategyComponentState {
    const { fingerprint } = this.#options
    return {
      fingerprint,
      runId: this.#runId,
      decisions: this.#decisions,
      notMade: this.notMade,
      failure: this.#failure,
      run: this.#run.barCount === 0 ? null : this.#run.snapshot(),
    }
  }

  restore(state: unknown): void {
    const saved = state as StrategyComponentState
    this.#begin(null)
    // Of other code or parameters: this one begins with the next run.
    if (saved.fingerprint !== this.#options.fingerprint) return
    this.#setRunId(saved.runId)
    this.#decisions = saved.decisions
    this.#notMade = { ...saved.notMade }
    this.#failure = saved.failure
    if (saved.run) this.#run.restore(saved.run)
  }

  #onRunStarted({ payload }: Event<RunStarted>): void {
    const { runId, fingerprint } = payload
    // The same run again only brings new terms.
    if (runId === this.#runId) return
    this.#begin(fingerprint === this.#options.fingerprint ? runId : null)
  }

  #begin(runId: string | null): void {
    this.#setRunId(runId)
    this.#run = this.#newRun()
    this.#decisions = 0
    this.#notMade = {}
    this.#failure = null
  }

  #setRunId(run: string | null): void {
    const strategy = `${this.#options.strategy.name}/${this.instrument.symbol}`
    this.#runId = run
    this.#orderIds = run === null ? null : new ClientOrderIds({ run, strategy })
  }

  #newRun(): StrategyRun {
    const { strategy, parameters, instrument, log } = this.#options
    return new StrategyRun({ strategy, parameters, instrument, log })
  }

  #onBar({ payload, time }: Event<BarClosed>, context: ComponentContext): void {
    if (payload.symbol !== this.instrument.symbol || !this.#awake) return
    const candle = candleOf(payload.bar)
    this.#turn(() => this.#run.onBar(candle, this.#view), time, context)
  }

  #onReport({ payload, time }: Event<OrderReport>, context: ComponentContext): void {
    if (payload.type !== 'filled' || payload.symbol !== this.instrument.symbol) return
    if (!this.#awake || !this.#orderIds!.includes(payload.clientOrderId)) return
    // A fill told again, as when an order was asked about, is not another fill.
    if (this.#options.account.lastBooking?.report !== payload) return
    this.#turn(() => this.#run.onFill(payload, this.#view), time, context)
  }

  get #awake(): boolean {
    return this.#runId !== null && this.#failure === null
  }

  #turn(decide: () => readonly OrderIntent[], time: number, context: ComponentContext): void {
    try {
      const intents = decide()
      if (intents.length > 0) this.#carryOut(intents, time, context)
    } catch (error) {
      // No failure of the component, which knows what to do now: nothing, in every replay too.
      this.#failure = `${told(error)}, on the bar of ${new Date(time).toISOString()}`
      this.#options.log.error({ err: error, strategy: this.name }, 'strategy stopped')
    }
  }

  #carryOut(intents: readonly OrderIntent[], time: number, context: ComponentContext): void {
    const turn: Turn = { time, context, closing: false, leaving: new Set() }
    for (const intent of intents) {
      if (intent.action === 'cancel-all') this.#cancelAll(turn)
      else if (intent.action === 'close') this.#close(turn)
      else this.#trade(intent, turn)
    }
  }

  #cancelAll(turn: Turn): void {
    for (const { request, cancelRequested } of this.#options.account.orders.working()) {
      if (cancelRequested || !this.#orderIds!.includes(request.clientOrderId)) continue
      const { clientOrderId, symbol } = request
      this.#decisions += 1
      turn.leaving.add(clientOrderId)
      const of = { clientOrderId, symbol }
      turn.context.publish(orderCancelRequested(turn.time, String(this.#decisions), of))
    }
  }

  #close(turn: Turn): void {
    const position = this.#options.account.portfolio.position(this.instrument.symbol).quantity
    if (position === 0 || turn.closing) return
    turn.closing = true
    this.#request(
      {
        clientOrderId: this.#nextOrderId(),
        symbol: this.instrument.symbol,
        side: position > 0 ? 'sell' : 'buy',
        type: 'market',
        quantity: Math.abs(position) as Quantity,
        limitPrice: null,
        stopPrice: null,
        timeInForce: 'gtc',
        postOnly: false,
        reduceOnly: true,
      },
      turn,
    )
  }

  #trade(intent: TradeIntent, turn: Turn): void {
    const sized = this.#size(intent, turn)
    if (!sized.ok) return this.#refused(sized, turn)
    const { action, type, limitPrice, stopPrice, timeInForce, postOnly, reduceOnly } = intent
    const { quantity } = sized
    this.#request(
      {
        clientOrderId: this.#nextOrderId(),
        symbol: this.instrument.symbol,
        side: action,
        type,
        quantity,
        limitPrice,
        stopPrice,
        timeInForce,
        postOnly,
        reduceOnly,
      },
      turn,
    )
  }

  #size(intent: TradeIntent, turn: Turn) {
    const { account, instrument } = this.#options
    const { symbol } = instrument
    const { portfolio, feeRate, slippage } = account
    const open = account.openOrders(symbol, turn.leaving)
    const held = turn.closing ? 0 : portfolio.position(symbol).quantity
    const reducible =
      held > 0
        ? Math.max(0, held - open.stayingSellQuantity)
        : Math.min(0, held + open.stayingBuyQuantity)
    return sizeOrder(intent.size, {
      side: intent.action,
      instrument,
      limitPrice: intent.limitPrice ?? intent.stopPrice,
      referencePrice: account.price(symbol),
      position: reducible as Quantity,
      freeCash: (portfolio.freeCash() - open.reservedCash) as Money,
      equity: portfolio.equity(),
      feeRate,
      slippage,
    })
  }

  #request(request: OrderRequest, turn: Turn): void {
    const { account, blocked, now } = this.#options
    turn.context.publish(
      orderRequested(now(), {
        request,
        decidedAt: turn.time,
        referencePrice: account.price(request.symbol),
        blocked: turn.context.live ? blocked() : null,
      }),
    )
  }

  #nextOrderId(): string {
    const id = this.#orderIds!.of(this.#decisions)
    this.#decisions += 1
    return id
  }

  #refused({ refused, reason }: Refusal, turn: Turn): void {
    this.#notMade[refused] = (this.#notMade[refused] ?? 0) + 1
    if (turn.context.live) this.#options.log.debug({ strategy: this.name, reason }, 'no order made')
  }
}

/** The message, and where in the user's own files it came from. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const frames = [...(error.stack ?? '').matchAll(STACK_FRAME)].map(([, file]) => file!)
  const own = frames.find((file) => !file.startsWith(GENESIS_FOLDER) && !file.startsWith('node:'))
  return own === undefined ? error.message : `${error.message} (${own.replace(/^.*[\\/]/, '')})`
}

/** The file and line of "at onBar (/home/me/own.ts:7:13)". */
const STACK_FRAME = /^ +at (?:.*\()?(?:file:\/\/)?(.+:\d+):\d+\)?$/gm
const GENESIS_FOLDER = fileURLToPath(new URL('../', import.meta.url))

interface Turn {
  readonly time: number
  readonly context: ComponentContext
  /** The position was ordered closed in this turn: what follows sees it flat. */
  closing: boolean
  /** Orders cancelled in this turn: what follows may take their place. */
  readonly leaving: Set<string>
}

export interface StrategyComponentOptions {
  readonly strategy: Strategy
  /** Values or their text, by name. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly instrument: Instrument
  /** Equal for equal code, parameters, symbols and interval. */
  readonly fingerprint: string
  readonly account: TradingAccount
  readonly now: () => number
  /** Why the system takes no new risk now, or null. */
  readonly blocked: () => string | null
  readonly log: Log
}

interface StrategyComponentState {
  readonly fingerprint: string
  readonly runId: string | null
  readonly decisions: number
  readonly notMade: Readonly<Record<string, number>>
  readonly failure: string | null
  readonly run: StrategyRunState | null
}
