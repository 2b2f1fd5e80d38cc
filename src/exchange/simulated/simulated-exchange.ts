import { assert, type Random } from '../../runtime/index.ts'
import type { Approved, Instrument, OrderReport, OrderRequest } from '../../trading/index.ts'
import type {
  AssetBalance,
  Exchange,
  ExchangeAnswer,
  ExchangeListener,
  OrderQuery,
} from '../exchange.ts'
import { type ExchangeLedger, fillReport } from './exchange-ledger.ts'
import type { ExchangeTime } from './exchange-time.ts'
import { type Latency, LatencyLine } from './latency-line.ts'
import { LedgerCodec } from './ledger-codec.ts'
import type { ExchangeLedgerView, LedgerEntry, LedgerOrder } from './ledger-entry.ts'
import { endings, type Matcher, type MatcherFill, type MatcherListener } from './matcher.ts'
import { admission, understood } from './order-admission.ts'

/**
 * An exchange in this process: admits orders, lets a matcher per symbol trade them, keeps the
 * ledger, and reports.
 *
 * What holds:
 * - `submit` and `cancel` only put a command on the line to the exchange, and no report is given
 *   to the listener from inside them: reports come while the exchange is run, by `deliver()` or by
 *   the clock, each once, in the order in which things happened.
 * - A client order id is taken once; using it again is refused and changes nothing, as long as it
 *   is known (see `exchange-ledger.ts`).
 * - Every change is an entry applied to the ledger. With a store, nothing is reported or answered
 *   before the entry behind it is safe.
 * - A query travels behind the orders sent before it: "not found" means it will not arrive.
 */
export class SimulatedExchange implements Exchange {
  readonly name: string
  readonly instruments: readonly Instrument[]
  readonly #bySymbol: ReadonlyMap<string, Instrument>
  readonly #matchers: ReadonlyMap<string, Matcher>
  readonly #ledger: ExchangeLedger
  readonly #codec: LedgerCodec
  readonly #time: ExchangeTime
  readonly #store: EntryStore | null
  readonly #commands: LatencyLine<Command>
  readonly #replies: LatencyLine<Reply>
  readonly #isInstant: boolean
  /** Symbols whose position closed and whose reduce-only orders may be left over. */
  readonly #closed = new Set<string>()
  #listener: ExchangeListener | null = null
  #running = false

  constructor(parts: SimulatedExchangeParts) {
    this.name = parts.name
    this.instruments = parts.instruments
    this.#bySymbol = new Map(parts.instruments.map((instrument) => [instrument.symbol, instrument]))
    this.#ledger = parts.ledger
    this.#matchers = new Map(
      parts.instruments.map((instrument) => {
        const matcher = parts.matcherFor(instrument, this.#matcherListener(instrument))
        return [instrument.symbol, matcher]
      }),
    )
    this.#codec = new LedgerCodec(parts.instruments)
    this.#time = parts.time
    this.#store = parts.store ?? null
    const { latency, random } = parts
    this.#commands = new LatencyLine(latency?.entry ?? null, random.fork('entry latency'))
    this.#replies = new LatencyLine(latency?.report ?? null, random.fork('report latency'))
    this.#isInstant = latency === null && parts.store === undefined
  }

  /** A driven exchange gives `listener` reports only; market data is the driver's. */
  start(listener: ExchangeListener): Promise<void> {
    this.#listener = listener
    this.#wake()
    return Promise.resolve()
  }

  /** What was on its way, either way, is lost, as when a connection is cut. */
  stop(): Promise<void> {
    this.#listener = null
    for (let command = this.#commands.shift(); command; command = this.#commands.shift()) {
      if (command.type === 'ask') command.lost('the exchange was stopped')
    }
    for (let reply = this.#replies.shift(); reply; reply = this.#replies.shift()) {
      if (typeof reply === 'function') reply()
    }
    return Promise.resolve()
  }

  submit(order: Approved<OrderRequest>): void {
    this.#send({ type: 'submit', order })
  }

  cancel(clientOrderId: string, symbol: string): void {
    this.#send({ type: 'cancel', clientOrderId, symbol })
  }

  async queryOrder(clientOrderId: string, symbol: string): Promise<OrderQuery> {
    const answer = await this.#ask((): OrderQuery => {
      const order = this.#ledger.order(clientOrderId)
      if (order?.request.symbol !== symbol) return { outcome: 'not-found' }
      return { outcome: 'found', reports: [...order.reports] }
    })
    return answer.ok ? answer.value : { outcome: 'unknown', reason: answer.reason }
  }

  openOrders(): Promise<ExchangeAnswer<readonly OrderRequest[]>> {
    return this.#ask(() => Array.from(this.#ledger.working, ({ request }) => request))
  }

  balances(): Promise<ExchangeAnswer<Readonly<Record<string, AssetBalance>>>> {
    return this.#ask(() => this.#ledger.account.balances())
  }

  /** For oracles in tests: what the exchange itself believes. */
  ledger(): ExchangeLedgerView {
    return this.#ledger.view(this.#codec)
  }

  /** Whether anything is on its way, either way. */
  get waiting(): boolean {
    return this.#commands.length + this.#replies.length !== 0
  }

  /** When the next thing on its way arrives; `Infinity` when there is none. */
  get nextDue(): number {
    return Math.min(this.#commands.nextDue, this.#replies.nextDue)
  }

  /**
   * Handles what arrives and reports what is due, in order, up to `until`. Whatever the listener
   * sends meanwhile joins the lines; called from inside the listener it does nothing.
   */
  deliver(until = Infinity, arriveAt: (due: number) => void = () => {}): void {
    if (this.#running) return
    this.#running = true
    try {
      for (;;) {
        const due = this.nextDue
        if (due > until || due === Infinity) return
        arriveAt(due)
        if (this.#commands.nextDue === due) this.#handle(this.#commands.shift()!)
        else this.#give(this.#replies.shift()!)
      }
    } finally {
      this.#running = false
      this.#wake()
    }
  }

  /** Call when matching is over: ends reduce-only orders whose position is gone. */
  settle(): void {
    if (this.#closed.size === 0) return
    for (const order of [...this.#ledger.working]) {
      const { symbol, reduceOnly } = order.request
      if (!reduceOnly || !this.#closed.has(symbol)) continue
      if (this.#ledger.account.position(symbol) !== 0) continue
      this.#matchers.get(symbol)!.cancel(order)
      this.#end(order, 'expired', endings.nothingToReduce, this.#time.now())
    }
    this.#closed.clear()
  }

  /**
   * Puts orders of a restored ledger back into their markets, the oldest first: those that rest
   * before the market opens, those that act (stops, and what was interrupted) once it is open.
   */
  reopen(which: 'resting' | 'acting'): void {
    for (const order of [...this.#ledger.working]) {
      const { limitPrice, timeInForce } = order.request
      const rests = order.triggered && limitPrice !== null && timeInForce === 'gtc'
      if (rests !== (which === 'resting')) continue
      this.#matchers.get(order.request.symbol)!.place(order)
    }
    this.settle()
  }

  #matcherListener(instrument: Instrument): MatcherListener {
    const { account } = this.#ledger
    return {
      allowance: (order, price, quantity) => account.allowance(order, price, quantity),
      reduces: ({ request }) => account.reducible(request) > 0,
      onFill: (order, fill) => this.#onFill(order as LedgerOrder, instrument, fill),
      onTriggered: (order, time) => this.#report({ type: 'triggered', ...head(order, time) }),
      onExpired: (order, reason, time) => this.#end(order as LedgerOrder, 'expired', reason, time),
    }
  }

  #send(command: Command): void {
    this.#commands.push(command, this.#time.due())
    if (!this.#running) this.#wake()
  }

  #wake(): void {
    if (this.#listener !== null && this.waiting) this.#time.wake(this.nextDue)
  }

  #ask<Value>(read: () => Value): Promise<ExchangeAnswer<Value>> {
    return new Promise((resolve) => {
      const lost = (reason: string) => resolve({ ok: false, reason })
      if (this.#listener === null) return lost('the exchange is not running')
      const give = () => {
        const value = read()
        const answer = () => resolve({ ok: true, value })
        if (this.#store === null) this.#reply(answer)
        else this.#store.whenSafe(() => this.#reply(answer), lost)
      }
      this.#send({ type: 'ask', give, lost })
      // Nobody may be there to run an exchange without latency while a caller awaits it.
      if (this.#isInstant && !this.#running) this.#answerNow()
    })
  }

  /** Handles commands and gives answers, but leaves reports for `deliver`. */
  #answerNow(): void {
    for (let command = this.#commands.shift(); command; command = this.#commands.shift()) {
      this.#handle(command)
    }
  }

  #handle(command: Command): void {
    if (command.type === 'ask') command.give()
    else if (command.type === 'submit') this.#submit(command.order)
    else this.#cancel(command.clientOrderId, command.symbol)
    this.settle()
  }

  #give(reply: Reply): void {
    if (typeof reply === 'function') reply()
    else {
      assert(this.#listener !== null, 'an exchange is started before it is used')
      this.#listener.onReport(reply)
    }
  }

  #submit(request: OrderRequest): void {
    const time = this.#time.now()
    const refused = (reason: string) =>
      ({ type: 'refused', ...head({ request }, time), reason }) as const
    const notUnderstood = understood(request, this.#bySymbol)
    if (notUnderstood !== null) return this.#notice(refused(notUnderstood))
    if (this.#ledger.order(request.clientOrderId) !== undefined) {
      const report = refused('the client order id was used before')
      return this.#record({ type: 'duplicate', report })
    }
    const instrument = this.#bySymbol.get(request.symbol)!
    const matcher = this.#matchers.get(request.symbol)!
    const verdict = admission(request, { instrument, matcher, account: this.#ledger.account })
    if (!verdict.ok) {
      const report = refused(verdict.reason)
      return this.#record({ type: 'order', request, referencePrice: null, report })
    }
    const exchangeOrderId = this.#ledger.nextExchangeOrderId()
    const report = { type: 'accepted', ...head({ request }, time), exchangeOrderId } as const
    this.#record({ type: 'order', request, referencePrice: verdict.price, report })
    matcher.place(this.#ledger.workingOrder(request.clientOrderId)!)
  }

  #cancel(clientOrderId: string, symbol: string): void {
    const order = this.#ledger.workingOrder(clientOrderId)
    const time = this.#time.now()
    if (order?.request.symbol === symbol) {
      this.#matchers.get(symbol)!.cancel(order)
      return this.#end(order, 'canceled', 'you asked for it', time)
    }
    const known = this.#ledger.order(clientOrderId)
    const reason = known === undefined ? 'no such order' : `the order is ${known.status}`
    const report = { type: 'cancel-refused', clientOrderId, symbol, time, reason } as const
    if (known === undefined) this.#notice(report)
    else this.#report(report)
  }

  #onFill(order: LedgerOrder, instrument: Instrument, fill: MatcherFill): void {
    const { symbol } = instrument
    const { account } = this.#ledger
    const tradeId = fill.tradeId ?? this.#ledger.nextTradeId(symbol)
    this.#report(fillReport(order, fill, { tradeId, instrument, account }))
    if (account.position(symbol) === 0) this.#closed.add(symbol)
  }

  #end(order: LedgerOrder, type: 'canceled' | 'expired', reason: string, time: number): void {
    this.#report({ type, ...head(order, time), reason })
  }

  #report(report: OrderReport): void {
    this.#record({ type: 'report', report })
  }

  #record(entry: LedgerEntry & { report: OrderReport }): void {
    this.#ledger.apply(entry)
    if (this.#store === null) this.#reply(entry.report)
    else this.#store.keep(entry, () => this.#reply(entry.report))
  }

  /** Says what changes nothing, after everything said before. */
  #notice(report: OrderReport): void {
    if (this.#store === null) this.#reply(report)
    else
      this.#store.whenSafe(
        () => this.#reply(report),
        () => {},
      )
  }

  #reply(reply: Reply): void {
    if (this.#isInstant && typeof reply === 'function') return reply()
    this.#replies.push(reply, this.#time.due())
    if (!this.#running) this.#wake()
  }
}

export interface SimulatedExchangeParts {
  readonly name: string
  readonly instruments: readonly Instrument[]
  matcherFor(instrument: Instrument, listener: MatcherListener): Matcher
  readonly ledger: ExchangeLedger
  readonly time: ExchangeTime
  readonly latency: ExchangeLatency | null
  readonly random: Random
  readonly store?: EntryStore
}

export interface ExchangeLatency {
  readonly entry: Latency
  readonly report: Latency
}

/** Makes entries safe before they are reported. Callbacks come in the order of the calls. */
export interface EntryStore {
  keep(entry: LedgerEntry, safe: () => void): void
  whenSafe(safe: () => void, lost: (reason: string) => void): void
}

type Command =
  | { readonly type: 'submit'; readonly order: OrderRequest }
  | { readonly type: 'cancel'; readonly clientOrderId: string; readonly symbol: string }
  | { readonly type: 'ask'; give(): void; lost(reason: string): void }

type Reply = OrderReport | (() => void)

function head({ request }: { readonly request: OrderRequest }, time: number) {
  return { clientOrderId: request.clientOrderId, symbol: request.symbol, time }
}
