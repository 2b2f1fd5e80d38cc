import { type Clock, GenesisError, type Log, messageOf } from '../runtime/index.ts'
import { savedStateOf, type SavedState } from './checkpoint/index.ts'
import type { Component, ComponentContext } from './component.ts'
import { AsyncLane } from './dispatch/index.ts'
import type { Event } from './event.ts'
import type { RestoreReport } from './restore-report.ts'
import type { RestoreAbort, Supervised } from './supervision/index.ts'

/**
 * Runs one component and keeps its faults its own.
 *
 * - A component that throws gets not one more event until it was restored: what it made of the
 *   event is not known, and what comes after would build on it. Whoever supervises is told.
 * - Durable events that a suspended component misses come to it from the journal when it is
 *   restored; passing ones are counted.
 * - Where it answers events with promises, so many are under way and so many wait. Nothing waits
 *   for them; one that fails suspends a component that has a state to lose, and no other.
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
  /** Where its `onEvent` may return a promise. */
  readonly #lane: AsyncLane | null
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
    this.#log = options.log.child({ component: component.name, essential: this.essential })
    this.#lane = component.inFlightMax ? this.#makeLane(component.inFlightMax) : null
  }

  handle(event: Event, context: ComponentContext): void {
    if (this.#suspended) {
      this.#missed += 1
      return
    }
    if (event.durable) this.#number = event.number
    if (this.#lane !== null && context.live) return this.#offer(this.#lane, event)
    this.#handled += 1
    try {
      const answer = this.component.onEvent(event, context)
      if (answer !== undefined) this.#follow(answer, event)
    } catch (error) {
      this.fail(error, event)
    }
  }

  /** Of what may be in flight, above 0 to 1. */
  setInFlightShare(share: number): void {
    const most = this.component.inFlightMax ?? 0
    this.#lane?.setInFlightMax(Math.max(1, Math.floor(most * share)))
  }

  get inFlight(): number {
    return this.#lane?.inFlight ?? 0
  }

  /** Nothing is under way and nothing waits: its state is that of the last event. */
  get isIdle(): boolean {
    return this.#lane?.idle ?? true
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
    this.#lastError = messageOf(error)
    this.#log.error({ err: error, topic: event?.topic, number: event?.number }, 'component failed')
    if (!this.#options.mendsItself) this.suspend()
    this.#options.onFailed(this, error)
  }

  get isSuspended(): boolean {
    return this.#suspended
  }

  suspend(): void {
    if (this.#suspended) return
    this.#suspended = true
    // Without a state to lose, what is under way and what waits goes on.
    if (this.component.restore) this.#missed += this.#lane?.clear() ?? 0
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

  /** It is being brought back from its own state: events up to here were given to it. */
  caughtUpTo(number: number): void {
    this.#standsAt = number
  }

  restore(abort: RestoreAbort): Promise<RestoreReport> {
    return this.#options.restore(this, abort)
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
    if (!(answer instanceof Promise)) {
      const sentence = `${this.name} answered an event with a ${typeof answer}, which is no promise`
      throw new GenesisError('component-failed', sentence)
    }
    if (!this.component.inFlightMax) {
      answer.catch((error: unknown) => this.#log.error({ err: error }, 'an unexpected promise'))
      const sentence = `${this.name} answered an event with a promise and has no inFlightMax`
      throw new GenesisError('component-failed', sentence)
    }
    answer.catch((error: unknown) => this.fail(error, event))
  }

  #offer(lane: AsyncLane, event: Event): void {
    // Passing events leave the last places to durable ones.
    const isFull = !event.durable && lane.waiting >= LANE_PASSING_MAX
    const refusal = isFull ? null : lane.offer(event, this.#options.clock.monotonicMs())
    if (refusal === undefined) return
    this.#missed += 1
    // It does not keep up, and nobody else waits for it.
    if (refusal !== null) this.fail(new GenesisError('component-failed', refusal.reason), event)
  }

  #makeLane(inFlightMax: number): AsyncLane {
    const { clock, live } = this.#options
    return new AsyncLane({
      clock,
      inFlightMax,
      backlogMax: LANE_WAITING_MAX,
      deadlineMs: this.component.deadlineMs ?? DEADLINE_MS,
      handle: (event) => this.component.onEvent(event, live),
      onHandled: () => {
        this.#handled += 1
      },
      onFailed: (event, error) => {
        this.#handled += 1
        if (this.component.restore) this.fail(error, event)
        else this.#note(error, event)
      },
    })
  }

  /** Without a state there is nothing to restore: the next event is as good as before. */
  #note(error: unknown, event: Event): void {
    this.#failed += 1
    this.#lastError = messageOf(error)
    this.#log.error({ err: error, topic: event.topic, number: event.number }, 'event failed')
  }
}

export interface ComponentHostOptions {
  readonly clock: Clock
  readonly log: Log
  /** What a component is handed with a live event. */
  readonly live: ComponentContext
  /** Its working part is elsewhere and brought back there: it goes on taking events. */
  readonly mendsItself: boolean
  /** The number of the last event that is given to the components. */
  readonly applied: () => number
  /** Called at once, in the middle of the event. */
  onFailed(host: ComponentHost, error: unknown): void
  restore(host: ComponentHost, abort: RestoreAbort): Promise<RestoreReport>
}

export interface HostCounts {
  readonly handled: number
  readonly failed: number
  /** Events that came while it was suspended. */
  readonly missed: number
  readonly lastError: string | null
}

const LANE_WAITING_MAX = 65_536
const LANE_PASSING_MAX = 1_024
const DEADLINE_MS = 30_000
