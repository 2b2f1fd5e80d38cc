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
import { KeyLine } from './key-line.ts'

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
  /** A line for each key that has events, and for some that had: making one anew costs more. */
  readonly #lines = new Map<string, KeyLine>()
  /** Lines whose first event waits for nothing but a place. */
  readonly #ready: Ring<KeyLine>
  readonly #spareFlights: Flight[] = []
  /** The last reading of the clock: starting many in a row reads it once. */
  #nowMs = 0
  #inFlightMax: number
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
    this.#inFlightMax = inFlightMax
    this.#timers = timersOf(options.clock)
    this.#ready = new Ring(backlogMax)
    this.#full = Object.freeze(
      refuse('queue-full', `${backlogMax} events wait for the component, which is the bound`),
    )
  }

  /** Undefined when taken: handled, under way or waiting. `nowMs` is the monotonic time. */
  offer(event: Event, nowMs: number): Refusal<'queue-full'> | undefined {
    this.#nowMs = nowMs
    const known = this.#lines.get(event.key)
    const isKeyFree = known === undefined || known.isFree
    const startsNow = isKeyFree && this.#inFlight < this.#inFlightMax
    if (!startsNow && !this.hasRoom) return this.#full
    const line = known ?? this.#newLine(event.key)
    line.push(event)
    if (startsNow) {
      this.#start(line)
      return undefined
    }
    this.#waiting += 1
    if (isKeyFree) this.#makeReady(line)
    return undefined
  }

  /** From now on; what is under way beyond it may end. */
  setInFlightMax(inFlightMax: number): void {
    assert(Number.isInteger(inFlightMax) && inFlightMax >= 1, 'at least one may be in flight')
    this.#inFlightMax = inFlightMax
    this.#pump()
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

  #newLine(key: string): KeyLine {
    const line = new KeyLine(key, this.#options.backlogMax)
    this.#lines.set(key, line)
    return line
  }

  #makeReady(line: KeyLine): void {
    const taken = this.#ready.push(line)
    assert(taken, 'no more are ready than may wait')
  }

  #start(line: KeyLine): void {
    const startedMs = this.#nowMs
    const generation = this.#generation
    const { circuit } = this.#options
    const ticket = circuit === undefined ? 0 : circuit.admit(startedMs)
    this.#inFlight += 1
    if (circuit !== undefined && ticket === 0) return this.#refuse(line)
    let answer: void | Promise<void> = undefined
    let failure: { readonly error: unknown } | null = null
    try {
      answer = this.#options.handle(line.first)
    } catch (error) {
      failure = { error }
    }
    if (generation !== this.#generation) this.#settleCircuit(ticket, 'ignored', startedMs)
    else if (failure) this.#fail(line, 'failure', failure.error, startedMs, ticket)
    else if (answer === undefined) this.#succeed(line, startedMs, ticket)
    else this.#fly(line, answer, startedMs, ticket)
  }

  #fly(line: KeyLine, answer: Promise<void>, startedMs: number, ticket: number): void {
    const flight = this.#spareFlights.pop() ?? new Flight(this.#onResult)
    flight.begin(line, startedMs, ticket, this.#generation)
    flight.alarm = this.#timers.add(startedMs + this.#options.deadlineMs, flight.expired)
    assert(flight.alarm !== 0, 'as many deadlines can be kept as promises be under way')
    // A promise stays itself; anything else that was returned becomes one.
    void Promise.resolve(answer).then(flight.fulfilled, flight.rejected)
  }

  readonly #onResult = (flight: Flight, result: FlightResult, error: unknown): void => {
    const { line, startedMs, ticket } = flight
    const isLate = flight.isOver || flight.generation !== this.#generation
    if (result === 'expired') flight.isOver = true
    else this.#land(flight)
    if (isLate) this.#late += result === 'expired' ? 0 : 1
    else if (result === 'fulfilled') this.#succeed(line, startedMs, ticket)
    else if (result === 'rejected') this.#fail(line, 'failure', error, startedMs, ticket)
    else this.#fail(line, 'timeout', this.#timeout(line.first), startedMs, ticket)
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

  #succeed(line: KeyLine, startedMs: number, ticket: number): void {
    const tookMs = this.#settleCircuit(ticket, 'success', startedMs)
    const event = this.#leave(line)
    this.#options.onHandled(event, tookMs)
    this.#pump()
  }

  #fail(
    line: KeyLine,
    result: CircuitResult,
    error: unknown,
    startedMs: number,
    ticket: number,
  ): void {
    const tookMs = this.#settleCircuit(ticket, result, startedMs)
    const event = this.#leave(line)
    this.#options.onFailed(event, error, tookMs)
    this.#pump()
  }

  #refuse(line: KeyLine): void {
    const event = this.#leave(line)
    this.#options.onRefused?.(event)
    this.#pump()
  }

  /** How long it took. */
  #settleCircuit(ticket: number, result: CircuitResult, startedMs: number): number {
    const nowMs = this.#options.clock.monotonicMs()
    this.#nowMs = nowMs
    this.#options.circuit?.settle(ticket, result, nowMs - startedMs, nowMs)
    return nowMs - startedMs
  }

  /** Its place is free, and the next of its key is ready. */
  #leave(line: KeyLine): Event {
    const event = line.first
    this.#inFlight -= 1
    if (line.advance()) this.#makeReady(line)
    else if (this.#lines.size > LINES_KEPT) this.#lines.delete(line.key)
    return event
  }

  /** A loop and not a recursion, for handlers that answer at once. */
  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    while (this.#inFlight < this.#inFlightMax && this.#ready.length > 0) {
      const line = this.#ready.shift()!
      this.#waiting -= 1
      this.#start(line)
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

/** So many keys keep their line when nothing of them waits. */
const LINES_KEPT = 4_096
