import { GenesisError, type Log } from '../runtime/index.ts'
import { savedStateOf, type SavedState } from './checkpoint/index.ts'
import type { Component, ComponentContext } from './component.ts'
import type { Event } from './event.ts'
import type { RestoreReport } from './restore-report.ts'
import type { Supervised } from './supervision/index.ts'

/**
 * Runs one component and keeps its faults its own.
 *
 * - A component that throws gets not one more event until it was restored: what it made of the
 *   event is not known, and what comes after would build on it. Whoever supervises is told.
 * - Durable events that a suspended component misses come to it from the journal when it is
 *   restored; passing ones are counted.
 * - What it was when it was registered is kept: there a restoration begins that finds nothing
 *   newer.
 */
export class ComponentHost implements Supervised {
  readonly component: Component
  readonly name: string
  readonly group: string
  readonly essential: boolean
  readonly initial: SavedState | null
  readonly #options: ComponentHostOptions
  readonly #log: Log
  #suspended = false
  #handled = 0
  #failed = 0
  #missed = 0
  #lastError: string | null = null
  /** Of the last durable event it was given. */
  #number = 0
  #standsAt = 0

  constructor(component: Component, options: ComponentHostOptions) {
    this.component = component
    this.name = component.name
    this.group = component.group ?? component.name
    this.essential = component.essential === true
    this.initial = savedStateOf(component)
    this.#options = options
    this.#log = options.log.child({ component: component.name })
  }

  handle(event: Event, context: ComponentContext): void {
    if (this.#suspended) {
      this.#missed += 1
      return
    }
    this.#handled += 1
    if (event.durable) this.#number = event.number
    try {
      const answer = this.component.onEvent(event, context)
      if (answer !== undefined) this.#follow(answer, event)
    } catch (error) {
      this.fail(error, event)
    }
  }

  endOfBatch(context: ComponentContext): void {
    if (this.#suspended) return
    try {
      this.component.onEndOfBatch?.(context)
    } catch (error) {
      this.fail(error, null)
    }
  }

  /** It did what it must not. `event`: at which one; null where it was at none. */
  fail(error: unknown, event: Event | null): void {
    this.#failed += 1
    this.#lastError = error instanceof Error ? error.message : String(error)
    this.#log.error({ err: error, topic: event?.topic, number: event?.number }, 'component failed')
    this.suspend()
    this.#options.onFailed(this, error)
  }

  get isSuspended(): boolean {
    return this.#suspended
  }

  suspend(): void {
    if (this.#suspended) return
    this.#suspended = true
    // It may have been suspended in the middle of an event that it was not given yet.
    const applied = this.#options.applied()
    this.#standsAt = this.#number === applied ? applied : Math.max(0, applied - 1)
  }

  /** It stays as it is until somebody asks for another try. */
  giveUp(): void {
    this.suspend()
  }

  /** While suspended: the number up to which it was given everything. */
  get standsAt(): number {
    return this.#standsAt
  }

  restore(signal: AbortSignal): Promise<RestoreReport> {
    return this.#options.restore(this, signal)
  }

  /** It has its state again, of the present number, and takes what comes from here on. */
  resume(): void {
    this.#suspended = false
  }

  get counts(): HostCounts {
    const [handled, failed, missed] = [this.#handled, this.#failed, this.#missed]
    return { handled, failed, missed, lastError: this.#lastError }
  }

  #follow(answer: Promise<void>, event: Event): void {
    if (!this.component.inFlightMax) {
      const sentence = `${this.name} answered an event with a promise and has no inFlightMax`
      throw new GenesisError('component-failed', sentence)
    }
    answer.catch((error: unknown) => this.fail(error, event))
  }
}

export interface ComponentHostOptions {
  readonly log: Log
  /** The number of the last event that is given to the components. */
  readonly applied: () => number
  /** Called at once, in the middle of the event. */
  onFailed(host: ComponentHost, error: unknown): void
  restore(host: ComponentHost, signal: AbortSignal): Promise<RestoreReport>
}

export interface HostCounts {
  readonly handled: number
  readonly failed: number
  /** Events that came while it was suspended. */
  readonly missed: number
  readonly lastError: string | null
}
