import type { Clock, Log, Timer } from '../../runtime/index.ts'
import {
  type ComponentModeInput,
  ComponentModes,
  type ModeEffects,
  modeEffects,
  type ModeSignals,
  type ModeState,
  nextMode,
  startingMode,
} from '../mode/index.ts'
import { ErrorWindow } from './error-window.ts'
import { type Health, type HealthInputs, healthScore } from './health-score.ts'
import type { ComponentCounts, HealthSources } from './health-sources.ts'
import { Heartbeats } from './heartbeats.ts'
import { SmoothedScore } from './smoothed-score.ts'

/**
 * Looks at everything every `everyMs`, makes one score of it, and moves the modes.
 *
 * - Facts (a halted journal, a restoration) need not wait for the next look: whoever knows one
 *   calls `review()`, and the mode has changed when it returns.
 * - A source that throws takes points off and is named; it stops neither the look nor the others.
 * - Listeners hear of each change of mode once, after it happened. One that throws is logged.
 */
export class HealthMonitor {
  readonly heartbeats = new Heartbeats()
  readonly #options: HealthMonitorOptions
  readonly #log: Log
  readonly #windows = new Map<string, ErrorWindow>()
  readonly #components: ComponentModes
  readonly #listeners = new Set<ModeListener>()
  readonly #score: SmoothedScore
  readonly #windowLooks: number
  #mode: ModeState
  #health: Health = { score: 100, losses: [] }
  #smoothed = 100
  #latencyRatio = 0
  #unmeasured: readonly string[] = []
  #timer: Timer | null = null

  constructor(options: HealthMonitorOptions) {
    this.#options = options
    this.#log = options.log
    this.#mode = startingMode(options.clock.monotonicMs())
    this.#score = new SmoothedScore(options.smoothingMs ?? 1_000)
    this.#windowLooks = Math.max(1, Math.round(ERROR_WINDOW_MS / this.#everyMs))
    this.#components = new ComponentModes((name, state) => {
      this.#log.warn({ component: name, ...state }, 'component mode changed')
    })
  }

  start(): void {
    this.look()
    this.#timer ??= this.#options.clock.every(this.#everyMs, () => this.look())
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  /** Looks now. Also between two ticks, for what cannot wait. */
  look(): void {
    const nowMs = this.#options.clock.monotonicMs()
    const failed: string[] = []
    const read = <Value>(name: string, source: (() => Value) | undefined): Value | null => {
      if (source === undefined) return null
      try {
        return source()
      } catch (error) {
        failed.push(name)
        if (!this.#unmeasured.includes(name)) this.#log.error({ err: error, source: name }, THREW)
        return null
      }
    }
    const { sources } = this.#options
    const errorRate = this.#errorRate(read('components', sources.components), nowMs)
    const queue = read('queue', sources.queueAge)
    const inputs: Omit<HealthInputs, 'unmeasured'> = {
      circuits: read('circuits', sources.circuits) ?? [],
      errorRate,
      queueAgeRatio: queue && queue.oldestMs / queue.boundMs,
      loopLagMs: read('loop', sources.loopLagMs),
      memoryRatio: read('memory', sources.memoryRatio),
      flushMs: read('flush', sources.flushMs),
      dependencies: read('dependencies', sources.dependencies) ?? [],
      suspects: this.heartbeats.suspects(nowMs),
    }
    const latencyRatio = read('latency', sources.latencyRatio) ?? 0
    if (Number.isNaN(latencyRatio)) failed.push('latency')
    this.#latencyRatio = latencyRatio >= 0 ? latencyRatio : 0
    this.#unmeasured = failed
    this.#health = healthScore({ ...inputs, unmeasured: failed })
    this.#smoothed = this.#score.next(this.#health.score, nowMs)
    this.#move(this.#latencyRatio, nowMs)
  }

  /** Facts have changed: the mode has too when this returns. Measurements are those of before. */
  review(): void {
    this.#move(this.#latencyRatio, this.#options.clock.monotonicMs())
  }

  get mode(): ModeState {
    return this.#mode
  }

  get effects(): ModeEffects {
    return modeEffects[this.#mode.mode]
  }

  /** As the modes see it: the score without its jitter, with the losses of the last look. */
  get health(): Health {
    return { score: this.#smoothed, losses: this.#health.losses }
  }

  /** What is in force for one component, which may be stricter than for the rest. */
  effectsOf(component: string): ModeEffects {
    return this.#components.effects(component, this.#mode.mode)
  }

  /** Puts one component under the strict settings by hand, or releases it. */
  setComponentMode(name: string, input: Exclude<ComponentModeInput, { kind: 'measured' }>): void {
    this.#components.next(name, input, this.#options.clock.monotonicMs())
  }

  componentMode(name: string) {
    return this.#components.state(name)
  }

  /** Returns how to stop listening. */
  onMode(listener: ModeListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get #everyMs(): number {
    return this.#options.everyMs ?? 100
  }

  #errorRate(components: Iterable<ComponentCounts> | null, nowMs: number): number | null {
    if (components === null) return null
    let [handled, failed] = [0, 0]
    for (const { name, essential, ...counts } of components) {
      const window = this.#windowOf(name)
      window.look(counts.handled, counts.failed)
      const weight = essential ? ESSENTIAL_WEIGHT : 1
      handled += weight * window.handled
      failed += weight * window.failed
      const errorRate = window.rate(HANDLED_MIN)
      const measured = { kind: 'measured', errorRate, handled: window.handled } as const
      this.#components.next(name, measured, nowMs)
    }
    return Math.min(1, failed / Math.max(handled, HANDLED_MIN))
  }

  #windowOf(component: string): ErrorWindow {
    const known = this.#windows.get(component)
    if (known) return known
    const window = new ErrorWindow(this.#windowLooks)
    this.#windows.set(component, window)
    return window
  }

  #move(latencyRatio: number, nowMs: number): void {
    const before = this.#mode
    const signals: ModeSignals = {
      ...this.#options.sources.facts(),
      heldSafe: this.#options.heldSafe ?? false,
      health: this.#smoothed,
      healthReason: this.#health.losses[0]?.reason ?? 'it is coming back',
      latencyRatio,
    }
    this.#mode = nextMode(before, signals, nowMs)
    if (this.#mode.mode !== before.mode) this.#tell(this.#mode, before)
  }

  #tell(mode: ModeState, before: ModeState): void {
    this.#log.warn({ from: before.mode, to: mode.mode, reason: mode.reason }, 'mode changed')
    for (const listener of this.#listeners) {
      try {
        listener(mode, before)
      } catch (error) {
        this.#log.error({ err: error, mode: mode.mode }, 'a listener to modes threw')
      }
    }
  }
}

export type ModeListener = (mode: ModeState, before: ModeState) => void

export interface HealthMonitorOptions {
  readonly clock: Clock
  readonly log: Log
  readonly sources: HealthSources
  /** Default 100. */
  readonly everyMs?: number
  /** The time over which the score is smoothed. Default 1,000. */
  readonly smoothingMs?: number
  /** Set by `--safe-mode`. */
  readonly heldSafe?: boolean
}

const ERROR_WINDOW_MS = 10_000
const HANDLED_MIN = 20
const ESSENTIAL_WEIGHT = 3
const THREW = 'a source of health could not be read'
