import { createRandom, SimulatedClock } from '../../runtime/index.ts'
import type { CircuitResult } from '../circuit.ts'
import type { ResilienceEvent } from '../events.ts'
import { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker.ts'

/** For tests: a circuit on simulated time, with everything it told. */
export class SimulatedCircuit {
  readonly clock = new SimulatedClock()
  readonly breaker: CircuitBreaker
  readonly events: ResilienceEvent[] = []

  constructor(options: CircuitBreakerOptions = {}) {
    this.breaker = new CircuitBreaker({
      random: createRandom(1),
      clock: this.clock,
      ...options,
    })
    this.breaker.events.on((event) => this.events.push(event))
  }

  get nowMs(): number {
    return this.clock.monotonicMs()
  }

  get state(): string {
    return this.breaker.state
  }

  /** Every state it has been in since the start. */
  get path(): string[] {
    return this.moves.flatMap(({ from, to }, index) => (index === 0 ? [from, to] : [to]))
  }

  get moves() {
    return this.events.filter((event) => event.type === 'circuit.changed')
  }

  pass(ms: number): void {
    const wallOffset = this.clock.now() - Math.floor(this.nowMs)
    this.clock.setTime(wallOffset + this.nowMs + ms)
  }

  admit(): number {
    return this.breaker.admit(this.nowMs)
  }

  settle(ticket: number, result: CircuitResult, latencyMs = 1): void {
    this.breaker.settle(ticket, result, latencyMs, this.nowMs)
  }

  /** One call, which takes its time; false when it was refused. */
  call(result: CircuitResult, latencyMs = 0): boolean {
    const ticket = this.admit()
    if (ticket === 0) return false
    if (latencyMs > 0) this.pass(latencyMs)
    this.settle(ticket, result, latencyMs)
    return true
  }

  calls(count: number, result: CircuitResult, latencyMs = 0): void {
    for (let index = 0; index < count; index++) this.call(result, latencyMs)
  }

  /** A call every `everyMs` for `ms`. */
  traffic(ms: number, everyMs: number, result: (nowMs: number) => CircuitResult): void {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.call(result(this.nowMs))
      this.pass(everyMs)
    }
  }

  trip(): void {
    this.calls(10, 'failure')
  }

  /** Trips, and lets the break pass. */
  tripAndWait(): void {
    this.trip()
    this.pass(this.breaker.retryAfterMs(this.nowMs))
  }
}
