import { GenesisError } from '../../runtime/index.ts'
import { RecentValues, type StateTape } from '../indicators/index.ts'
import type { SeriesGraph } from './series-graph.ts'

/**
 * A number a bar: a price of the bars or the output of an indicator.
 *
 * The last two values are kept, NaN before there are any, so that comparisons with a series that
 * is not ready are simply false. `history(n)` in `setup` keeps more.
 */
const HISTORY_MAX = 10_000
/** Shared by every copy of this module, since a strategy file may load its own. */
const SERIES = Symbol.for('genesis.series')

export class Series {
  readonly [SERIES] = true
  readonly graph: SeriesGraph
  readonly label: string
  #value = Number.NaN
  #previous = Number.NaN
  #recent: RecentValues | null = null

  constructor(graph: SeriesGraph, label: string) {
    this.graph = graph
    this.label = label
  }

  get value(): number {
    return this.#value
  }

  /** The value of the bar before. */
  get previous(): number {
    return this.#previous
  }

  get ready(): boolean {
    return this.#value === this.#value
  }

  /** Keeps the last `count` values, to be read with `at`. For `setup`; returns the series. */
  history(count: number): this {
    this.graph.refuseOnceSealed(`history(${count}) of ${this.label}`)
    if (!Number.isInteger(count) || count < 1 || count > HISTORY_MAX) {
      throw new GenesisError(
        'bad-input',
        `history of ${this.label} is ${count}; it must be a whole number from 1 to ${HISTORY_MAX}`,
      )
    }
    if (count > (this.#recent?.size ?? 0)) this.#recent = new RecentValues(count)
    return this
  }

  /** The value of so many bars ago, NaN where there was none yet. 0 is `value`. */
  at(barsAgo: number): number {
    if (barsAgo === 0) return this.#value
    if (barsAgo === 1) return this.#previous
    const kept = Math.max(2, this.#recent?.size ?? 0)
    if (this.#recent === null || !Number.isInteger(barsAgo) || barsAgo < 0 || barsAgo >= kept) {
      throw new GenesisError(
        'bad-input',
        `${this.label}.at(${barsAgo}) was asked for; it must be a whole number from 0 to ` +
          `${kept - 1}, and .history(n) in setup keeps more`,
      )
    }
    return barsAgo < this.#recent.count ? this.#recent.at(barsAgo) : Number.NaN
  }

  /** For what computes the series: once a bar. */
  push(value: number): void {
    this.#previous = this.#value
    this.#value = value
    if (this.#recent !== null) this.#recent.push(value)
  }

  carry(tape: StateTape): void {
    this.#value = tape.number(this.#value)
    this.#previous = tape.number(this.#previous)
    this.#recent?.carry(tape)
  }
}

export function isSeries(value: unknown): value is Series {
  return typeof value === 'object' && value !== null && SERIES in value
}
