import { assert, type Refusal, refuse } from '../../runtime/index.ts'
import { type Event, PRIORITY_LEVELS, Priority, priorityNames } from '../event.ts'

/**
 * Lets only a share of the passing LOW and BACKGROUND events in.
 *
 * What holds: durable events and the three important levels always pass; of any n events of one
 * level the share that passes is right to within one event, for it is counted and not drawn.
 */
export class Throttle {
  /** The share that passes, in thousandths. */
  #share = WHOLE
  readonly #credits = new Int32Array(PRIORITY_LEVELS)
  #refusals: readonly Refusal<'throttled'>[] = []

  /** From 0 (none passes) to 1 (all do). */
  setFactor(factor: number): void {
    assert(factor >= 0 && factor <= 1, 'a throttle factor is between 0 and 1')
    this.#share = Math.round(factor * WHOLE)
    const percent = this.#share / (WHOLE / 100)
    this.#refusals = priorityNames.map((name) =>
      Object.freeze(
        refuse('throttled', `${percent} % of the ${name} events are let in at present`),
      ),
    )
  }

  /** Undefined when the event may come in. */
  refusal(event: Event): Refusal<'throttled'> | undefined {
    const level = event.priority
    if (this.#share === WHOLE || level < Priority.LOW || event.durable) return undefined
    const credit = this.#credits[level]! + this.#share
    const passes = credit >= WHOLE
    this.#credits[level] = passes ? credit - WHOLE : credit
    return passes ? undefined : this.#refusals[level]
  }
}

const WHOLE = 1_000
