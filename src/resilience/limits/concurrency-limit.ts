import { assert, type Random } from '../../runtime/index.ts'
import { LatencySample } from './latency-sample.ts'

/**
 * How many calls the other side can take at once, found by watching what they cost: the gradient
 * algorithm of Netflix's concurrency-limits, with the faults mended that its users report.
 *
 * Latencies are gathered in windows. At the end of one, `limit * tolerance * baseline / median`
 * plus some room to grow is the new limit, approached by steps. What holds beyond that:
 *
 * - Epochs. A call sent under another limit says nothing about this one: its sample is left out.
 * - "Every call takes exactly the timeout" makes the limit fall. Calls that time out or are turned
 *   away for overload are no latencies, they are drops; a window lowers the limit by half its
 *   share of drops. A few of them lower it to where it no longer matters, and not to nothing.
 * - The baseline does not drift up under load. A busy window only lowers it; it rises in windows
 *   that were half empty or, when none is, by a probe: one window in about fifty runs at half the
 *   limit, without a queue of ours, and tells what a call costs by itself.
 * - The limit grows only while it is used, and stays within its bounds.
 */
export class ConcurrencyLimit {
  epoch = 0
  windows = 0
  probes = 0
  /** What a call takes when nobody queues; 0 while unknown. */
  baselineMs = 0
  readonly #options: ConcurrencyLimitOptions
  #exact: number
  #sample = new LatencySample()
  #drops = 0
  #inFlightMax = 0
  #startedAtMs = -Infinity
  #medianMs = 0
  #busyWindows = 0
  #warmth = 0
  /** While probing: the limit to go back to. */
  #resumeAt = 0
  #probeAfter: number

  constructor(options: ConcurrencyLimitOptions) {
    const { limit, limitMin, limitMax, tolerance, windowMs } = options
    const areWhole = [limit, limitMin, limitMax].every((one) => Number.isInteger(one))
    const areOrdered = limitMin >= 1 && limitMin <= limit && limit <= limitMax
    assert(
      areWhole && areOrdered,
      `1 <= limitMin <= limit <= limitMax, all whole, not ${limitMin}, ${limit}, ${limitMax}`,
    )
    assert(tolerance >= 1, `tolerance is 1 or more, not ${tolerance}`)
    assert(windowMs > 0, `windowMs is above 0, not ${windowMs}`)
    this.#options = options
    this.#exact = limit
    this.#probeAfter = this.#untilProbe()
  }

  get limit(): number {
    return Math.floor(this.#exact)
  }

  /** A call that took no longer than this met no queue; 0 while that is unknown. */
  get toleratedMs(): number {
    return this.#options.tolerance * this.baselineMs
  }

  get isProbing(): boolean {
    return this.#resumeAt > 0
  }

  /** True when this ended a window. `inFlight` counts the call itself, when it was sent. */
  answered(latencyMs: number, inFlight: number, epoch: number, nowMs: number): boolean {
    if (epoch !== this.epoch) return false
    this.#sample.add(latencyMs)
    return this.#counted(inFlight, nowMs)
  }

  dropped(inFlight: number, epoch: number, nowMs: number): boolean {
    if (epoch !== this.epoch) return false
    this.#drops++
    return this.#counted(inFlight, nowMs)
  }

  #counted(inFlight: number, nowMs: number): boolean {
    if (inFlight > this.#inFlightMax) this.#inFlightMax = inFlight
    const count = this.#sample.count + this.#drops
    if (this.#startedAtMs === -Infinity) this.#startedAtMs = nowMs
    const lastsMs = Math.max(this.#options.windowMs, latenciesPerWindow * this.#medianMs)
    if (nowMs - this.#startedAtMs < lastsMs) return false
    if (count < Math.min(countMin, 2 * this.#exact)) return false
    this.#endWindow(nowMs)
    return true
  }

  #endWindow(nowMs: number): void {
    const before = this.limit
    const wasProbe = this.isProbing
    const dropShare = this.#drops / (this.#sample.count + this.#drops)
    const medianMs = this.#sample.median()
    this.windows++
    this.#medianMs = medianMs
    if (wasProbe) this.#endProbe(dropShare, medianMs)
    if (dropShare > dropShareMax) this.#setExact(this.#exact * (1 - dropShare / 2))
    else if (this.#warmth < windowsToWarm) this.#warmUp(medianMs)
    else if (!wasProbe) this.#judge(medianMs, dropShare)
    if (wasProbe || this.limit !== before) this.epoch++
    this.#sample.clear()
    this.#drops = 0
    this.#inFlightMax = 0
    this.#startedAtMs = nowMs
  }

  /** The limit stays until there is something to compare with. */
  #warmUp(medianMs: number): void {
    this.#warmth++
    this.baselineMs += (medianMs - this.baselineMs) / this.#warmth
  }

  #judge(medianMs: number, dropShare: number): void {
    const isBusy = this.#inFlightMax * 2 > this.#exact
    const isHealthy = dropShare <= dropShareIgnored
    if (isHealthy) this.#follow(medianMs, isBusy)
    this.#busyWindows = isBusy ? this.#busyWindows + 1 : 0
    if (isHealthy && this.#busyWindows >= this.#probeAfter) return this.#startProbe()
    // Of tasks that take no time by our clock there is nothing to compare with yet.
    const isSlower = this.baselineMs > 0 && medianMs > this.toleratedMs
    const slower = isSlower ? this.toleratedMs / medianMs : 1
    const gradient = Math.max(0.5, slower) * (isHealthy ? 1 : 1 - dropShare / 2)
    const wanted = this.#exact * gradient + Math.sqrt(this.#exact)
    const toExact = this.#exact + step * (wanted - this.#exact)
    if (isBusy || (!isHealthy && toExact < this.#exact)) this.#setExact(toExact)
  }

  /** A busy window may hold a queue of ours, so it never raises the baseline. */
  #follow(medianMs: number, isBusy: boolean): void {
    if (isBusy && medianMs >= this.baselineMs) return
    this.baselineMs += (isBusy ? busyWeight : idleWeight) * (medianMs - this.baselineMs)
  }

  #startProbe(): void {
    this.probes++
    this.#busyWindows = 0
    this.#probeAfter = this.#untilProbe()
    this.#resumeAt = this.#exact
    this.#setExact(this.#exact / 2)
  }

  #endProbe(dropShare: number, medianMs: number): void {
    this.#exact = this.#resumeAt
    this.#resumeAt = 0
    if (dropShare <= dropShareIgnored) this.baselineMs += probeWeight * (medianMs - this.baselineMs)
  }

  /** Spread out, so that many limiters do not probe in step. */
  #untilProbe(): number {
    return Math.ceil(windowsPerProbe * (0.75 + 0.5 * this.#options.random.next()))
  }

  #setExact(limit: number): void {
    const { limitMin, limitMax } = this.#options
    this.#exact = Math.max(limitMin, Math.min(limitMax, limit))
  }
}

export interface ConcurrencyLimitOptions {
  readonly limit: number
  readonly limitMin: number
  readonly limitMax: number
  /** How much slower than the baseline is no sign of a queue. */
  readonly tolerance: number
  /** A window lasts at least so long, at least ten calls, and until slow calls are in, too. */
  readonly windowMs: number
  readonly random: Pick<Random, 'next'>
}

const countMin = 10
/** A window that ended sooner would hear of the quick calls only. */
const latenciesPerWindow = 4
const windowsToWarm = 5
/** Up to this, drops are taken for the other side's ordinary faults. */
const dropShareIgnored = 0.05
/** Beyond this, there is no room to grow. */
const dropShareMax = 0.5
const windowsPerProbe = 50
/** How far the limit moves towards the wanted one in a window. */
const step = 0.2
/** How far a window's median moves the baseline. */
const idleWeight = 0.1
const busyWeight = 0.02
const probeWeight = 0.5
