import type { Clock, Timer } from '../../runtime/index.ts'

/**
 * How time passes for a simulated exchange: `now` stamps reports, `due` orders what waits in the
 * latency lines, and `wake` asks to be run when something falls due.
 */
export interface ExchangeTime {
  now(): number
  due(): number
  wake(due: number): void
}

/** Time is what the driver of a back-test or a replay says; the driver also does the running. */
export class DrivenTime implements ExchangeTime {
  time: number

  constructor(startTime: number) {
    this.time = startTime
  }

  now(): number {
    return this.time
  }

  due(): number {
    return this.time
  }

  wake(): void {}
}

/** Time is a clock's; one timer runs the exchange when the next item falls due. */
export class ClockTime implements ExchangeTime {
  readonly #clock: Clock
  readonly #run: () => void
  #timer: Timer | null = null
  #timerDue = Infinity

  constructor(clock: Clock, run: () => void) {
    this.#clock = clock
    this.#run = run
  }

  now(): number {
    return this.#clock.now()
  }

  due(): number {
    return this.#clock.monotonicMs()
  }

  wake(due: number): void {
    if (due >= this.#timerDue) return
    this.stop()
    this.#timerDue = due
    this.#timer = this.#clock.after(Math.max(0, due - this.due()), () => {
      this.#timerDue = Infinity
      this.#run()
    })
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timerDue = Infinity
  }
}
