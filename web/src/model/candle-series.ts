import { signal } from '@preact/signals'
import type { CandleView, FillView, Update } from '../../../src/server/protocol.ts'

/**
 * The candles of what is chosen: asked for once over REST, continued by the stream.
 *
 * Updates that arrive while the answer is on its way are applied after it. An answer to a choice
 * that has since changed is dropped.
 */
const CANDLES = 500
const FILLS = 500
const RETRY_MS = 1000

export interface Chosen {
  readonly symbol: string
  readonly interval: string
}

export interface CandleListener {
  /** Everything anew. */
  onReset(candles: readonly CandleView[]): void
  /** The last candle changed, or a new one began. */
  onUpdate(candle: CandleView): void
}

/** Items of a list over REST; null when the server did not answer. */
export type ReadList = <Item>(
  route: string,
  query: Readonly<Record<string, string>>,
) => Promise<readonly Item[] | null>

export class CandleSeries {
  readonly last = signal<CandleView | null>(null)
  /** Fills of the chosen symbol from before the stream began. */
  readonly fills = signal<readonly FillView[]>([])
  readonly loading = signal(true)
  readonly #candles = new Map<number, CandleView>()
  readonly #read: ReadList
  #chosen: Chosen | null = null
  #generation = 0
  #early: CandleView[] | null = null
  #listener: CandleListener | null = null

  constructor(read: ReadList) {
    this.#read = read
  }

  listen(listener: CandleListener): () => void {
    this.#listener = listener
    listener.onReset([...this.#candles.values()])
    return () => (this.#listener = null)
  }

  at(openTime: number): CandleView | null {
    return this.#candles.get(openTime) ?? null
  }

  choose(chosen: Chosen): void {
    this.#chosen = chosen
    this.#candles.clear()
    this.#listener?.onReset([])
    this.last.value = null
    this.fills.value = []
    void this.reload()
  }

  /** Asks again, for instance after a restart of the server; shows the old until then. */
  async reload(): Promise<void> {
    const chosen = this.#chosen
    if (chosen === null) return
    this.#generation += 1
    const generation = this.#generation
    this.#early = []
    this.loading.value = true
    const [candles, fills] = await Promise.all([
      this.#read<CandleView>('candles', { ...chosen, limit: String(CANDLES) }),
      this.#read<FillView>('fills', { symbol: chosen.symbol, limit: String(FILLS) }),
    ])
    if (generation !== this.#generation) return
    if (candles === null || fills === null) {
      setTimeout(() => generation === this.#generation && void this.reload(), RETRY_MS)
      return
    }
    const early = this.#early
    this.#early = null
    this.loading.value = false
    this.fills.value = fills
    this.#candles.clear()
    for (const candle of [...candles, ...early]) this.#candles.set(candle.openTime, candle)
    this.#reset()
  }

  apply(updates: readonly Update[]): void {
    for (const update of updates) {
      if (update.type !== 'candle' || update.symbol !== this.#chosen?.symbol) continue
      if (update.interval === this.#chosen.interval) this.#take(update.candle)
    }
  }

  #take(candle: CandleView): void {
    if (this.#early !== null) {
      this.#early.push(candle)
      return
    }
    const isOld = candle.openTime < (this.last.value?.openTime ?? 0)
    this.#candles.set(candle.openTime, candle)
    if (isOld) {
      this.#reset()
      return
    }
    this.last.value = candle
    this.#listener?.onUpdate(candle)
  }

  #reset(): void {
    const sorted = [...this.#candles.values()].sort((a, b) => a.openTime - b.openTime)
    this.last.value = sorted.at(-1) ?? null
    this.#listener?.onReset(sorted)
  }
}
