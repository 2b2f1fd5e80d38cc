/** Adds up ticks until it is told to fall ill; in a worker, as its default export, or anywhere. */
import { type Component, type Event, serveComponent } from 'genesis/engine'

export class Adder implements Component {
  readonly name: string
  readonly subscriptions: readonly string[]
  readonly essential = true
  #ticks = 0
  #sum = 0
  #leaking = false
  readonly #kept: number[][] = []

  constructor(name: string, subscriptions: readonly string[] = []) {
    this.name = name
    this.subscriptions = subscriptions
  }

  onEvent({ topic, payload }: Event): void {
    if (topic === 'ill.throws') {
      this.#sum = Number.NaN
      throw new Error('a price of zero, and nothing adds up any more')
    }
    if (topic === 'ill.hangs') for (;;) this.#sum *= 1
    if (topic === 'ill.leaks') this.#leaking = true
    if (this.#leaking) this.#kept.push(new Array<number>(500_000).fill(0.5)) // 4 MB a tick
    if (topic !== 'tick') return
    this.#ticks += 1
    this.#sum += payload as number
  }

  onRequest() {
    return this.snapshot()
  }

  snapshot() {
    return { ticks: this.#ticks, sum: this.#sum }
  }

  restore(state: unknown): void {
    const { ticks, sum } = state as ReturnType<Adder['snapshot']>
    this.#ticks = ticks
    this.#sum = sum
  }
}

export default serveComponent(() => new Adder('in a worker'))
