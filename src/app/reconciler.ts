import type { Event, Hedging } from '../engine/index.ts'
import type { Exchange, ExchangeAnswer, OrderQuery } from '../exchange/index.ts'
import { type Executor, hedge, policy, type Policy } from '../resilience/index.ts'
import { type Clock, type Log, messageOf, type Random, type Timer } from '../runtime/index.ts'
import { formatMoney, isTerminal, type OrderState, ZERO_MONEY } from '../trading/index.ts'
import { AnswerShare } from './answer-share.ts'
import type { TradingAccount } from './trading-account.ts'
import { orderNeverArrived, orderReported } from './trading-events.ts'

/**
 * Brings our orders into line with the exchange's word on them.
 *
 * - On every start each order that may still trade is asked about by its client order id, before
 *   any new decision is made; while running, each whose answer is overdue (to its submission or
 *   to its cancelling) and, more rarely, all of them. No order is ever sent again.
 * - "Not found" counts only when a second look, after a pause, says so too. An error or a missed
 *   deadline says nothing: the order stays as it is and is asked about again.
 * - What the exchange tells is published as the reports it is, and booked once. Where it says
 *   that an order we cancelled still works, the cancel is sent again: cancelling twice is one.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions
  /** Nothing but questions: asked anew when they fail, and always answered or given up in time. */
  readonly questions: Policy<'read'>
  readonly #answers: AnswerShare
  #timer: Timer | null = null
  #busy = false
  #looks = 0
  #reportMissed = false

  constructor(options: ReconcilerOptions) {
    this.#options = options
    const { clock, random } = options
    this.#answers = new AnswerShare(clock)
    this.questions = policy('exchange questions', {
      effect: 'read',
      essential: true,
      deadlineMs: QUERY_DEADLINE_MS,
      // A second question costs of the exchange's limit: only where the mode wants it for speed.
      hedge: false,
      innermost: [onlyWhile(hedge({ after: HEDGE_AFTER_MS }), () => options.hedging() === 'eager')],
      isFailure: (answer) => failureOf(answer as ExchangeAnswer<unknown>),
      clock,
      random,
      // Its own: the process's would make one account's questions depend on another's.
      budget: {},
    })
  }

  /** Asks about every open order, then goes on asking about overdue ones. */
  async start(): Promise<ReconciliationReport> {
    const working = this.#options.account.orders.working()
    for (const order of working) await this.#resolve(order)
    this.#timer = this.#options.clock.every(LOOK_EVERY_MS, () => void this.#look())
    return { asked: working.length, external: await this.#externalOrders() }
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  /** A report could not be taken: at the next look every open order is asked about. */
  reportMissed(): void {
    this.#reportMissed = true
  }

  /** The part of the latest questions that the exchange answered, 0 to 1. */
  get available(): number {
    return this.#answers.share
  }

  /** How long an answer takes against what is too long; 0 before the first. */
  get latencyRatio(): number {
    const { expectedMs } = this.questions.latency
    return Number.isFinite(expectedMs) ? expectedMs / LATENCY_CRITICAL_MS : 0
  }

  /** Where the ledger and the exchange's balances differ; null when the exchange did not answer. */
  async compareBalances(): Promise<readonly BalanceDifference[] | null> {
    const { exchange, account } = this.#options
    const answer = await this.#answered(() => exchange.balances())
    if (!answer.ok) return null
    const ours = account.portfolio.balances()
    const assets = new Set([...ours.keys(), ...Object.keys(answer.value)])
    return [...assets].sort().flatMap((asset) => {
      const ledger = formatMoney(ours.get(asset) ?? ZERO_MONEY)
      const theirs = answer.value[asset]?.total ?? '0'
      return ledger === theirs ? [] : [{ asset, ledger, exchange: theirs }]
    })
  }

  async #externalOrders(): Promise<readonly string[] | null> {
    const { exchange, account, log } = this.#options
    const answer = await this.#answered(() => exchange.openOrders())
    if (!answer.ok) return null
    const ids = answer.value.map(({ clientOrderId }) => clientOrderId)
    const external = ids.filter((id) => !isOpen(account.orders.get(id)))
    for (const clientOrderId of external) log.warn({ clientOrderId }, 'open order that is not ours')
    return external
  }

  async #look(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    this.#looks += 1
    try {
      for (const order of this.#due()) await this.#resolve(order)
    } finally {
      this.#busy = false
    }
  }

  #due(): readonly OrderState[] {
    const { clock, account } = this.#options
    const working = account.orders.working()
    if (this.#reportMissed || this.#looks % LOOKS_PER_ROUND === 0) {
      this.#reportMissed = false
      return working
    }
    const overdueSince = clock.now() - OVERDUE_AFTER_MS
    const unanswered = new Set(account.orders.unresolved())
    return working.filter(
      (order) =>
        order.updatedTime < overdueSince && (order.cancelRequested || unanswered.has(order)),
    )
  }

  async #resolve({ request }: OrderState): Promise<void> {
    const { clientOrderId, symbol } = request
    const { clock, publish, log } = this.#options
    const first = await this.#ask(clientOrderId, symbol)
    const answer = first.outcome === 'not-found' ? await this.#askAgain(request) : first
    if (answer.outcome === 'found') {
      for (const report of answer.reports) publish(orderReported(report))
      if (!answer.reports.some(({ type }) => endings.has(type))) this.#cancelAgain(clientOrderId)
    } else if (answer.outcome === 'not-found') {
      publish(orderNeverArrived(clock.now(), { clientOrderId, symbol }))
    } else {
      log.warn({ clientOrderId, reason: answer.reason }, 'order still unknown')
    }
  }

  #cancelAgain(clientOrderId: string): void {
    const { account, exchange } = this.#options
    const order = account.orders.get(clientOrderId)
    if (order === null || !order.cancelRequested || isTerminal(order)) return
    exchange.cancel(clientOrderId, order.request.symbol)
  }

  async #askAgain({ clientOrderId, symbol }: OrderState['request']): Promise<OrderQuery> {
    await this.#options.clock.sleep(SECOND_LOOK_AFTER_MS)
    return this.#ask(clientOrderId, symbol)
  }

  async #ask(clientOrderId: string, symbol: string): Promise<OrderQuery> {
    const answer = await this.#answered(async () => {
      const value = await this.#options.exchange.queryOrder(clientOrderId, symbol)
      return { ok: true, value } as const
    })
    return answer.ok ? answer.value : { outcome: 'unknown', reason: answer.reason }
  }

  /** The answer, or why there is none: an error and a missed deadline are not an answer. */
  async #answered<Value>(
    ask: () => Promise<ExchangeAnswer<Value>>,
  ): Promise<ExchangeAnswer<Value>> {
    const outcome = await this.questions.run(ask)
    this.#answers.count(outcome.ok)
    if (outcome.ok) return outcome.value
    if ('refused' in outcome) return { ok: false, reason: outcome.reason }
    const { error } = outcome
    return { ok: false, reason: messageOf(error) }
  }
}

/** The part where it is wanted, nothing where it is not; asked anew with each call. */
function onlyWhile(part: Executor, isWanted: () => boolean): Executor {
  return {
    apply(inner) {
      const wrapped = part.apply(inner)
      return (attempt, settle) => (isWanted() ? wrapped : inner)(attempt, settle)
    },
  }
}

function failureOf(answer: ExchangeAnswer<unknown>): Error | false {
  return answer.ok ? false : new Error(answer.reason)
}

/** Reports after which an order trades no more. A fill may be the last one or not. */
const endings: ReadonlySet<string> = new Set(['refused', 'canceled', 'expired'])

function isOpen(order: OrderState | null): boolean {
  return order !== null && !isTerminal(order)
}

export interface ReconcilerOptions {
  readonly exchange: Exchange
  readonly account: TradingAccount
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly publish: (event: Event) => void
  /** What the mode says of second attempts now. */
  readonly hedging: () => Hedging
}

export interface ReconciliationReport {
  /** Open orders that were asked about. */
  readonly asked: number
  /**
   * Client order ids of orders that are open at the exchange and not in our ledger; null when the
   * exchange did not answer.
   */
  readonly external: readonly string[] | null
}

export interface BalanceDifference {
  readonly asset: string
  /** Decimal text. */
  readonly ledger: string
  readonly exchange: string
}

const QUERY_DEADLINE_MS = 5_000
/** Half of the deadline: from there on an answer that takes twice as long is none. */
const LATENCY_CRITICAL_MS = QUERY_DEADLINE_MS / 2
const HEDGE_AFTER_MS = 500
const SECOND_LOOK_AFTER_MS = 300
const OVERDUE_AFTER_MS = 10_000
const LOOK_EVERY_MS = 5_000
/** Every this many looks all open orders are asked about. */
const LOOKS_PER_ROUND = 12
