import { silentLog, type SimulatedClock } from '../../../runtime/index.ts'
import { HealthMonitor, type HealthSources } from '../../health/index.ts'
import { type ModeEffects, modeEffects } from '../mode-effects.ts'
import type { SystemMode } from '../system-mode.ts'
import type { Governed } from './mode-scenario.ts'

/** Who sets the mode in a simulation: the real monitor, or nobody, for it is pinned. */
export class Governor {
  readonly #clock: SimulatedClock
  readonly #monitor: HealthMonitor | null
  readonly #entered: { readonly mode: SystemMode; readonly atMs: number }[]

  constructor(clock: SimulatedClock, governed: Governed, sources: Partial<HealthSources>) {
    this.#clock = clock
    const pinned = governed === 'by the table' ? null : governed
    this.#monitor =
      pinned === null
        ? new HealthMonitor({ clock, log: silentLog, sources: { facts: noFacts, ...sources } })
        : null
    this.#monitor?.start()
    this.#entered = [{ mode: pinned ?? this.#monitor!.mode.mode, atMs: 0 }]
    this.#monitor?.onMode(({ mode }) =>
      this.#entered.push({ mode, atMs: this.#clock.monotonicMs() }),
    )
  }

  /** For what cannot wait for the next look. */
  look(): void {
    this.#monitor?.look()
  }

  get effects(): ModeEffects {
    return modeEffects[this.#entered.at(-1)!.mode]
  }

  /** The share of the time in each mode so far, and how often it changed. */
  history(): {
    readonly modes: Readonly<Partial<Record<SystemMode, number>>>
    readonly changes: number
  } {
    const end = this.#clock.monotonicMs()
    const modes: Partial<Record<SystemMode, number>> = {}
    this.#entered.forEach(({ mode, atMs }, index) => {
      const left = this.#entered[index + 1]?.atMs ?? end
      modes[mode] = (modes[mode] ?? 0) + (left - atMs) / end
    })
    return { modes, changes: this.#entered.length - 1 }
  }
}

function noFacts() {
  return { halted: null, restoring: null, essentialFailing: null }
}
