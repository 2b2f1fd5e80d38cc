import {
  createRandom,
  Histogram,
  type Random,
  Ring,
  SimulatedClock,
} from '../../../runtime/index.ts'
import { Governor } from './governor.ts'
import type { Governed, ScenarioRun } from './mode-scenario.ts'
import { ShareTaker } from './share-taker.ts'

/**
 * Calls to a service of several servers behind one queue. Work once begun or queued is done to its
 * end, wanted or not, as most servers do. Non-essential calls come from LOW and BACKGROUND events,
 * so throttling those throttles the calls. Second attempts go after a fixed delay out of a budget
 * of one for ten calls.
 */
export class ServiceWorld {
  readonly #clock = new SimulatedClock()
  readonly #options: ServiceWorldOptions
  readonly #arrivals: Random
  readonly #work: Random
  readonly #governor: Governor
  readonly #throttle = new ShareTaker()
  readonly #queue = new Ring<() => void>(QUEUE_MAX)
  readonly #tookMs = new Histogram({ lowest: 0.1, highest: 10_000 })
  #busy = 0
  #budget = BUDGET_MAX
  #available = 1
  #expectedMs = 0
  #essential = { sent: 0, inTime: 0 }
  #others = { offered: 0, dropped: 0 }
  #attempts = 0

  constructor(options: ServiceWorldOptions, seed: number, governed: Governed) {
    this.#options = options
    this.#arrivals = createRandom(seed).fork('arrivals')
    this.#work = createRandom(seed).fork('work')
    this.#governor = new Governor(this.#clock, governed, {
      dependencies: () => [{ name: 'the service', essential: true, available: this.#available }],
      latencyRatio: () => this.#expectedMs / options.criticalMs,
    })
  }

  run(): ServiceRun {
    const endMs = this.#options.seconds * 1_000
    this.#arriveNext()
    for (let at = this.#clock.nextTimerAt(); at <= endMs; at = this.#clock.nextTimerAt()) {
      this.#clock.setTime(at)
      this.#clock.runDueTimers()
    }
    const calls = this.#essential.sent + this.#others.offered - this.#others.dropped
    return {
      essentialInTime: this.#essential.inTime / this.#essential.sent,
      othersDropped: this.#others.dropped / this.#others.offered,
      p99Ms: this.#tookMs.quantile(0.99),
      extraAttempts: this.#attempts / calls - 1,
      history: this.#governor.history(),
    }
  }

  #arriveNext(): void {
    const { callsPerS, essentialShare } = this.#options
    this.#clock.after(this.#arrivals.exponential(1_000 / callsPerS), () => {
      this.#arrive(this.#arrivals.next() < essentialShare)
      this.#arriveNext()
    })
  }

  #arrive(essential: boolean): void {
    if (!essential) {
      this.#others.offered += 1
      if (!this.#throttle.takes(this.#governor.effects.throttleFactor)) {
        this.#others.dropped += 1
        return
      }
    }
    this.#call(essential)
  }

  #call(essential: boolean): void {
    const startMs = this.#clock.monotonicMs()
    let isOver = false
    const over = (inTime: boolean) => {
      if (isOver) return
      isOver = true
      this.#available += (Number(inTime) - this.#available) * LEARNING
      this.#tookMs.record(this.#clock.monotonicMs() - startMs)
      if (essential && inTime) this.#essential.inTime += 1
    }
    if (essential) this.#essential.sent += 1
    this.#budget = Math.min(BUDGET_MAX, this.#budget + BUDGET_SHARE)
    this.#attempt(over)
    this.#clock.after(DEADLINE_MS, () => over(false))
    if (!this.#mayHedge(essential)) return
    this.#clock.after(this.#options.hedgeAfterMs, () => {
      if (isOver || this.#budget < 1) return
      this.#budget -= 1
      this.#attempt(over)
    })
  }

  #mayHedge(essential: boolean): boolean {
    const { hedging } = this.#governor.effects
    if (hedging === 'eager') return true
    return (
      this.#options.hedgeDeclared &&
      (hedging === 'declared' || (hedging === 'essential' && essential))
    )
  }

  #attempt(over: (inTime: boolean) => void): void {
    this.#attempts += 1
    const startMs = this.#clock.monotonicMs()
    const serviceMs = this.#work.exponential(SERVICE_MS)
    const onWayMs = this.#onWayMs()
    const begin = () => {
      this.#busy += 1
      this.#clock.after(serviceMs, () => {
        this.#busy -= 1
        this.#serveNext()
        this.#clock.after(onWayMs, () => {
          const tookMs = this.#clock.monotonicMs() - startMs
          this.#expectedMs += (tookMs - this.#expectedMs) * LEARNING
          over(tookMs <= DEADLINE_MS)
        })
      })
    }
    if (this.#busy < this.#servers()) begin()
    else this.#queue.push(begin)
  }

  #serveNext(): void {
    if (this.#busy < this.#servers()) this.#queue.shift()?.()
  }

  #inTrouble(): boolean {
    return this.#clock.monotonicMs() >= this.#options.troubleFromS * 1_000
  }

  #servers(): number {
    const { servers, serversInTrouble } = this.#options
    return this.#inTrouble() ? serversInTrouble : servers
  }

  #onWayMs(): number {
    const lost = this.#work.next() < this.#options.resentShare && this.#inTrouble()
    return lost ? RESENT_MS : 1
  }
}

export interface ServiceWorldOptions {
  readonly seconds: number
  readonly troubleFromS: number
  readonly callsPerS: number
  readonly essentialShare: number
  readonly servers: number
  readonly serversInTrouble: number
  /** In trouble, the share of answers that get lost on the way once and are sent again. */
  readonly resentShare: number
  readonly hedgeDeclared: boolean
  readonly hedgeAfterMs: number
  /** Expected latency from which on it is critical. */
  readonly criticalMs: number
}

export interface ServiceRun {
  readonly essentialInTime: number
  readonly othersDropped: number
  readonly p99Ms: number
  /** For each call. */
  readonly extraAttempts: number
  readonly history: Pick<ScenarioRun, 'modes' | 'changes'>
}

const SERVICE_MS = 10
const RESENT_MS = 300
const DEADLINE_MS = 500
const QUEUE_MAX = 100_000
const BUDGET_SHARE = 0.1
const BUDGET_MAX = 10
/** Weight of one answer in the moving means: about the last hundred count. */
const LEARNING = 0.01
