import { assert } from './assert.ts'

/**
 * A histogram in the manner of HdrHistogram (Gil Tene): logarithmic octaves, each cut into equal
 * steps, so that every quantile is right to 2 or 3 significant digits at a fixed size.
 *
 * The bucket of a value is its exponent and its leading mantissa bits, read straight from the
 * double: no logarithm, no search, nothing allocated. Values outside `lowest..highest` are counted
 * in the outermost buckets; `min`, `max`, `count` and `mean` are exact.
 */
export interface HistogramOptions {
  /** The smallest value told apart from zero. */
  readonly lowest?: number
  readonly highest?: number
  readonly digits?: 2 | 3
}

export interface HistogramSnapshot {
  readonly count: number
  readonly min: number
  readonly mean: number
  readonly max: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
}

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
const highWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0

export class Histogram {
  readonly lowest: number
  readonly highest: number
  readonly digits: 2 | 3
  readonly #shift: number
  readonly #base: number
  readonly #counts: Float64Array
  #count = 0
  #sum = 0
  #min = Infinity
  #max = -Infinity

  /** The defaults suit milliseconds: a microsecond to an hour, two digits, 32 kB. */
  constructor({ lowest = 0.001, highest = 3_600_000, digits = 2 }: HistogramOptions = {}) {
    assert(lowest > 0 && highest > lowest && highest < Infinity, 'lowest is above 0, below highest')
    this.lowest = lowest
    this.highest = highest
    this.digits = digits
    this.#shift = 20 - (digits === 2 ? 7 : 10)
    this.#base = this.#key(lowest)
    this.#counts = new Float64Array(this.#key(highest) - this.#base + 1)
  }

  get count(): number {
    return this.#count
  }

  get sum(): number {
    return this.#sum
  }

  /** Zero when nothing was recorded, as `max` and `mean`. */
  get min(): number {
    return this.#count === 0 ? 0 : this.#min
  }

  get max(): number {
    return this.#count === 0 ? 0 : this.#max
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count
  }

  record(value: number): void {
    this.#count++
    this.#sum += value
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
    let index = 0
    if (value >= this.lowest) {
      double[0] = value < this.highest ? value : this.highest
      index = ((words[highWord] as number) >>> this.#shift) - this.#base
    } else assert(value === value, 'a recorded value is a number')
    this.#counts[index] = (this.#counts[index] as number) + 1
  }

  /** The least value that `share` (0 to 1) of the recorded ones do not exceed, to `digits`. */
  quantile(share: number): number {
    assert(share >= 0 && share <= 1, 'a quantile is between 0 and 1')
    if (this.#count === 0) return 0
    if (share === 0) return this.#min
    const wanted = Math.ceil(share * this.#count)
    let seen = 0
    for (let index = 0; index < this.#counts.length - 1; index++) {
      seen += this.#counts[index] as number
      if (seen >= wanted) return this.#within(this.#upperEdge(index))
    }
    return this.#max
  }

  /** Adds what `other`, of the same range and digits, recorded. */
  merge(other: Histogram): void {
    const alike =
      other.lowest === this.lowest && other.highest === this.highest && other.digits === this.digits
    assert(alike, 'only histograms of the same range and digits can be merged')
    for (let index = 0; index < this.#counts.length; index++) {
      this.#counts[index] = (this.#counts[index] as number) + (other.#counts[index] as number)
    }
    this.#count += other.#count
    this.#sum += other.#sum
    this.#min = Math.min(this.#min, other.#min)
    this.#max = Math.max(this.#max, other.#max)
  }

  reset(): void {
    this.#counts.fill(0)
    this.#count = 0
    this.#sum = 0
    this.#min = Infinity
    this.#max = -Infinity
  }

  snapshot(): HistogramSnapshot {
    return {
      count: this.#count,
      min: this.min,
      mean: this.mean,
      max: this.max,
      p50: this.quantile(0.5),
      p90: this.quantile(0.9),
      p99: this.quantile(0.99),
      p999: this.quantile(0.999),
    }
  }

  #key(value: number): number {
    double[0] = value
    return (words[highWord] as number) >>> this.#shift
  }

  #upperEdge(index: number): number {
    words[1 - highWord] = 0
    words[highWord] = (index + 1 + this.#base) << this.#shift
    return double[0] as number
  }

  #within(value: number): number {
    return Math.min(this.#max, Math.max(this.#min, value))
  }
}
