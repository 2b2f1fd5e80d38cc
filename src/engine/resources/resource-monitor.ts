import {
  assert,
  type Clock,
  type Log,
  type Resources,
  type ResourceSample,
  type ResourceWatch,
  type Timer,
} from '../../runtime/index.ts'
import { type ResourceAdvice, resourceAdvice } from './resource-advice.ts'
import { memoryRatio, nextPressure, noPressure, type PressureLevel } from './resource-pressure.ts'

/**
 * Looks at what the process uses once a second, and says how batches, concurrency and logs should
 * follow.
 *
 * What holds: listeners are told of a change and of nothing else, in the turn that saw it; lag and
 * memory are those of the last sample, 0 before the first; stopped or not, all that was advised
 * stays within the table's bounds; starting and stopping twice does nothing more.
 */
export class ResourceMonitor {
  readonly #options: Required<ResourceMonitorOptions>
  #watch: ResourceWatch | null = null
  #timer: Timer | null = null
  #sample: ResourceSample | null = null
  #pressure = noPressure
  #samples = 0

  constructor(options: ResourceMonitorOptions) {
    const { everyMs = 1_000 } = options
    assert(everyMs > 0, 'samples are some time apart')
    this.#options = { ...options, everyMs }
  }

  start(): void {
    if (this.#timer !== null) return
    const { resources, clock, everyMs } = this.#options
    this.#watch = resources.watch()
    this.#timer = clock.every(everyMs, () => this.#look())
  }

  stop(): void {
    this.#timer?.cancel()
    this.#watch?.stop()
    this.#timer = null
    this.#watch = null
  }

  get advice(): ResourceAdvice {
    return resourceAdvice[this.#pressure.level]
  }

  get loopLagMs(): number {
    return this.#sample?.loopLagMs ?? 0
  }

  /** Used of what may be used, 0 to 1. */
  get memoryRatio(): number {
    return this.#sample === null ? 0 : memoryRatio(this.#sample)
  }

  status(): ResourceStatus {
    const { level, reason } = this.#pressure
    return { level, reason, advice: this.advice, sample: this.#sample }
  }

  #look(): void {
    const { clock, log, onAdvice } = this.#options
    if (this.#watch === null) return
    const sample = this.#watch.take()
    this.#sample = sample
    if (this.#samples++ % MEASURED_EACH === 0) log.performance({ ...sample }, 'resources')
    const before = this.#pressure.level
    this.#pressure = nextPressure(this.#pressure, sample, clock.monotonicMs())
    const { level, reason } = this.#pressure
    if (level === before) return
    log.warn({ from: before, to: level, reason }, 'resource pressure changed')
    onAdvice(this.advice)
  }
}

export interface ResourceMonitorOptions {
  readonly clock: Clock
  readonly log: Log
  readonly resources: Resources
  /** At each change of level. */
  readonly onAdvice: (advice: ResourceAdvice) => void
  /** Default 1 000. */
  readonly everyMs?: number
}

export interface ResourceStatus {
  readonly level: PressureLevel
  readonly reason: string | null
  readonly advice: ResourceAdvice
  /** Null before the first. */
  readonly sample: ResourceSample | null
}

/** One sample in so many goes to `performance.log`. */
const MEASURED_EACH = 10
