import { GenesisError } from '../../runtime/index.ts'
import { restoreState, savedStateOf, type SavedStates } from '../checkpoint/index.ts'
import type { Component, ComponentContext } from '../component.ts'
import { EventRouter } from '../event-router.ts'
import type { Event } from '../event.ts'

/**
 * Second instances of a group's components, in the same process, that are given the same numbered
 * events and speak to nobody: what they decide goes no further than the context they are given.
 * They stand ready at the number the first ones stand at.
 *
 * When one of them throws, all of them are worth nothing: the caller drops them.
 */
export class StandbyGroup {
  readonly #components: readonly Component[]
  readonly #router = new EventRouter<Component>()

  constructor(components: readonly Component[]) {
    this.#components = components
    for (const component of components) {
      // One that works asynchronously keeps no state that is a function of the events.
      if ((component.inFlightMax ?? 0) > 0) continue
      for (const pattern of component.subscriptions) this.#router.subscribe(pattern, component)
    }
  }

  restore(states: SavedStates): void {
    for (const component of this.#components) {
      const saved = states.get(component.name)
      if (saved) restoreState(component, saved)
    }
  }

  /** Event by event, and each to all of them, as the first ones get it. */
  apply(events: readonly Event[], context: ComponentContext): void {
    for (const event of events) {
      for (const component of this.#router.subscribersOf(event.topic)) {
        try {
          const answer: unknown = component.onEvent(event, context)
          if (answer instanceof Promise) refuse(answer)
        } catch (cause) {
          throw standbyFailed(component, event, cause)
        }
      }
    }
  }

  states(): SavedStates {
    const states = new Map<string, NonNullable<ReturnType<typeof savedStateOf>>>()
    for (const component of this.#components) {
      const saved = savedStateOf(component)
      if (saved) states.set(component.name, saved)
    }
    return states
  }

  /**
   * Gives each first instance what its second one has, as values and not as text: they may be
   * shared from then on, so these second instances must not be used again.
   */
  handOver(firsts: readonly Component[]): void {
    for (const first of firsts) {
      const second = this.#components.find(({ name }) => name === first.name)
      if (second?.snapshot) first.restore?.(second.snapshot())
    }
  }
}

/** What answers later has no state that stands at a number; what it answers is of no interest. */
function refuse(answer: Promise<unknown>): never {
  void Promise.allSettled([answer])
  throw new GenesisError('component-failed', 'it answered an event with a promise')
}

function standbyFailed({ name }: Component, { topic, number }: Event, cause: unknown) {
  const message = `the standby of ${name} failed at ${topic} ${number}`
  return new GenesisError('component-failed', message, { cause })
}
