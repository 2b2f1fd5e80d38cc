import type { LatencyPrediction } from '../prediction.ts'

/**
 * How long calls take: a weighted mean, three moving quantiles, a trend and the mean of healthy
 * days, in O(1) a sample, and no memory before the first.
 *
 * What holds: a censored sample ("at least this long") can only raise what it touches, so cutting
 * calls never makes them look fast; the baseline stands still while the circuit is not CLOSED, a
 * single sample moves it by 1 % at most, and after ten minutes the new normal is the normal.
 *
 * A quantile moves by a share of itself: up by `rate x q` when a sample exceeds it and down by
 * `rate x (1 - q)` otherwise, which balances exactly where a share of 1 - q exceeds it. That needs
 * no variance, is free of scale, and p99.9 follows a tenfold jump within nine samples.
 */
export class LatencyPredictor implements LatencyPrediction {
  #count = 0
  #risingRun = 0
  #frozenAtMs: number | undefined = undefined
  /** Unboxed doubles in one place, made with the first sample. */
  #figures: number[] | undefined = undefined
  /** Samples nobody has asked about yet: a call then costs a store, whoever asks pays for them. */
  #recent: number[] | undefined = undefined
  #recentCount = 0

  get isWarm(): boolean {
    return this.#count + this.#recentCount >= warmCount
  }

  get expectedMs(): number {
    return this.#figure(EXPECTED)
  }

  get p50Ms(): number {
    return this.#figure(P50)
  }

  /** The three move on their own; read, they never cross. */
  get p95Ms(): number {
    return Math.max(this.p50Ms, this.#figure(P95))
  }

  get p999Ms(): number {
    return Math.max(this.p95Ms, this.#figure(P999))
  }

  get baselineMs(): number {
    return this.#figure(BASELINE)
  }

  get isRising(): boolean {
    this.#catchUp()
    const figures = this.#figures
    if (figures === undefined || this.#risingRun < risingSamples) return false
    return figures[FAST]! > risingFactor * figures[EXPECTED]!
  }

  record(tookMs: number, nowMs: number): void {
    const recent = this.#recent
    if (recent === undefined || this.#frozenAtMs !== undefined)
      return this.#recordNow(tookMs, nowMs)
    recent[this.#recentCount++] = tookMs
    if (this.#recentCount === recentMax) this.#catchUp()
  }

  /** Shorter than what is known already, it says nothing. */
  recordCensored(atLeastMs: number, _nowMs: number): void {
    this.#catchUp()
    const figures = this.#figures
    if (figures === undefined) return this.#start(atLeastMs)
    const haste = this.#haste(figures)
    if (atLeastMs > figures[EXPECTED]!) this.#moveMeans(figures, atLeastMs)
    if (atLeastMs > figures[P50]!) figures[P50]! *= 1 + haste * p50Up
    if (atLeastMs > figures[P95]!) figures[P95]! *= 1 + haste * p95Up
    if (atLeastMs > figures[P999]!) figures[P999]! *= 1 + p999Up
  }

  /** Told by the circuit when it leaves CLOSED, and when it is back. */
  freezeBaseline(frozen: boolean, nowMs: number): void {
    this.#catchUp()
    if (!frozen) this.#frozenAtMs = undefined
    else this.#frozenAtMs ??= nowMs
  }

  #figure(which: number): number {
    if (this.#recentCount > 0) this.#catchUp()
    return this.#figures?.[which] ?? Number.NaN
  }

  #catchUp(): void {
    const count = this.#recentCount
    this.#recentCount = 0
    for (let index = 0; index < count; index++) this.#learn(this.#figures!, this.#recent![index]!)
  }

  #recordNow(tookMs: number, nowMs: number): void {
    this.#catchUp()
    const figures = this.#figures
    if (figures === undefined) return this.#start(tookMs)
    this.#recent ??= new Array<number>(recentMax).fill(0.5)
    const isFrozen = this.#frozenAtMs !== undefined && nowMs - this.#frozenAtMs <= freezeMsMax
    this.#learn(figures, tookMs, isFrozen)
  }

  #learn(figures: number[], tookMs: number, isFrozen = false): void {
    const latencyMs = tookMs < leastMs ? leastMs : tookMs
    const haste = this.#haste(figures)
    this.#moveMeans(figures, latencyMs)
    figures[P50]! *= latencyMs > figures[P50]! ? 1 + haste * p50Up : 1 - haste * p50Down
    figures[P95]! *= latencyMs > figures[P95]! ? 1 + haste * p95Up : 1 - haste * p95Down
    figures[P999]! *= latencyMs > figures[P999]! ? 1 + p999Up : 1 - p999Down
    if (!isFrozen) this.#moveBaseline(figures, latencyMs)
  }

  #start(latencyMs: number): void {
    const ms = Math.max(latencyMs, leastMs)
    this.#count = 1
    this.#figures = [ms, ms, ms, ms, 2 * ms, 4 * ms]
  }

  #moveMeans(figures: number[], ms: number): void {
    const count = ++this.#count
    const weight = count < expectedSamples ? 1 / count : 1 / expectedSamples
    figures[EXPECTED]! += weight * (ms - figures[EXPECTED]!)
    const change = fastWeight * (ms - figures[FAST]!)
    figures[FAST]! += change
    this.#risingRun = change > 0 ? this.#risingRun + 1 : 0
  }

  /** A pause is no new baseline: a sample counts for twice the baseline at most. */
  #moveBaseline(figures: number[], ms: number): void {
    const count = this.#count
    const weight = count < baselineSamples ? 1 / count : 1 / baselineSamples
    const baseline = figures[BASELINE]!
    const counted = count > warmCount ? Math.min(ms, 2 * baseline + leastMs) : ms
    figures[BASELINE] = baseline + weight * (counted - baseline)
  }

  /** Faster while cold and after a jump. Both directions alike, so the balance stays. */
  #haste(figures: number[]): number {
    const fast = figures[FAST]!
    const p50 = figures[P50]!
    return fast > 3 * p50 || 3 * fast < p50 || this.#count < warmCount ? 4 : 1
  }
}

const EXPECTED = 0
const FAST = 1
const BASELINE = 2
const P50 = 3
const P95 = 4
const P999 = 5

const recentMax = 8
const warmCount = 20
const expectedSamples = 20
const baselineSamples = 100
const fastWeight = 0.3
const risingSamples = 3
const risingFactor = 1.1
const freezeMsMax = 600_000
/** What moves by a share of itself must not be 0. */
const leastMs = 0.001

const p50Up = 0.05 * 0.5
const p50Down = 0.05 * 0.5
const p95Up = 0.1 * 0.95
const p95Down = 0.1 * 0.05
const p999Up = 0.3 * 0.999
const p999Down = 0.3 * 0.001
