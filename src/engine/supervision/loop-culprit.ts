import type { Clock, Log } from '../../runtime/index.ts'

/**
 * Who held the loop.
 *
 * An ordinary event is not timed here: what delivers events has measured its turn anyway and says
 * so when it was long. One subscriber: it was that one. Several: the topic is watched, and of its
 * next deliveries each handler is timed, until one is long again or all were short.
 *
 * Bounded: so many topics are watched, so many findings kept.
 */
export class LoopCulprit {
  readonly #clock: Clock
  readonly #log: Log
  readonly #longMs: number
  /** Deliveries left to time, by topic. */
  readonly #watched = new Map<string, number>()
  /** The topic of a turn whose culprit was found while it ran. */
  #timed: string | null = null
  #findings: LoopFinding[] = []
  #worst: LoopFinding | null = null
  #total = 0

  constructor(options: LoopCulpritOptions) {
    this.#clock = options.clock
    this.#log = options.log
    this.#longMs = options.longMs ?? 20
  }

  /** What counts as long, in milliseconds. */
  get longMs(): number {
    return this.#longMs
  }

  /** Asked before each delivery: whether its handlers are to be run by `time`. */
  watches(topic: string): boolean {
    return this.#watched.size > 0 && this.#watched.has(topic)
  }

  /** A turn in which one event of this topic went to these components took longer than `longMs`. */
  turnWasLong(topic: string, components: readonly string[], tookMs: number): void {
    // Timed handler by handler, it was told already.
    if (this.#timed === topic) {
      this.#timed = null
      return
    }
    const [only] = components
    if (only !== undefined && components.length === 1) return this.#found(only, topic, tookMs)
    this.#found(null, topic, tookMs)
    if (components.length > 1 && this.#watched.size < TOPICS_MAX) {
      this.#watched.set(topic, DELIVERIES)
    }
  }

  /** Runs one handler of a watched topic and times it. */
  time<Result>(component: string, topic: string, handle: () => Result): Result {
    const startedAt = this.#clock.monotonicMs()
    try {
      return handle()
    } finally {
      const tookMs = this.#clock.monotonicMs() - startedAt
      if (tookMs > this.#longMs) {
        this.#found(component, topic, tookMs)
        this.#timed = topic
      }
    }
  }

  /** After all handlers of a watched topic were timed. */
  delivered(topic: string): void {
    const left = (this.#watched.get(topic) ?? 0) - 1
    if (left > 0) this.#watched.set(topic, left)
    else this.#watched.delete(topic)
  }

  status(): LoopCulpritStatus {
    return {
      longTurns: this.#total,
      worst: this.#worst,
      recent: this.#findings,
      watched: [...this.#watched.keys()],
    }
  }

  #found(component: string | null, topic: string, tookMs: number): void {
    const finding = { component, topic, tookMs, time: this.#clock.now() }
    this.#total += 1
    this.#findings = [finding, ...this.#findings].slice(0, FINDINGS_MAX)
    const isWorse = this.#worst === null || tookMs > this.#worst.tookMs
    // A name is worth more than a longer time of nobody.
    if (isWorse || (this.#worst?.component === null && component !== null)) this.#worst = finding
    if (component !== null) this.#watched.delete(topic)
    this.#log.warn({ component, topic, tookMs }, 'the loop was held')
  }
}

export interface LoopCulpritOptions {
  readonly clock: Clock
  readonly log: Log
  /** Default 20. */
  readonly longMs?: number
}

export interface LoopFinding {
  /** Null while it could have been one of several. */
  readonly component: string | null
  readonly topic: string
  readonly tookMs: number
  /** UTC milliseconds. */
  readonly time: number
}

export interface LoopCulpritStatus {
  readonly longTurns: number
  readonly worst: LoopFinding | null
  /** The newest first. */
  readonly recent: readonly LoopFinding[]
  readonly watched: readonly string[]
}

const TOPICS_MAX = 32
const DELIVERIES = 100
const FINDINGS_MAX = 16
