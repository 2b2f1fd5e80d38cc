import type { Log } from '../runtime/index.ts'
import type { Component, ComponentContext } from './component.ts'
import type { Event } from './event.ts'

/**
 * Runs one component and keeps its faults its own: what it throws is counted, logged and goes no
 * further.
 */
export class ComponentHost {
  readonly component: Component
  readonly #log: Log
  #handled = 0
  #failed = 0
  #lastError: string | null = null

  constructor(component: Component, log: Log) {
    this.component = component
    this.#log = log.child({ component: component.name })
  }

  handle(event: Event, context: ComponentContext): void {
    this.#handled += 1
    try {
      this.component.onEvent(event, context)
    } catch (error) {
      this.#fail(event, error)
    }
  }

  get isFailing(): boolean {
    return this.#failed > 0
  }

  status(): ComponentStatus {
    return {
      name: this.component.name,
      subscriptions: this.component.subscriptions,
      essential: this.component.essential === true,
      state: this.isFailing ? 'failing' : 'running',
      handled: this.#handled,
      failed: this.#failed,
      lastError: this.#lastError,
    }
  }

  #fail(event: Event, error: unknown): void {
    this.#failed += 1
    this.#lastError = error instanceof Error ? error.message : String(error)
    this.#log.error({ err: error, topic: event.topic, number: event.number }, 'component threw')
  }
}

export interface ComponentStatus {
  readonly name: string
  readonly subscriptions: readonly string[]
  readonly essential: boolean
  readonly state: 'running' | 'failing'
  readonly handled: number
  readonly failed: number
  readonly lastError: string | null
}
