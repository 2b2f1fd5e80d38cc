/** Adds up ticks, in a worker, until it is told to fall ill: it throws, hangs or leaks. */
import { type Component, type Event, serveComponent } from 'genesis/engine'

class SickComponent implements Component {
  readonly name = 'sick'
  readonly subscriptions = []
  #sum = 0
  #leaking = false
  readonly #kept: number[][] = []

  onEvent(event: Event): void {
    if (event.topic === 'ill.throws') throw new Error('division by a customer')
    if (event.topic === 'ill.hangs') for (;;) this.#sum *= 1
    if (event.topic === 'ill.leaks') this.#leaking = true
    if (this.#leaking) this.#kept.push(new Array<number>(1_000_000).fill(0.5)) // 8 MB a tick
    if (event.topic === 'tick') this.#sum += event.payload as number
  }

  onRequest(): number {
    return this.#sum
  }

  snapshot(): number {
    return this.#sum
  }

  restore(state: unknown): void {
    this.#sum = state as number
  }
}

export default serveComponent(() => new SickComponent())
