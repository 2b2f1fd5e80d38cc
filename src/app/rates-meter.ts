import type { CoordinatorStatus } from '../engine/index.ts'
import type { Clock, ProcessMemory, Timer } from '../runtime/index.ts'
import type { RatesView } from '../server/index.ts'

/** Once a second: events handled, what waits, latency, how late the loop is, memory. */
export class RatesMeter {
  readonly #options: RatesMeterOptions
  #timer: Timer | null = null
  #handled = 0
  #lookedAt = 0
  #current: RatesView

  constructor(options: RatesMeterOptions) {
    this.#options = options
    this.#lookedAt = options.clock.monotonicMs()
    this.#current = this.#measure(0)
  }

  get current(): RatesView {
    return this.#current
  }

  start(): void {
    this.#lookedAt = this.#options.clock.monotonicMs()
    this.#handled = this.#options.status().handled
    this.#timer = this.#options.clock.every(INTERVAL_MS, () => this.#look())
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  #look(): void {
    const now = this.#options.clock.monotonicMs()
    const elapsedMs = now - this.#lookedAt
    this.#lookedAt = now
    const handled = this.#options.status().handled
    const eventsPerSecond = ((handled - this.#handled) / elapsedMs) * 1000
    this.#handled = handled
    this.#current = this.#measure(eventsPerSecond)
    this.#options.onRates(this.#current)
  }

  #measure(eventsPerSecond: number): RatesView {
    const status = this.#options.status()
    return {
      time: this.#options.clock.now(),
      eventsPerSecond: Math.round(eventsPerSecond * 10) / 10,
      eventsTotal: status.handled,
      eventsShed: status.refused,
      queueDepth: status.waiting,
      latencyMsP50: status.latencyMs.p50,
      latencyMsP99: status.latencyMs.p99,
      loopLagMs: Math.round(this.#options.loopLagMs() * 10) / 10,
      memoryBytes: this.#options.memory().residentBytes,
      journalNumber: status.journalNumber,
      journalAcknowledged: status.journalNumber,
    }
  }
}

export interface RatesMeterOptions {
  readonly clock: Clock
  readonly memory: () => ProcessMemory
  readonly loopLagMs: () => number
  readonly status: () => MeasuredStatus
  readonly onRates: (rates: RatesView) => void
}

type MeasuredStatus = Pick<
  CoordinatorStatus,
  'handled' | 'refused' | 'waiting' | 'journalNumber' | 'latencyMs'
>

const INTERVAL_MS = 1_000
