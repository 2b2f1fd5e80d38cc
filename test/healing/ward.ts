import {
  CheckpointManager,
  type Component,
  Coordinator,
  type CoordinatorOptions,
  durableEvent,
  type Event,
  passingEvent,
  Priority,
  type SupervisionEvent,
} from 'genesis/engine'
import { openJournal } from 'genesis/journal'
import { type Clock, silentLog, SimulatedDisk } from 'genesis/runtime'
import { Tally } from './tally.ts'

/**
 * One component that will fall ill, between two that do not: what they are and what they told is
 * what it must be and must have told, at the same number.
 */
export class Ward {
  readonly coordinator: Coordinator
  readonly before = new Tally('before')
  readonly twin = new Tally('twin')
  readonly story: SupervisionEvent[] = []
  readonly #clock: Clock
  readonly #told: Event[] = []
  #given = 0

  constructor(clock: Clock, sick: Component, options: Partial<CoordinatorOptions> = {}) {
    const disk = new SimulatedDisk()
    this.#clock = clock
    this.coordinator = new Coordinator({
      clock,
      log: silentLog,
      openJournal: (listener) =>
        openJournal({ disk, folder: 'journal', segmentBytes: 1_048_576, listener }),
      checkpoints: new CheckpointManager({ disk, clock, folder: 'checkpoints', log: silentLog }),
      groups: { sick: { intensity: { restarts: 20, withinMs: 10_000 } } },
      onSupervision: (event) => this.story.push(event),
      ...options,
    })
    const recorder: Component = {
      name: 'recorder',
      subscriptions: ['tally.made'],
      onEvent: (event) => void this.#told.push(event),
    }
    for (const each of [this.before, sick, this.twin, recorder]) this.coordinator.register(each)
  }

  /** Gives one more number; how many the one before and the one after it have counted by then. */
  async give(): Promise<{ readonly given: number; readonly counted: readonly number[] }> {
    this.#given += 1
    const of = { priority: Priority.NORMAL, time: this.#clock.now(), payload: this.#given }
    this.coordinator.publish(durableEvent('number.given', { ...of, key: `${this.#given}` }))
    await this.coordinator.settled()
    return { given: this.#given, counted: [this.before, this.twin].map(countOf) }
  }

  get given(): number {
    return this.#given
  }

  makeIll(illness: string): void {
    const of = { priority: Priority.NORMAL, time: this.#clock.now(), key: '', payload: null }
    this.coordinator.publish(passingEvent(`ill.${illness}`, of))
  }

  /** What a component told, in the order of the numbers it was given. */
  told(name: string): readonly string[] {
    const own = this.#told.filter(({ key }) => key.startsWith(`${name} `))
    return own.map(({ key, payload }) => `${key.slice(name.length + 1)}: ${String(payload)}`)
  }

  status(name: string) {
    return this.coordinator.status().components.find((each) => each.name === name)!
  }

  get wasRestored(): boolean {
    return this.story.some(({ is }) => is === 'restored')
  }

  get faults(): readonly string[] {
    return this.story.flatMap((event) => (event.is === 'failed' ? [event.reason] : []))
  }
}

function countOf(tally: Tally): number {
  return (tally.snapshot() as { count: number }).count
}
