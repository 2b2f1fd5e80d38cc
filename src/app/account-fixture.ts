import { type ComponentContext, type Event, numbered } from '../engine/index.ts'
import { type Log, type LogFields, silentLog } from '../runtime/index.ts'
import {
  type Candle,
  defineInstrument,
  noRiskLimits,
  type OrderReport,
  type OrderRequest,
  parsePrice,
  parseQuantity,
  type RiskLimits,
} from '../trading/index.ts'
import { TradingAccount } from './trading-account.ts'
import {
  barClosed,
  type OrderRequested,
  orderReported,
  orderRequested,
  type RunStarted,
  runStarted,
} from './trading-events.ts'

/** An account of 10,000 USDT beside an exchange that only writes down what it is told. */
export const btc = defineInstrument({ symbol: 'BTC/USDT', tickSize: '0.01', lotSize: '0.001' })
export const eth = defineInstrument({ symbol: 'ETH/USDT', tickSize: '0.01', lotSize: '0.001' })
export const FEE = '0.001'

export class AccountFixture {
  readonly sent: string[] = []
  readonly logged: string[] = []
  readonly published: Event[] = []
  readonly account: TradingAccount
  /** The events given so far, as a journal would hold them. */
  readonly journal: Event[] = []
  live = true

  /** `filtered`: the log as the account is given it. */
  constructor(filtered: (log: Log) => Log = (log) => log) {
    this.account = new TradingAccount({
      exchange: {
        submit: ({ clientOrderId }) => void this.sent.push(`submit ${clientOrderId}`),
        cancel: (clientOrderId) => void this.sent.push(`cancel ${clientOrderId}`),
      },
      log: filtered(this.log),
    })
  }

  get log(): Log {
    const write = (_fields: LogFields, message: string) => void this.logged.push(message)
    const log: Log = { ...silentLog, warn: write, error: write, child: () => log }
    return log
  }

  get context(): ComponentContext {
    return { live: this.live, publish: (event) => void this.published.push(event) }
  }

  give(event: Event): Event {
    const given = numbered(event, this.journal.length + 1)
    this.journal.push(given)
    this.account.onEvent(given, this.context)
    return given
  }

  start(limits: Partial<RiskLimits> = {}, of: Partial<RunStarted> = {}): this {
    this.give(runStarted(0, runOf(limits, of)))
    return this
  }

  bar(close: number, time = 60_000, instrument = btc): Event {
    return this.give(barClosed(instrument.symbol, candleAt(close, time, instrument)))
  }

  request(wish: OrderWish = {}, requested: Partial<OrderRequested> = {}): Event {
    const request = orderOf(wish)
    const { clientOrderId } = request
    const referencePrice = this.account.price(request.symbol)
    const payload = { request, decidedAt: 60_000, referencePrice, blocked: null, ...requested }
    return this.give({ ...orderRequested(60_000, payload), key: clientOrderId })
  }

  report(type: 'accepted' | 'canceled' | 'refused' | 'expired', id = 'a'): Event {
    return this.give(orderReported(reportOf(type, id)))
  }

  fill(tradeId: number, of: FillWish = {}): Event {
    return this.give(orderReported(fillOf(tradeId, of)))
  }
}

export function runOf(limits: Partial<RiskLimits>, of: Partial<RunStarted> = {}): RunStarted {
  return {
    runId: 'run1',
    fingerprint: 'mine',
    strategy: 'test',
    interval: '1m',
    instruments: [btc, eth],
    cash: { USDT: '10000' },
    terms: { limits: { ...noRiskLimits, ...limits }, takerFee: FEE, slippageBps: 0 },
    ...of,
  }
}

/** The minute that closes at `time`. */
export function candleAt(close: number, time: number, of = btc): Candle {
  const price = parsePrice(close.toFixed(2), of)
  const openTime = time - 60_000
  const volume = parseQuantity('1', of)
  return {
    openTime,
    intervalMs: 60_000,
    open: price,
    high: price,
    low: price,
    close: price,
    volume,
  }
}

export interface OrderWish extends Partial<Omit<OrderRequest, 'quantity' | 'limitPrice'>> {
  readonly quantity?: string
  readonly limit?: string
}

export function orderOf({ quantity = '1', limit, ...rest }: OrderWish): OrderRequest {
  return {
    clientOrderId: 'a',
    symbol: btc.symbol,
    side: 'buy',
    type: limit === undefined ? 'market' : 'limit',
    quantity: parseQuantity(quantity, btc),
    limitPrice: limit === undefined ? null : parsePrice(limit, btc),
    stopPrice: null,
    timeInForce: 'gtc',
    postOnly: false,
    reduceOnly: false,
    ...rest,
  }
}

export function reportOf(
  type: 'accepted' | 'canceled' | 'refused' | 'expired',
  clientOrderId = 'a',
): OrderReport {
  const head = { clientOrderId, symbol: btc.symbol, time: 61_000 }
  if (type === 'accepted') return { ...head, type, exchangeOrderId: `x-${clientOrderId}` }
  return { ...head, type, reason: 'the exchange said so' }
}

export interface FillWish {
  readonly id?: string
  readonly side?: 'buy' | 'sell'
  readonly price?: string
  readonly quantity?: string
  readonly fee?: string
}

export function fillOf(
  tradeId: number,
  { id = 'a', side = 'buy', price = '100', quantity = '1', fee = '0.1' }: FillWish = {},
): Extract<OrderReport, { type: 'filled' }> {
  return {
    type: 'filled',
    clientOrderId: id,
    symbol: btc.symbol,
    time: 61_000 + tradeId,
    tradeId,
    side,
    price: parsePrice(price, btc),
    quantity: parseQuantity(quantity, btc),
    fee,
    liquidity: 'taker',
  }
}
