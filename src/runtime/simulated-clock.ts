import { assert } from './assert.ts'
import type { Clock, Timer } from './clock.ts'
import { sleepOn } from './system-clock.ts'
import { TimerHeap, type HeapTimer } from './timer-heap.ts'

/** Code that yields with `turn()` this often at one instant is taken to be polling. */
const turnsAtOneInstantMax = 1_000

/**
 * Virtual time: it stands still until somebody moves it.
 *
 * What holds: timers run in order of (due, creation), each at its own instant; before time moves
 * and between two timers everything that promises had left to do is done (one real turn of the
 * event loop drains them, however long the chain); an error thrown by a timer rejects the call
 * that moved time. Real I/O is not waited for: give simulated code a simulated disk.
 *
 * Back-test drivers move time themselves, without any promise: `setTime` and `runDueTimers`.
 */
export class SimulatedClock implements Clock {
  readonly #timers = new TimerHeap()
  #wallOffset: number
  #monotonic = 0
  #turnsPending = 0
  #moving = false

  constructor(startTime = 0) {
    assert(Number.isInteger(startTime), 'a start time is a whole number of milliseconds')
    this.#wallOffset = startTime
  }

  now(): number {
    return Math.floor(this.#wallOffset + this.#monotonic)
  }

  monotonicMs(): number {
    return this.#monotonic
  }

  after(delayMs: number, run: () => void): Timer {
    assert(delayMs === delayMs, 'a delay is a number of milliseconds')
    return this.#timers.add(this.#monotonic + Math.max(0, delayMs), run)
  }

  every(intervalMs: number, run: () => void): Timer {
    assert(intervalMs > 0, 'an interval is above 0')
    let timer = this.#timers.add(this.#monotonic + intervalMs, tick)
    const timers = this.#timers
    function tick() {
      timer = timers.add(timer.due + intervalMs, tick)
      run()
    }
    return { cancel: () => timer.cancel() }
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn((ms, run) => this.after(ms, run), delayMs, signal)
  }

  turn(): Promise<void> {
    this.#turnsPending++
    return new Promise((resolve) =>
      setImmediate(() => {
        this.#turnsPending--
        resolve()
      }),
    )
  }

  get timerCount(): number {
    return this.#timers.length
  }

  /** Wall time of the next timer; `Infinity` when there is none. */
  nextTimerAt(): number {
    const next = this.#timers.first
    return next === undefined ? Infinity : this.#wallOffset + next.due
  }

  /** Lets every promise settle without moving time. */
  async settle(): Promise<void> {
    await realTurn()
    for (let turns = 0; this.#turnsPending > 0 && turns < turnsAtOneInstantMax; turns++) {
      await realTurn()
    }
  }

  /** Moves time on by `ms`, running what falls due on the way. */
  async advance(ms: number): Promise<void> {
    assert(ms >= 0, 'time moves forward')
    await this.#moveTo(this.#monotonic + ms)
  }

  /** Moves on to the wall time `timeMs`, as the wall stands now; a past time only settles. */
  async runUntil(timeMs: number): Promise<void> {
    await this.#moveTo(Math.max(this.#monotonic, timeMs - this.#wallOffset))
  }

  /** Runs until no timer is left (true), or `limitMs` of virtual time have passed (false). */
  async runUntilIdle({ limitMs }: { limitMs: number }): Promise<boolean> {
    const limit = this.#monotonic + limitMs
    await this.#runTimers(limit)
    if (this.#timers.first === undefined) return true
    this.#monotonic = limit
    return false
  }

  /** Sets the wall clock as a person or NTP would; monotonic time and timers do not notice. */
  stepWallClock(byMs: number): void {
    assert(Number.isInteger(byMs), 'the wall clock steps by whole milliseconds')
    this.#wallOffset += byMs
  }

  /**
   * Moves both clocks to the wall time `timeMs` at once, runs nothing. An earlier time than the
   * present one leaves the clock where it is, since recorded streams do go back.
   */
  setTime(timeMs: number): void {
    const monotonic = timeMs - this.#wallOffset
    if (monotonic > this.#monotonic) this.#monotonic = monotonic
  }

  /** Runs what is due at the present time, also what that makes due; returns how many. */
  runDueTimers(): number {
    let ran = 0
    for (let next = this.#timers.first; next !== undefined && next.due <= this.#monotonic;) {
      this.#timers.removeFirst()
      next.run()
      ran++
      next = this.#timers.first
    }
    return ran
  }

  async #moveTo(monotonic: number): Promise<void> {
    await this.#runTimers(monotonic)
    this.#monotonic = monotonic
  }

  async #runTimers(limit: number): Promise<void> {
    assert(!this.#moving, 'only one caller moves time')
    this.#moving = true
    try {
      await this.settle()
      for (let next = this.#dueBy(limit); next !== undefined; next = this.#dueBy(limit)) {
        this.#timers.removeFirst()
        this.#monotonic = Math.max(this.#monotonic, next.due)
        next.run()
        await this.settle()
      }
    } finally {
      this.#moving = false
    }
  }

  #dueBy(limit: number): HeapTimer | undefined {
    const first = this.#timers.first
    return first !== undefined && first.due <= limit ? first : undefined
  }
}

function realTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
