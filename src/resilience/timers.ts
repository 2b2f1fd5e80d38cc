import { type Clock, DeadlineWheel, type Timer } from '../runtime/index.ts'

/**
 * Every wait of every policy on one clock, on one wheel and at most one timer; none while nothing
 * waits, so that ten thousand idle policies cost no CPU.
 *
 * A stall of our own loop is not somebody's timeout. Node runs due timers before it reads sockets,
 * so after a stall the timeouts would win over replies that arrived in time. When our timer is
 * late, I/O gets a turn first; what has answered by then has cancelled its deadline.
 */
export class Timers {
  readonly clock: Clock
  /** How late our own timer has been, summed: time in which nobody could have answered us. */
  stalledMs = 0
  stalls = 0
  readonly #wheel: DeadlineWheel<() => void>
  #timer: Timer | undefined = undefined
  #wakeAtMs = Infinity
  #givingTurn = false

  constructor(clock: Clock) {
    this.clock = clock
    this.#wheel = new DeadlineWheel({ bound: waitingMax, tickMs, startMs: clock.monotonicMs() })
  }

  get length(): number {
    return this.#wheel.length
  }

  /** A handle for `cancel`; 0, and nothing will run, when more wait than may. */
  add(dueAtMs: number, run: () => void): number {
    const handle = this.#wheel.add(dueAtMs, run)
    if (dueAtMs < this.#wakeAtMs && handle !== 0) this.#wakeAt(dueAtMs)
    return handle
  }

  /** The timer stays: waking once in vain is cheaper than arming anew for every call. */
  cancel(handle: number): void {
    this.#wheel.cancel(handle)
  }

  #wakeAt(dueAtMs: number): void {
    this.#timer?.cancel()
    const nowMs = this.clock.monotonicMs()
    this.#wakeAtMs = Math.min(dueAtMs, nowMs + sleepMsMax)
    this.#timer = this.clock.after(this.#wakeAtMs - nowMs, this.#onTimer)
  }

  readonly #onTimer = (): void => {
    const lateMs = this.clock.monotonicMs() - this.#wakeAtMs
    this.#timer = undefined
    if (lateMs <= lateMsMax) return this.#sweep()
    this.stalls++
    this.stalledMs += lateMs
    if (this.#givingTurn) return
    this.#givingTurn = true
    void this.clock.turn().then(() => {
      this.#givingTurn = false
      this.#sweep()
    })
  }

  #sweep(): void {
    this.#wakeAtMs = Infinity
    this.#timer?.cancel()
    try {
      this.#wheel.sweep(this.clock.monotonicMs(), run)
    } finally {
      const next = this.#wheel.earliest()
      if (next < this.#wakeAtMs) this.#wakeAt(next)
    }
  }
}

/** A million waits at once: beyond this, calls with a deadline are refused (`timers-full`). */
const waitingMax = 2 ** 20
const tickMs = 1
/** A timer keeps its process alive, also when all it was for has been cancelled: not for long. */
const sleepMsMax = 200
/** Node's own timers are a millisecond or two late, more under load; a stall is longer. */
const lateMsMax = 20

function run(task: () => void): void {
  task()
}

const services = new WeakMap<Clock, Timers>()

/** The one service of this clock. */
export function timersOf(clock: Clock): Timers {
  let timers = services.get(clock)
  if (timers === undefined) {
    timers = new Timers(clock)
    services.set(clock, timers)
  }
  return timers
}
