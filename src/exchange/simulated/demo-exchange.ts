import type { Clock, Disk, Log, Random, Timer } from '../../runtime/index.ts'
import type { Owner } from '../../journal/index.ts'
import type { Approved, Instrument, OrderRequest } from '../../trading/index.ts'
import type { Exchange, ExchangeListener } from '../exchange.ts'
import { emptyLedger } from './account-options.ts'
import { demoInstruments } from './demo-instruments.ts'
import { ExchangeJournal, type Recollection } from './exchange-journal.ts'
import type { ExchangeLedger } from './exchange-ledger.ts'
import { ClockTime } from './exchange-time.ts'
import { LedgerCodec } from './ledger-codec.ts'
import type { ExchangeLedgerView } from './ledger-entry.ts'
import { type ListedInstrument, OrderFlowMarket } from './order-flow-market.ts'
import { type ExchangeLatency, SimulatedExchange } from './simulated-exchange.ts'

/**
 * The demo's exchange: a market that lives in this process, and a memory that outlives it.
 *
 * It stands for a real exchange, so it must not forget: whatever it reported is in its ledger
 * after `kill -9` at any moment (see `exchange-journal.ts`). After a new start the market goes on
 * from the last mark of its prices, at most `markEveryMs` old, and our resting orders are in the
 * books again before the crowd's are; what a crash interrupted (a market order accepted but not
 * yet filled) is carried out then.
 */
export class DemoExchange implements Exchange {
  readonly name: string
  readonly instruments: readonly Instrument[]
  readonly #options: DemoExchangeOptions
  readonly #ledger: ExchangeLedger
  readonly #market: OrderFlowMarket
  readonly #exchange: SimulatedExchange
  readonly #journal: ExchangeJournal
  readonly #time: ClockTime
  #marking: Timer | null = null

  constructor(options: DemoExchangeOptions) {
    const { clock, random, disk, log, listed = demoInstruments } = options
    this.#options = options
    this.name = options.name ?? 'demo'
    this.instruments = listed.map(({ instrument }) => instrument)
    this.#market = new OrderFlowMarket({
      clock,
      random: random.fork('market'),
      afterStep: () => this.#exchange.settle(),
    })
    this.#ledger = emptyLedger({ ...options, instruments: this.instruments }, (symbol) =>
      this.#market.lastPrice(symbol),
    )
    const codec = new LedgerCodec(this.instruments)
    this.#journal = new ExchangeJournal({
      clock,
      disk,
      folder: options.folder,
      log,
      ledger: this.#ledger,
      codec,
      checkpointEveryRecords: options.checkpointEveryRecords,
    })
    this.#time = new ClockTime(clock, () => this.#exchange.deliver(this.#time.due()))
    const bySymbol = new Map(listed.map((entry) => [entry.instrument.symbol, entry]))
    this.#exchange = new SimulatedExchange({
      name: this.name,
      instruments: this.instruments,
      matcherFor: ({ symbol }, listener) => this.#market.add(bySymbol.get(symbol)!, listener),
      ledger: this.#ledger,
      time: this.#time,
      latency: options.latency === undefined ? demoLatency : options.latency,
      random: random.fork('connection'),
      store: this.#journal,
    })
  }

  /** Remembers, reopens the market and begins. Once in the life of this object. */
  async start(listener: ExchangeListener): Promise<void> {
    const recollection = await this.#journal.open(this.#options.owner)
    if (recollection.isNew) this.#deposit()
    this.#reopen(recollection)
    this.#mark()
    await this.#journal.flushed()
    await this.#exchange.start(listener)
    this.#market.start((event) => listener.onMarket(event))
    this.#marking = this.#options.clock.every(markEveryMs, () => this.#mark())
  }

  async stop(): Promise<void> {
    this.#marking?.cancel()
    this.#marking = null
    this.#market.stop()
    this.#time.stop()
    try {
      await this.#journal.close()
    } finally {
      await this.#exchange.stop()
      this.#time.stop()
    }
  }

  submit(order: Approved<OrderRequest>): void {
    this.#exchange.submit(order)
  }

  cancel(clientOrderId: string, symbol: string): void {
    this.#exchange.cancel(clientOrderId, symbol)
  }

  queryOrder(clientOrderId: string, symbol: string): ReturnType<Exchange['queryOrder']> {
    return this.#exchange.queryOrder(clientOrderId, symbol)
  }

  openOrders(): ReturnType<Exchange['openOrders']> {
    return this.#exchange.openOrders()
  }

  balances(): ReturnType<Exchange['balances']> {
    return this.#exchange.balances()
  }

  /** For oracles in tests: what the exchange itself believes, safe yet or not. */
  ledger(): ExchangeLedgerView {
    return this.#exchange.ledger()
  }

  #deposit(): void {
    const entry = { type: 'deposit', amounts: this.#options.balances } as const
    this.#ledger.apply(entry)
    this.#journal.keep(entry, () => {})
  }

  #reopen({ mark, lastPrices }: Recollection): void {
    if (mark !== null) {
      this.#market.restore(mark.market, (symbol) => ({
        lastPrice: lastPrices.get(symbol) ?? null,
        lastTradeId: this.#ledger.lastTradeId(symbol),
      }))
    }
    this.#exchange.reopen('resting')
    this.#market.open()
    this.#exchange.reopen('acting')
  }

  #mark(): void {
    const market = this.#market.snapshot()
    const mark = { time: this.#options.clock.now(), market }
    this.#journal.mark(mark, () => this.#market.secured(market))
  }
}

export function demoExchange(options: DemoExchangeOptions): DemoExchange {
  return new DemoExchange(options)
}

const markEveryMs = 10_000

const demoLatency: ExchangeLatency = {
  entry: { minMs: 4, meanMs: 12, maxMs: 120 },
  report: { minMs: 4, meanMs: 12, maxMs: 120 },
}

export interface DemoExchangeOptions {
  readonly clock: Clock
  readonly random: Random
  readonly disk: Disk
  readonly log: Log
  /** Its own: nothing else writes there. */
  readonly folder: string
  /** At its very first start; afterwards it is what the journal says. */
  readonly balances: Readonly<Record<string, string>>
  readonly fees: { readonly maker: string; readonly taker: string }
  /** Keeps a second process out of the folder. */
  readonly owner?: Owner
  readonly latency?: ExchangeLatency | null
  /** Default BTC, ETH and SOL against USDT. */
  readonly listed?: readonly ListedInstrument[]
  readonly name?: string
  /** Records of its journal between two checkpoints, at least; default 5000. */
  readonly checkpointEveryRecords?: number
}
