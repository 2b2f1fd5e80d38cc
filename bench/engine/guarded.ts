import {
  AsyncLane,
  Dispatcher,
  type Event,
  EventRouter,
  passingEvent,
  Priority,
} from 'genesis/engine'
import { CircuitBreaker } from 'genesis/resilience'
import { DeadlineWheel, systemClock } from 'genesis/runtime'

/**
 * The whole way of an event through one thread: publish, five levels under weighted service,
 * router, the component's circuit breaker, its swept deadline, the handler isolated, and the
 * histogram of its latency. Only the journal is left out of what the engine does to an event.
 */
export class Guarded {
  readonly dispatcher: Dispatcher
  handled = 0
  readonly handledByLevel = [0, 0, 0, 0, 0]
  readonly #clock = systemClock()
  readonly #router = new EventRouter<Guard>()
  readonly #guards: Guard[] = []

  /** Components on as many topics, each behind a guard of its own. */
  constructor({ components, bound, boundOfAll = bound * 5, kind }: GuardedOptions) {
    this.dispatcher = new Dispatcher({
      clock: this.#clock,
      bound,
      boundOfAll,
      canTake: () => true,
      deliver: (event, nowMs) => this.#deliver(event, nowMs),
    })
    for (let index = 0; index < components; index += 1) {
      const isSynchronous = kind === 'synchronous' || (kind === 'both' && index % 2 === 0)
      const guard = isSynchronous ? this.#synchronous() : this.#asynchronous(bound)
      this.#router.subscribe(topicOf(index), guard)
      this.#guards.push(guard)
    }
    this.#router.subscribe('bench.burst', { take: (event) => (event.payload as () => void)() })
  }

  /** Runs `publishAll` within a turn, so that what it publishes waits, and then all of it. */
  async burst(publishAll: () => void): Promise<void> {
    const { dispatcher } = this
    const fields = { priority: Priority.CRITICAL, time: 0, key: 'burst', payload: publishAll }
    dispatcher.publish(passingEvent('bench.burst', fields))
    if (!dispatcher.idle) await dispatcher.settled()
    for (const guard of this.#guards) if (guard.idle === false) await guard.settled?.()
  }

  #deliver(event: Event, nowMs: number): number | void {
    const guards = this.#router.subscribersOf(event.topic)
    let endedMs: number | void = undefined
    for (let index = 0; index < guards.length; index += 1) {
      endedMs = guards[index]!.take(event, endedMs ?? nowMs)
    }
    return endedMs
  }

  #handle({ priority }: Event): void {
    this.handled += 1
    this.handledByLevel[priority]! += 1
  }

  #synchronous(): Guard {
    return new SynchronousGuard(this.#clock, (event) => this.#handle(event))
  }

  #asynchronous(backlogMax: number): Guard {
    const lane = new AsyncLane({
      clock: this.#clock,
      circuit: new CircuitBreaker(),
      inFlightMax: 64,
      backlogMax: backlogMax * 5,
      deadlineMs: DEADLINE_MS,
      handle: async (event) => this.#handle(event),
      onHandled: () => undefined,
      onFailed: (_, error) => {
        throw error
      },
    })
    return {
      take: (event, nowMs) => {
        if (lane.offer(event, nowMs)) throw new Error('the lane is full')
      },
      get idle() {
        return lane.idle
      },
      settled: () => lane.settled(),
    }
  }
}

export interface GuardedOptions {
  readonly components: number
  readonly bound: number
  readonly boundOfAll?: number
  /** How the handlers answer; both: every other component. */
  readonly kind: 'synchronous' | 'asynchronous' | 'both'
}

interface Guard {
  /** When it was done, if it read the clock. */
  take(event: Event, nowMs: number): number | void
  readonly idle?: boolean
  settled?(): Promise<void>
}

class SynchronousGuard implements Guard {
  readonly #clock: ReturnType<typeof systemClock>
  readonly #handle: (event: Event) => void
  readonly #circuit = new CircuitBreaker()
  readonly #deadlines: DeadlineWheel<Event>
  #taken = 0

  constructor(clock: ReturnType<typeof systemClock>, handle: (event: Event) => void) {
    this.#clock = clock
    this.#handle = handle
    this.#deadlines = new DeadlineWheel({ bound: 1_024, startMs: clock.monotonicMs() })
  }

  take(event: Event, nowMs: number): number {
    const ticket = this.#circuit.admit(nowMs)
    if (ticket === 0) return nowMs
    const deadline = this.#deadlines.add(nowMs + DEADLINE_MS, event)
    let result: 'success' | 'failure' = 'success'
    try {
      this.#handle(event)
    } catch {
      result = 'failure'
    }
    this.#deadlines.cancel(deadline)
    const endMs = this.#clock.monotonicMs()
    this.#circuit.settle(ticket, result, endMs - nowMs, endMs)
    this.#taken += 1
    if (this.#taken % SWEEP_EVERY === 0) this.#deadlines.sweep(endMs, () => undefined)
    return endMs
  }
}

/** Events over `components` topics, a thousand keys and the mix of levels a market day has. */
export function mixedEvents(count: number, components: number): readonly Event[] {
  return Array.from({ length: count }, (_, index) => mixedEvent(index, components))
}

export function mixedEvent(index: number, components: number): Event {
  return passingEvent(topicOf(index % components), {
    priority: levelMix[index % levelMix.length]!,
    time: 0,
    key: `key-${index % 1000}`,
    payload: { index },
  })
}

const topics = Array.from('abcdefgh', (letter) => `bench.topic-${letter}`)
const topicOf = (index: number) => topics[index]!

const { CRITICAL, HIGH, NORMAL, LOW, BACKGROUND } = Priority
const levelMix: readonly Priority[] = [
  ...[NORMAL, LOW, NORMAL, HIGH, BACKGROUND, NORMAL, LOW, NORMAL, CRITICAL, BACKGROUND],
]

const DEADLINE_MS = 1_000
const SWEEP_EVERY = 100
