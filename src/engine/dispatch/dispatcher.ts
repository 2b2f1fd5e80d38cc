import { assert, type Clock, Histogram, type Refusal, refuse } from '../../runtime/index.ts'
import { type Event, type Priority, priorityNames } from '../event.ts'
import { DispatchCounts, type DispatchSnapshot } from './dispatch-counts.ts'
import { bitOf, PriorityRings } from './priority-rings.ts'
import { Throttle } from './throttle.ts'
import { WeightedService } from './weighted-service.ts'

/**
 * publish -> throttle -> wait in a level -> weighted service -> deliver, in batches and turns.
 *
 * - One thread, one loop. An event published while another is delivered waits; one published from
 *   outside is delivered before `publish` returns, unless the turn's time is used up: then
 *   the rest follows after other work of the process had its turn.
 * - Durable events are never dropped: without room they are refused to their publisher, and one
 *   that `canTake` declines waits, with the later durable ones of its level, for `resume`.
 * - Who waits how long is `WeightedService`'s promise, who gives way at a bound `PriorityRings`'.
 * - Every event offered is counted once: `DispatchCounts` says what adds up.
 */
export class Dispatcher {
  /** From publish to delivered, milliseconds. */
  readonly latencyMs = new Histogram()
  readonly #options: DispatcherOptions
  readonly #clock: Clock
  readonly #turnMs: number
  readonly #rings: PriorityRings
  readonly #service = new WeightedService()
  readonly #throttle = new Throttle()
  readonly #counts = new DispatchCounts()
  readonly #full: readonly Refusal<'queue-full'>[]
  readonly #allFull: Refusal<'queue-full'>
  #batchMax: number
  #mayHaveFlushed = false
  #draining = false
  #turnOrdered = false
  /** While draining: the last reading of the clock. */
  #now = 0
  #settledWaiters: (() => void)[] = []

  constructor(options: DispatcherOptions) {
    const { bound, boundOfAll = bound * 2, turnMs = 2, batchMax = BATCH_MAX } = options
    assert(turnMs > 0, 'a turn is longer than 0 ms')
    this.#options = options
    this.#clock = options.clock
    this.#turnMs = turnMs
    this.#batchMax = checkedBatch(batchMax)
    this.#rings = new PriorityRings(bound, boundOfAll)
    this.#full = priorityNames.map((name) => fullRefusal(`${bound} ${name}`))
    this.#allFull = fullRefusal(`${boundOfAll}`)
  }

  /** Undefined when taken. */
  publish(event: Event): Refusal<'queue-full' | 'throttled'> | undefined {
    const level = event.priority
    const throttled = this.#throttle.refusal(event)
    if (throttled) {
      this.#counts.add('throttled', level)
      return throttled
    }
    // Within a turn the last reading will do: at most one delivery old, and never in the future.
    const now = this.#draining ? this.#now : this.#clock.monotonicMs()
    const wasReady = (this.#rings.ready & bitOf(level)) !== 0
    if (!this.#rings.push(event, now) && !this.#displaceFor(event, now)) return this.#refuse(level)
    this.#counts.add('accepted', level)
    if (!wasReady) this.#service.begin(level)
    if (!this.#draining) this.#drain(now)
    return undefined
  }

  /** From the next event on. */
  setPressure(pressure: DispatchPressure): void {
    this.#batchMax = checkedBatch(pressure.batchMax)
    this.#throttle.setFactor(pressure.throttleFactor)
  }

  /** `canTake` may have changed its mind, or `takeFlushed` may have something. */
  resume(): void {
    this.#mayHaveFlushed = this.#options.takeFlushed !== undefined
    const released = this.#rings.release()
    for (let level = Math.clz32(released); level < 32; level += 1) {
      if ((released & bitOf(level)) !== 0) this.#service.begin(level as Priority)
    }
    if (!this.#draining) this.#drain(this.#clock.monotonicMs())
  }

  depth(level: Priority): number {
    return this.#rings.depth(level)
  }

  /** How many events wait, in all levels. */
  get waiting(): number {
    return this.#rings.length
  }

  /** How long the oldest event has waited; 0 when none waits. `nowMs` is monotonic. */
  oldestWaitMs(nowMs: number): number {
    return this.#rings.length === 0 ? 0 : Math.max(0, nowMs - this.#rings.oldestTime)
  }

  counts(): DispatchSnapshot {
    return this.#counts.snapshot()
  }

  /** Nothing waits, and nothing is being delivered. */
  get idle(): boolean {
    return this.#rings.length === 0 && !this.#draining && !this.#mayHaveFlushed
  }

  /** Resolves when idle. */
  async settled(): Promise<void> {
    while (!this.idle) {
      await new Promise<void>((resolve) => this.#settledWaiters.push(resolve))
    }
  }

  #displaceFor(event: Event, now: number): boolean {
    const victim = this.#rings.makeRoom(event)
    if (victim === null) return false
    this.#counts.add('displaced', victim)
    return this.#rings.push(event, now)
  }

  #refuse(level: Priority): Refusal<'queue-full'> {
    this.#counts.add('full', level)
    return this.#rings.depth(level) === this.#rings.bound ? this.#full[level]! : this.#allFull
  }

  #drain(now: number): void {
    this.#draining = true
    this.#now = now
    const turnEnds = now + this.#turnMs
    try {
      while (this.#now <= turnEnds && this.#batch(turnEnds)) this.#options.onBatchEnd?.()
    } finally {
      this.#draining = false
      if (this.#mayHaveFlushed || this.#rings.ready !== 0) this.#orderTurn()
    }
    if (this.idle) this.#wakeSettled()
  }

  /** Delivers what fits into one batch and the turn; false when there was nothing. */
  #batch(turnEnds: number): boolean {
    let taken = 0
    while (taken < this.#batchMax && this.#now <= turnEnds && this.#takeOne(taken)) taken += 1
    return taken > 0
  }

  #takeOne(place: number): boolean {
    const isFlushedNext = this.#mayHaveFlushed && ((place & 1) === 0 || !this.#isPressing)
    if (isFlushedNext && this.#takeFlushed()) return true
    const ready = this.#rings.ready
    if (ready === 0) return false
    const level = this.#service.next(ready)
    const event = this.#shift(level)
    if (event === undefined) return this.#takeOne(place)
    const cameAt = this.#rings.shiftedTime
    const endedMs = this.#options.deliver(event, this.#now)
    this.#counts.add('handled', level)
    this.#delivered(typeof endedMs === 'number' ? endedMs : this.#clock.monotonicMs())
    this.latencyMs.record(this.#now - cameAt)
    return true
  }

  /** CRITICAL or HIGH events wait: what was flushed then takes turns with them. */
  get #isPressing(): boolean {
    return this.#rings.ready >>> 30 !== 0
  }

  #takeFlushed(): boolean {
    this.#mayHaveFlushed = this.#options.takeFlushed!()
    if (this.#mayHaveFlushed) this.#delivered(this.#clock.monotonicMs())
    return this.#mayHaveFlushed
  }

  #delivered(nowMs: number): void {
    const tookMs = nowMs - this.#now
    this.#now = nowMs
    if (tookMs > LONG_MS) this.#options.onLongDelivery?.(tookMs)
  }

  /** Undefined when all that waits in the level now waits for `resume`. */
  #shift(level: Priority): Event | undefined {
    const durable = this.#rings.nextDurable(level)
    if (durable === undefined) return this.#rings.shiftPassing(level)
    if (this.#options.canTake(durable)) return this.#rings.shiftDurable(level)
    this.#rings.hold(level)
    const isPassingLeft = (this.#rings.ready & bitOf(level)) !== 0
    return isPassingLeft ? this.#rings.shiftPassing(level) : undefined
  }

  #orderTurn(): void {
    if (this.#turnOrdered) return
    this.#turnOrdered = true
    void this.#clock.turn().then(() => {
      this.#turnOrdered = false
      if (!this.#draining) this.#drain(this.#clock.monotonicMs())
    })
  }

  #wakeSettled(): void {
    this.#options.onIdle?.()
    if (this.#settledWaiters.length === 0) return
    const waiters = this.#settledWaiters
    this.#settledWaiters = []
    for (const wake of waiters) wake()
  }
}

export interface DispatcherOptions {
  readonly clock: Clock
  /**
   * Handles one event; isolates the faults of components itself. `nowMs` is the monotonic time,
   * read after the event before; one that reads the clock when it is done may say what it read.
   */
  deliver(event: Event, nowMs: number): number | void
  /** Asked before a durable event leaves its level; after a no, call `resume`. */
  canTake(event: Event): boolean
  /**
   * Handles one event that waits elsewhere (flushed and to be applied), false when there is none.
   * Asked after `resume`, before the levels, or in turns with them while CRITICAL or HIGH wait.
   */
  takeFlushed?(): boolean
  /** After at most `batchMax` events, and before the loop goes to other work. */
  onBatchEnd?(): void
  /** The last event held the loop, for more than 20 ms. */
  onLongDelivery?(tookMs: number): void
  /** Whenever nothing is left to do. */
  onIdle?(): void
  /** Events that may wait in one level. */
  readonly bound: number
  /** Events that may wait in all levels together. Default twice `bound`. */
  readonly boundOfAll?: number
  /** How long one turn may keep the process from its sockets and timers. Default 2. */
  readonly turnMs?: number
  /** 1 to 100, the default. */
  readonly batchMax?: number
}

/** What a system mode asks of the dispatcher. */
export interface DispatchPressure {
  /** The share of passing LOW and BACKGROUND events that is let in, 0 to 1. */
  readonly throttleFactor: number
  /** 1 to 100. */
  readonly batchMax: number
}

const BATCH_MAX = 100
const LONG_MS = 20

function checkedBatch(batchMax: number): number {
  const isAllowed = Number.isInteger(batchMax) && batchMax >= 1 && batchMax <= BATCH_MAX
  assert(isAllowed, `a batch is 1 to ${BATCH_MAX} events`)
  return batchMax
}

function fullRefusal(what: string): Refusal<'queue-full'> {
  return Object.freeze(refuse('queue-full', `${what} events wait already, which is the bound`))
}
