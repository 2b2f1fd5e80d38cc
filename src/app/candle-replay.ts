import type { Coordinator } from '../engine/index.ts'
import { type AccountOptions, type CandleColumns, candleExchange } from '../exchange/index.ts'
import type { SimulatedClock } from '../runtime/index.ts'
import type { Price } from '../trading/index.ts'
import { type MarketReplay, settle } from './market-replay.ts'
import { barReplayed } from './trading-events.ts'

/** Candles, one after the other: the exchange fills what worked before, then the bar closes. */
export class CandleReplay implements MarketReplay {
  readonly exchange: ReturnType<typeof candleExchange>
  readonly intervalMs: number
  readonly dataCounts: Readonly<Record<string, number>>
  readonly #columns: CandleColumns
  readonly #symbol: string

  constructor(options: {
    readonly columns: CandleColumns
    readonly account: AccountOptions
    readonly slippageBps: number
    readonly repairs?: Readonly<Record<string, number>>
  }) {
    const { columns, account, slippageBps, repairs = {} } = options
    this.dataCounts = repairs
    this.#columns = columns
    this.#symbol = account.instruments[0]!.symbol
    this.intervalMs = columns.intervalMs
    this.exchange = candleExchange({ ...account, fills: { slippageBps } })
  }

  get bars(): number {
    return this.#columns.length
  }

  get firstPrice(): Price | null {
    return (this.#columns.open[0] as Price | undefined) ?? null
  }

  get lastPrice(): Price | null {
    return (this.#columns.close[this.bars - 1] as Price | undefined) ?? null
  }

  async run(coordinator: Coordinator, clock: SimulatedClock): Promise<void> {
    const { exchange } = this
    const symbol = this.#symbol
    const deliver = () => exchange.deliver()
    for (let index = 0; index < this.bars; index += 1) {
      const candle = this.#columns.candleAt(index)
      clock.setTime(candle.openTime)
      exchange.onCandle(symbol, candle)
      if (!coordinator.idle) await settle(coordinator, exchange, deliver)
      clock.setTime(candle.openTime + candle.intervalMs)
      coordinator.publish(barReplayed(symbol, candle))
      if (!coordinator.idle) await settle(coordinator, exchange, deliver)
    }
  }
}
