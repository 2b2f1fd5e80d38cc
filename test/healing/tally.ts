import {
  type Component,
  type ComponentContext,
  durableEvent,
  type Event,
  Priority,
} from 'genesis/engine'

/**
 * Adds up numbers so that their order shows, tells each sum as a durable event, and does what its
 * illness says when it is told so, its state in ruins.
 */
export class Tally implements Component {
  readonly name: string
  readonly subscriptions: readonly string[]
  readonly essential = true
  readonly inFlightMax?: number
  readonly deadlineMs = 200
  /** Whether the next snapshot is one that cannot be written. */
  isUnwritable = false
  #count = 0
  #sum = 0
  readonly #kept: number[][] = []

  constructor(
    name: string,
    options: { readonly ill?: string; readonly inFlightMax?: number } = {},
  ) {
    const { ill, inFlightMax } = options
    this.name = name
    this.subscriptions = ['number.given', ...(ill === undefined ? [] : [`ill.${ill}`])]
    if (inFlightMax !== undefined) this.inFlightMax = inFlightMax
  }

  onEvent(event: Event, context: ComponentContext): void | Promise<void> {
    if (event.topic.startsWith('ill.')) return this.#fallIll(event.topic, context)
    this.#count += 1
    this.#sum = (this.#sum * 31 + (event.payload as number)) % 1_000_003
    const { time, key } = event
    const of = { priority: Priority.NORMAL, time, key: `${this.name} ${key}`, payload: this.#sum }
    context.publish(durableEvent('tally.made', of))
    return undefined
  }

  onRequest({ name }: { readonly name: string }): unknown {
    return name === 'garbage' ? { count: 'many' } : this.snapshot()
  }

  validate(answer: unknown): string | null {
    return Number.isInteger((answer as { count: unknown }).count) ? null : 'a count that is none'
  }

  snapshot(): unknown {
    if (this.isUnwritable) throw new Error('it cannot say what it is')
    return { count: this.#count, sum: this.#sum }
  }

  restore(state: unknown): void {
    const { count, sum } = state as { count: number; sum: number }
    this.#count = count
    this.#sum = sum
    this.isUnwritable = false
  }

  #fallIll(topic: string, context: ComponentContext): void | Promise<void> {
    this.#sum = Number.NaN
    const lie = (of: object) => {
      const event = { topic: 'tally.made', priority: 2, time: 1, key: 'lie', payload: 0 }
      context.publish({ ...event, durable: true, number: 0, ...of } as Event)
    }
    switch (topic) {
      case 'ill.throws':
        throw new Error('it is ill')
      case 'ill.spins':
        for (;;) this.#count += 1
      case 'ill.leaks':
        for (;;) this.#kept.push(new Array<number>(10_000).fill(this.#sum))
      case 'ill.hangs':
        return new Promise(() => undefined)
      case 'ill.rejects':
        return Promise.resolve().then(() => {
          throw new Error('it is ill later')
        })
      case 'ill.answers':
        return 42 as unknown as Promise<void>
      case 'ill.names-nothing':
        return lie({ topic: 'Not A Topic' })
      case 'ill.never-ends': {
        const endless: unknown[] = []
        endless.push(endless)
        return lie({ payload: { endless } })
      }
      case 'ill.says-no-json':
        return lie({ payload: { price: Number.NaN } })
      case 'ill.says-bigint':
        return lie({ payload: [1n] })
    }
    throw new Error(`it knows no illness ${topic}`)
  }
}
