import { createRandom, type Random } from '../../runtime/index.ts'
import type { SimulatedCall, SimulatedCalls } from './simulated-calls.ts'

/**
 * For tests: another side with so many servers and one queue for them, as wide as it may get, and
 * clients that arrive at a mean rate whatever becomes of their calls.
 */
export class SimulatedServer {
  readonly #calls: SimulatedCalls
  readonly #random: Random
  servers: number
  serviceMs: (random: Random) => number
  #busy = 0
  readonly #queue: SimulatedCall[] = []

  constructor(
    calls: SimulatedCalls,
    { servers, meanMs, seed = 1 }: { servers: number; meanMs: number; seed?: number },
  ) {
    this.#calls = calls
    this.#random = createRandom(seed)
    this.servers = servers
    this.serviceMs = (random) => random.exponential(meanMs)
    calls.serve = (call) => {
      this.#queue.push(call)
      this.work()
    }
  }

  /** Also after `servers` was raised. */
  work(): void {
    while (this.#busy < this.servers) {
      const call = this.#queue.shift()
      if (call === undefined) return
      this.#busy++
      this.#calls.clock.after(this.serviceMs(this.#random), () => {
        this.#busy--
        call.answer()
        this.work()
      })
    }
  }

  /** Lets `send` be called `perSecond` times a second on average, for `forMs`. */
  load(perSecond: number, forMs: number, send: (random: Random) => void): void {
    const { clock } = this.#calls
    const endMs = clock.monotonicMs() + forMs
    const arrive = () => {
      if (clock.monotonicMs() >= endMs) return
      send(this.#random)
      clock.after(this.#random.exponential(1_000 / perSecond), arrive)
    }
    clock.after(0, arrive)
    runFor(this.#calls, forMs)
  }
}

/** Moves time without a promise: all in these simulations is callbacks. */
export function runFor({ clock }: SimulatedCalls, forMs: number): void {
  const endMs = clock.monotonicMs() + forMs
  for (let next = clock.nextTimerAt(); next <= endMs; next = clock.nextTimerAt()) {
    clock.setTime(next)
    clock.runDueTimers()
  }
  clock.setTime(endMs)
}
