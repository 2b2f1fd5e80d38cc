import type { Component, ComponentContext } from '../../component.ts'
import type { ComponentRequest } from '../../component-request.ts'
import { durableEvent, type Event, Priority } from '../../event.ts'
import { serveComponent } from './serve-component.ts'

/** Sums what it is given, answers each with the sum, and falls ill as the topic says. */
class Patient implements Component {
  readonly name = 'patient'
  readonly subscriptions = []
  #sum = 0
  /** Of this worker alone: no part of the state. */
  #heardLive = 0
  readonly #kept: number[][] = []

  onEvent(event: Event, context: ComponentContext): void | Promise<void> {
    switch (event.topic) {
      case 'ill.throws':
        throw new Error('it is ill')
      case 'ill.spins':
        for (;;) this.#sum += 0.5
      case 'ill.leaks':
        for (;;) this.#kept.push(new Array<number>(10_000).fill(this.#sum))
      case 'ill.hangs':
        return new Promise(() => undefined)
      case 'ill.rejects':
        return Promise.resolve().then(() => {
          throw new Error('it is ill later')
        })
      case 'ill.lies':
        context.publish({ topic: 'Not A Topic' } as Event)
        return undefined
    }
    if (context.live) this.#heardLive += 1
    this.#sum += event.payload as number
    context.publish(
      durableEvent('sum.made', {
        priority: Priority.NORMAL,
        time: event.time,
        key: event.key,
        payload: this.#sum,
      }),
    )
    return undefined
  }

  onRequest({ name }: ComponentRequest): unknown {
    if (name === 'sum') return this.#sum
    if (name === 'heard-live') return this.#heardLive
    throw new Error(`it does not know ${name}`)
  }

  snapshot(): unknown {
    return this.#sum
  }

  restore(state: unknown): void {
    this.#sum = state as number
  }
}

export default serveComponent(() => new Patient())
