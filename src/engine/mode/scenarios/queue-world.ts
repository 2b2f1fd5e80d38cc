import { createRandom, type Random, SimulatedClock } from '../../../runtime/index.ts'
import { Governor } from './governor.ts'
import type { Governed, ScenarioRun } from './mode-scenario.ts'

/**
 * One loop that handles events, in steps of 10 ms: the important first, then LOW and BACKGROUND in
 * the order they came, then what is left of the time goes to a restoration. Strict order is the
 * case in which throttling helps the important least, so the gain is not overstated.
 */
export class QueueWorld {
  readonly #clock = new SimulatedClock()
  readonly #random: Random
  readonly #governor: Governor
  readonly #options: QueueWorldOptions
  #important = 0
  /** LOW and BACKGROUND that wait, oldest first, as many at a time. */
  #passing: { readonly atMs: number; count: number }[] = []
  #toRestore: number
  #checkpointMs = 0
  #sinceCheckpointMs = 0
  #offered = 0
  #taken = 0
  #inTime = 0
  #restoredAtMs: number | null = null

  constructor(options: QueueWorldOptions, seed: number, governed: Governed) {
    this.#options = options
    this.#random = createRandom(seed)
    this.#toRestore = options.toRestore ?? 0
    this.#governor = new Governor(this.#clock, governed, {
      facts: () => ({
        halted: null,
        restoring: this.#toRestore > 0 ? 'portfolio' : null,
        essentialFailing: null,
      }),
      queueAge: () => ({ oldestMs: this.#oldestMs(), boundMs: QUEUE_AGE_MS_MAX }),
    })
  }

  run(): QueueRun {
    const { seconds } = this.#options
    for (let atMs = STEP_MS; atMs <= seconds * 1_000; atMs += STEP_MS) {
      this.#clock.setTime(atMs)
      this.#clock.runDueTimers()
      this.#arrive(atMs)
      this.#work(this.#budget(), atMs)
    }
    return {
      inTime: this.#inTime / this.#offered,
      dropped: 1 - this.#taken / this.#offered,
      restoredAfterS: (this.#restoredAtMs ?? seconds * 1_000) / 1_000,
      history: this.#governor.history(),
    }
  }

  #arrive(atMs: number): void {
    const { importantPerS, passingPerS } = this.#options
    this.#important += this.#count(importantPerS)
    const offered = this.#count(passingPerS)
    // Throttled by counting on: of all that were offered, the share of the mode.
    this.#offered += offered
    const taken = Math.round(offered * this.#governor.effects.throttleFactor)
    this.#taken += taken
    if (taken > 0) this.#passing.push({ atMs, count: taken })
  }

  /** Events that can be handled in this step, less what a checkpoint takes. */
  #budget(): number {
    const { perSecond, checkpoint } = this.#options
    let freeMs = STEP_MS
    if (checkpoint) {
      this.#sinceCheckpointMs += STEP_MS * this.#governor.effects.checkpointFactor
      if (this.#sinceCheckpointMs >= checkpoint.everyS * 1_000) {
        this.#sinceCheckpointMs = 0
        this.#checkpointMs += checkpoint.takesMs
      }
      const spent = Math.min(freeMs, this.#checkpointMs)
      this.#checkpointMs -= spent
      freeMs -= spent
    }
    return (perSecond * freeMs) / 1_000
  }

  #work(budget: number, atMs: number): void {
    const important = Math.min(budget, this.#important)
    this.#important -= important
    let left = budget - important
    while (left >= 1 && this.#passing.length > 0) {
      const oldest = this.#passing[0]!
      const handled = Math.min(Math.floor(left), oldest.count)
      oldest.count -= handled
      left -= handled
      if (atMs - oldest.atMs <= IN_TIME_MS) this.#inTime += handled
      if (oldest.count === 0) this.#passing.shift()
    }
    if (this.#toRestore <= 0) return
    this.#toRestore -= left * REPLAY_SPEED
    if (this.#toRestore <= 0) this.#restoredAtMs = atMs
  }

  #oldestMs(): number {
    const oldest = this.#passing[0]
    return oldest === undefined ? 0 : this.#clock.monotonicMs() - oldest.atMs
  }

  /** About as many as a Poisson stream of that rate brings in a step. */
  #count(perSecond: number): number {
    const mean = (perSecond * STEP_MS) / 1_000
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.#random.normal()))
  }
}

export interface QueueWorldOptions {
  readonly seconds: number
  /** What the loop handles when it does nothing else. */
  readonly perSecond: number
  readonly importantPerS: number
  /** LOW and BACKGROUND. */
  readonly passingPerS: number
  /** Events an essential component has to replay before it is back. */
  readonly toRestore?: number
  readonly checkpoint?: { readonly everyS: number; readonly takesMs: number }
}

export interface QueueRun {
  /** Of the LOW and BACKGROUND events offered, the share handled within a second. */
  readonly inTime: number
  /** Of these, the share that was throttled away. */
  readonly dropped: number
  readonly restoredAfterS: number
  readonly history: Pick<ScenarioRun, 'modes' | 'changes'>
}

const STEP_MS = 10
const IN_TIME_MS = 1_000
const QUEUE_AGE_MS_MAX = 2_000
/** A replayed event costs half of a live one: nothing is published and nobody is asked. */
const REPLAY_SPEED = 2
