import { computed, effect, signal } from '@preact/signals'
import type { ServerMessage, SymbolView } from '../../../src/server/protocol.ts'
import { CandleSeries, type Chosen } from './candle-series.ts'
import { formatDecimal } from '../format/decimal.ts'
import { Dashboard } from './dashboard.ts'
import { EndedOrders } from './ended-orders.ts'
import { readList } from './read-list.ts'
import { Stream } from './stream.ts'

/**
 * The page's whole state: what the system says, and what the trader looks at.
 *
 * A server of another version brings another page: the old one asks for it.
 */
export class Desk {
  readonly dashboard = new Dashboard()
  readonly candles = new CandleSeries(readList)
  readonly endedOrders = new EndedOrders(readList)
  readonly chosen = signal<Chosen | null>(null)
  readonly instrument = computed<SymbolView | null>(
    () => this.dashboard.instruments.value.get(this.chosen.value?.symbol ?? '') ?? null,
  )
  #version: string | null = null

  start(): void {
    new Stream({
      onState: (state) => (this.dashboard.connection.value = state),
      onMessage: (message) => this.#read(message),
    }).start()
    effect(() => {
      const close = this.candles.last.value?.close
      const instrument = this.instrument.value
      if (!close || !instrument) {
        document.title = 'Genesis'
        return
      }
      const price = formatDecimal(close, { decimals: instrument.priceDecimals })
      document.title = `${price} ${instrument.symbol} · Genesis`
    })
  }

  chooseSymbol(symbol: string): void {
    const instrument = this.dashboard.symbols.value.find((each) => each.symbol === symbol)
    const interval = this.chosen.value?.interval ?? ''
    if (!instrument) return
    const kept = instrument.intervals.includes(interval) ? interval : instrument.intervals[0]!
    this.#choose({ symbol, interval: kept })
  }

  chooseInterval(interval: string): void {
    const chosen = this.chosen.value
    if (chosen) this.#choose({ ...chosen, interval })
  }

  #choose(chosen: Chosen): void {
    this.chosen.value = chosen
    this.candles.choose(chosen)
  }

  #read(message: ServerMessage): void {
    switch (message.type) {
      case 'hello':
        if (this.#version !== null && this.#version !== message.version) location.reload()
        this.#version = message.version
        return
      case 'snapshot':
        this.dashboard.show(message)
        void this.endedOrders.reload()
        if (this.instrument.value !== null) void this.candles.reload()
        else this.#chooseFirst()
        return
      case 'delta':
        this.dashboard.apply(message.updates)
        this.candles.apply(message.updates)
        this.endedOrders.apply(message.updates)
    }
  }

  /** What the strategy trades, else the first symbol there is. */
  #chooseFirst(): void {
    const { strategies, symbols } = this.dashboard
    const first = strategies.value[0]?.symbols[0] ?? symbols.value[0]?.symbol
    if (first !== undefined) this.chooseSymbol(first)
  }
}
