import { type Circuit, type CircuitResult, type Timers, timersOf } from '../../resilience/index.ts'
import {
  assert,
  type Clock,
  GenesisError,
  type Refusal,
  refuse,
  Ring,
} from '../../runtime/index.ts'
import type { Event } from '../event.ts'
import { Flight, type FlightResult } from './flight.ts'

/**
 * The events of one component whose `onEvent` may return a promise.
 *
 * - At most `inFlightMax` are under way and at most `backlogMax` wait; at that bound `offer`
 *   refuses by value.
 * - Events of one key are handled one after the other, in the order they were offered, and those
 *   that wait for their key keep no other key waiting.
 * - A promise that does not settle within `deadlineMs` counts as failed, and its place and key are
 *   given on; what it says later changes nothing and is counted `late`.
 * - Every event taken ends in `onHandled`, `onFailed` or, where the circuit is open when its turn
 *   comes, `onRefused`: once, unless `clear` forgets it.
 */
export class AsyncLane {
  readonly #options: AsyncLaneOptions
  readonly #timers: Timers
  readonly #full: Refusal<'queue-full'>
  /** Each key with an event under way or ready, and those that wait behind that one. */
  readonly #lines = new Map<string, Ring<Event> | null>()
  /** Events that wait for nothing but a place, at most one a key. */
  readonly #ready: Ring<Event>
  readonly #spareFlights: Flight[] = []
  #inFlight = 0
  #waiting = 0
  #late = 0
  #generation = 0
  #pumping = false
  #settledWaiters: (() => void)[] = []

  constructor(options: AsyncLaneOptions) {
    const { inFlightMax, backlogMax, deadlineMs } = options
    assert(Number.isInteger(inFlightMax) && inFlightMax >= 1, 'at least one may be in flight')
    assert(deadlineMs > 0, 'a deadline is above 0 ms')
    this.#options = options
    this.#timers = timersOf(options.clock)
    this.#ready = new Ring(backlogMax)
    this.#full = Object.freeze(
      refuse('queue-full', `${backlogMax} events wait for the component, which is the bound`),
    )
  }

  /** Undefined when taken: handled, under way or waiting. */
  offer(event: Event): Refusal<'queue-full'> | undefined {
    const line = this.#lines.get(event.key)
    if (line === undefined && this.#inFlight < this.#options.inFlightMax) {
      this.#lines.set(event.key, null)
      this.#start(event)
      return undefined
    }
    if (!this.hasRoom) return this.#full
    this.#waiting += 1
    if (line === undefined) this.#makeReady(event)
    else this.#queueBehind(line, event)
    return undefined
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get waiting(): number {
    return this.#waiting
  }

  /** Promises that settled after their deadline, or after `clear`. */
  get late(): number {
    return this.#late
  }

  get hasRoom(): boolean {
    return this.#waiting < this.#options.backlogMax
  }

  get idle(): boolean {
    return this.#inFlight === 0 && this.#waiting === 0
  }

  /** Resolves when idle. */
  async settled(): Promise<void> {
    while (!this.idle) await new Promise<void>((resolve) => this.#settledWaiters.push(resolve))
  }

  /** Forgets what waits and what is under way, for a component that is restored; how many. */
  clear(): number {
    const forgotten = this.#inFlight + this.#waiting
    this.#generation += 1
    this.#ready.clear()
    this.#lines.clear()
    this.#inFlight = 0
    this.#waiting = 0
    this.#wakeSettled()
    return forgotten
  }

  #makeReady(event: Event): void {
    this.#lines.set(event.key, null)
    const taken = this.#ready.push(event)
    assert(taken, 'no more are ready than may wait')
  }

  #queueBehind(line: Ring<Event> | null, event: Event): void {
    const behind = line ?? new Ring<Event>(this.#options.backlogMax, 2)
    if (line === null) this.#lines.set(event.key, behind)
    const taken = behind.push(event)
    assert(taken, 'no more wait for a key than may wait')
  }

  #start(event: Event): void {
    const startedMs = this.#options.clock.monotonicMs()
    const generation = this.#generation
    const { circuit } = this.#options
    const ticket = circuit === undefined ? 0 : circuit.admit(startedMs)
    this.#inFlight += 1
    if (circuit !== undefined && ticket === 0) return this.#refuse(event)
    let answer: void | Promise<void> = undefined
    let failure: { readonly error: unknown } | null = null
    try {
      answer = this.#options.handle(event)
    } catch (error) {
      failure = { error }
    }
    if (generation !== this.#generation) this.#settleCircuit(ticket, 'ignored', startedMs)
    else if (failure) this.#fail(event, 'failure', failure.error, startedMs, ticket)
    else if (answer === undefined) this.#succeed(event, startedMs, ticket)
    else this.#fly(event, answer, startedMs, ticket)
  }

  #fly(event: Event, answer: Promise<void>, startedMs: number, ticket: number): void {
    const flight = this.#spareFlights.pop() ?? new Flight(this.#onResult)
    flight.begin(event, startedMs, ticket, this.#generation)
    flight.alarm = this.#timers.add(startedMs + this.#options.deadlineMs, flight.expired)
    assert(flight.alarm !== 0, 'as many deadlines can be kept as promises be under way')
    // A promise stays itself; anything else that was returned becomes one.
    void Promise.resolve(answer).then(flight.fulfilled, flight.rejected)
  }

  readonly #onResult = (flight: Flight, result: FlightResult, error: unknown): void => {
    const { event, startedMs, ticket } = flight
    const isLate = flight.isOver || flight.generation !== this.#generation
    if (result === 'expired') flight.isOver = true
    else this.#land(flight)
    if (isLate) this.#late += result === 'expired' ? 0 : 1
    else if (result === 'fulfilled') this.#succeed(event, startedMs, ticket)
    else if (result === 'rejected') this.#fail(event, 'failure', error, startedMs, ticket)
    else this.#fail(event, 'timeout', this.#timeout(event), startedMs, ticket)
  }

  #land(flight: Flight): void {
    this.#timers.cancel(flight.alarm)
    flight.end()
    if (this.#spareFlights.length < this.#options.inFlightMax) this.#spareFlights.push(flight)
  }

  #timeout({ topic, key }: Event): GenesisError {
    return new GenesisError('timeout', `no answer in ${this.#options.deadlineMs} ms`, {
      details: { topic, key },
    })
  }

  #succeed(event: Event, startedMs: number, ticket: number): void {
    const tookMs = this.#settleCircuit(ticket, 'success', startedMs)
    this.#leave(event)
    this.#options.onHandled(event, tookMs)
    this.#pump()
  }

  #fail(
    event: Event,
    result: CircuitResult,
    error: unknown,
    startedMs: number,
    ticket: number,
  ): void {
    const tookMs = this.#settleCircuit(ticket, result, startedMs)
    this.#leave(event)
    this.#options.onFailed(event, error, tookMs)
    this.#pump()
  }

  #refuse(event: Event): void {
    this.#leave(event)
    this.#options.onRefused?.(event)
    this.#pump()
  }

  /** How long it took. */
  #settleCircuit(ticket: number, result: CircuitResult, startedMs: number): number {
    const nowMs = this.#options.clock.monotonicMs()
    this.#options.circuit?.settle(ticket, result, nowMs - startedMs, nowMs)
    return nowMs - startedMs
  }

  /** Its place is free, and the next of its key is ready. */
  #leave(event: Event): void {
    this.#inFlight -= 1
    const next = this.#lines.get(event.key)?.shift()
    if (next === undefined) this.#lines.delete(event.key)
    else assert(this.#ready.push(next), 'no more are ready than may wait')
  }

  /** A loop and not a recursion, for handlers that answer at once. */
  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    const { inFlightMax } = this.#options
    while (this.#inFlight < inFlightMax && this.#ready.length > 0) {
      const event = this.#ready.shift()!
      this.#waiting -= 1
      this.#start(event)
    }
    this.#pumping = false
    if (this.idle) this.#wakeSettled()
  }

  #wakeSettled(): void {
    if (this.#settledWaiters.length === 0) return
    const waiters = this.#settledWaiters
    this.#settledWaiters = []
    for (const wake of waiters) wake()
  }
}

export interface AsyncLaneOptions {
  readonly clock: Clock
  readonly inFlightMax: number
  readonly backlogMax: number
  readonly deadlineMs: number
  /** The component's circuit breaker: asked before each event, and told how it went. */
  readonly circuit?: Circuit
  handle(event: Event): void | Promise<void>
  onHandled(event: Event, tookMs: number): void
  /** It threw, its promise rejected, or (a `GenesisError` `timeout`) the deadline passed. */
  onFailed(event: Event, error: unknown, tookMs: number): void
  /** The circuit was open when its turn came: nobody handled it. */
  onRefused?(event: Event): void
}
