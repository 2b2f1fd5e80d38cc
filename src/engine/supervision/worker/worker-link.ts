import {
  type Clock,
  GenesisError,
  type Timer,
  type WorkerModule,
  type WorkerThread,
} from '../../../runtime/index.ts'
import {
  type AnswerMessage,
  type DoneMessage,
  parseFromWorker,
  type ToWorker,
  type WorkerStart,
} from './worker-protocol.ts'

/**
 * One worker from its start to its end, and the watch over it. Its fault is told once, whatever
 * it is: silence (it spins), too much memory, work that does not come back, garbage, its exit.
 * Ended by us it has no fault, and after either nothing of it is heard.
 */
export class WorkerLink {
  readonly #options: WorkerLinkOptions
  readonly #thread: WorkerThread
  readonly #watch: Timer
  #heardAt: number
  #watchedAt: number
  /** When it was given something while it had nothing, or last got on with what it had. */
  #busySince: number | null = null
  #sent = 0
  #over = false

  constructor(options: WorkerLinkOptions) {
    const { clock, limits } = options
    this.#options = options
    this.#heardAt = clock.monotonicMs() + limits.startMs
    this.#watchedAt = clock.monotonicMs()
    this.#thread = options.module.spawn(
      { name: options.name, data: options.start, memoryMaxMb: limits.memoryMaxMb },
      {
        onMessage: (message) => this.#hear(message),
        onExit: ({ reason }) => this.fault(reason),
      },
    )
    this.#watch = clock.every(limits.heartbeatMs, () => this.#look())
  }

  /** `upTo` is the place of the last of the events. */
  send(message: ToWorker): void {
    if (this.#over) return
    if (message.is === 'events') {
      this.#busySince ??= this.#options.clock.monotonicMs()
      this.#sent = message.upTo
    }
    this.#thread.post(message)
  }

  end(): void {
    if (this.#over) return
    this.#over = true
    this.#watch.cancel()
    void this.#thread.terminate()
  }

  #hear(message: unknown): void {
    if (this.#over) return
    const now = this.#options.clock.monotonicMs()
    this.#heardAt = Math.max(this.#heardAt, now)
    const said = parseFromWorker(message)
    if (typeof said === 'string') return this.fault(said)
    switch (said.is) {
      case 'ready':
        this.#heardAt = now
        return this.#options.onReady()
      case 'beat': {
        const { memoryMaxMb } = this.#options.limits
        if (said.memoryMb <= memoryMaxMb) return undefined
        const held = Math.round(said.memoryMb)
        return this.fault(`it holds ${held} MB in its worker, more than ${memoryMaxMb} MB`)
      }
      case 'done':
        this.#busySince = said.upTo >= this.#sent ? null : now
        return this.#options.onDone(said)
      case 'answer':
        return this.#options.onAnswer(said)
    }
  }

  #look(): void {
    const { clock, limits } = this.#options
    const now = clock.monotonicMs()
    const late = now - this.#watchedAt - limits.heartbeatMs
    this.#watchedAt = now
    // It was we who were away: what the worker said meanwhile still waits to be heard.
    if (late > limits.heartbeatMs) {
      this.#heardAt += late
      if (this.#busySince !== null) this.#busySince += late
      return
    }
    if (now - this.#heardAt > limits.silentMs) {
      return this.fault(`its worker was not heard for ${limits.silentMs} ms: it spins`)
    }
    if (this.#busySince !== null && now - this.#busySince > limits.eventDeadlineMs) {
      this.fault(`an event was not handled within ${limits.eventDeadlineMs} ms: it hangs`)
    }
  }

  /** Ends it as faulty: for what only its user can see. */
  fault(reason: string): void {
    if (this.#over) return
    this.end()
    const { name, onFault } = this.#options
    onFault(new GenesisError('component-failed', `${name}: ${reason}`))
  }
}

export interface WorkerLinkOptions {
  readonly name: string
  readonly clock: Clock
  readonly module: WorkerModule
  readonly start: WorkerStart
  readonly limits: WorkerLimits
  readonly onReady: () => void
  readonly onDone: (message: DoneMessage) => void
  readonly onAnswer: (message: AnswerMessage) => void
  readonly onFault: (error: GenesisError) => void
}

export interface WorkerLimits {
  readonly heartbeatMs: number
  /** Without a sign of life for so long it counts as spinning. */
  readonly silentMs: number
  /** More than that from the start of the thread to its first word. */
  readonly startMs: number
  /** For one array of events. */
  readonly eventDeadlineMs: number
  readonly memoryMaxMb: number
}

export const defaultWorkerLimits: WorkerLimits = {
  heartbeatMs: 100,
  silentMs: 1_000,
  startMs: 5_000,
  eventDeadlineMs: 5_000,
  memoryMaxMb: 256,
}
