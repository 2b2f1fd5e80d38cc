import { type Clock, GenesisError, type Log, type WorkerModule } from '../../../runtime/index.ts'
import type { Event } from '../../event.ts'
import { EventTail, type TailEvent } from './event-tail.ts'
import { type WorkerLimits, WorkerLink } from './worker-link.ts'
import type { AnswerMessage, DeliveryMode, DoneMessage, WorkerState } from './worker-protocol.ts'

/**
 * Keeps a worker fed: what it was given since its last reported state, and how far it got.
 *
 * A new worker gets that state and those events; what was answered it gets as `quiet`. From where
 * the last one stood it gets them one by one, so that the event at which a worker dies is known;
 * the one at which two died in a row is set aside.
 */
export class WorkerFeed {
  readonly #options: WorkerFeedOptions
  #tail: EventTail
  #state: WorkerState | null = null
  #link: WorkerLink | null = null
  /** The last place that was answered, by whichever worker. */
  #answered = 0
  /** The last place this worker has reached, and the last it was sent. */
  #reached = 0
  #sent = 0
  /** After and up to these places one at a time. */
  #careful = { after: 0, upTo: 0 }
  #suspect: number | null = null
  readonly #aside = new Set<number>()
  #flushOrdered = false
  #waiting: Waiting | null = null
  #workers = 0
  #asideTotal = 0

  constructor(options: WorkerFeedOptions) {
    this.#options = options
    this.#tail = new EventTail(options.tailMax)
  }

  get isFull(): boolean {
    return this.#tail.isFull
  }

  /** The place of the last event. */
  get end(): number {
    return this.#tail.end
  }

  get figures(): WorkerFigures {
    const waiting = this.#tail.end - this.#answered
    return { waiting, workers: this.#workers, setAside: this.#asideTotal }
  }

  get hasWorker(): boolean {
    return this.#link !== null
  }

  /** Asked for room first. Sent with what else comes in this turn. */
  push(event: TailEvent): void {
    this.#tail.push(event)
    if (this.#flushOrdered || !this.#link) return
    this.#flushOrdered = true
    queueMicrotask(() => {
      this.#flushOrdered = false
      this.#flush()
    })
  }

  /** It is answered after all that was pushed before it. */
  request(id: number, request: unknown): void {
    this.#flush()
    this.#link?.send({ is: 'request', id, request })
  }

  /** A new worker with the state and all that came after it; nothing where there is one. */
  start(): void {
    if (this.#link) return
    const { name, clock, module, data, limits, reportEvery } = this.#options
    this.#workers += 1
    this.#reached = this.#sent = this.#tail.start
    const link = new WorkerLink({
      name,
      clock,
      module,
      limits,
      start: { data, state: this.#state, heartbeatMs: limits.heartbeatMs, reportEvery },
      onReady: () => this.#wake(),
      onDone: (done) => this.#done(link, done),
      onAnswer: (answer) => this.#options.onAnswer(answer),
      onFault: (error) => this.#fault(error),
    })
    this.#link = link
    this.#flush()
  }

  stop(reason: string): void {
    this.#link?.end()
    this.#link = null
    this.#giveNoMore(new GenesisError('stopped', reason))
  }

  /** Resolves when the worker has reached what stands in the tail now; rejects when it dies. */
  caughtUp(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { target: this.#tail.end, resolve, reject }
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
  }

  snapshot(): WorkerSnapshot {
    const answered = this.#answered - this.#tail.start
    return { state: this.#state, answered: Math.max(0, answered), tail: this.#tail.all() }
  }

  /** From a snapshot, and without a worker. What was not answered is asked for as in a replay. */
  begin({ state, answered, tail }: WorkerSnapshot): void {
    this.stop('it was given another state')
    this.#state = state
    const events = tail.map(({ event }) => ({ event, live: false }))
    this.#tail = new EventTail(this.#options.tailMax, 0, events)
    this.#answered = answered
    this.#careful = { after: 0, upTo: 0 }
    this.#suspect = null
    this.#aside.clear()
  }

  #flush(): void {
    while (this.#link && this.#sent < this.#tail.end) {
      const place = this.#sent + 1
      const one = this.#isAlone(place)
      if ((one || this.#isAlone(this.#sent)) && this.#sent > this.#reached) return
      const events: Event[] = []
      const mode = this.#modeAt(place)
      do {
        this.#sent += 1
        if (!this.#aside.has(this.#sent)) events.push(this.#tail.at(this.#sent).event)
      } while (!one && events.length < BATCH_MAX && this.#continues(mode))
      this.#link.send({ is: 'events', mode, upTo: this.#sent, events })
    }
  }

  /** Whether the next event may go with the ones before it. */
  #continues(mode: DeliveryMode): boolean {
    const place = this.#sent + 1
    return place <= this.#tail.end && !this.#isAlone(place) && this.#modeAt(place) === mode
  }

  /** Whether nothing else may be under way together with the event at this place. */
  #isAlone(place: number): boolean {
    return place > this.#careful.after && place <= this.#careful.upTo
  }

  #modeAt(place: number): DeliveryMode {
    if (place <= this.#answered) return 'quiet'
    return this.#tail.at(place).live ? 'live' : 'replay'
  }

  #done(link: WorkerLink, { upTo, published, state }: DoneMessage): void {
    if (upTo <= this.#reached || upTo > this.#sent) {
      return link.fault(`its worker says it has reached ${upTo}, of ${this.#sent} it was sent`)
    }
    this.#reached = upTo
    if (this.#suspect !== null && upTo >= this.#suspect) this.#suspect = null
    if (state) {
      this.#state = state
      this.#tail.dropUpTo(upTo)
      for (const place of this.#aside) if (place <= upTo) this.#aside.delete(place)
    }
    if (upTo > this.#answered) {
      this.#answered = upTo
      this.#options.onPublished(published, upTo)
    }
    this.#flush()
    this.#wake()
  }

  #fault(error: GenesisError): void {
    this.#link = null
    const [after, upTo] = [this.#reached, this.#sent]
    // What was answered once is no poison, and the state must not lose it.
    const culprit = upTo === after + 1 && upTo > this.#answered ? upTo : null
    if (culprit !== null && culprit === this.#suspect) this.#setAside(culprit)
    else this.#suspect = culprit
    this.#careful = { after, upTo }
    this.#giveNoMore(error)
    this.#options.onFault(error)
  }

  #setAside(place: number): void {
    const { topic, key, number } = this.#tail.at(place).event
    this.#suspect = null
    this.#aside.add(place)
    this.#asideTotal += 1
    const said = 'two workers died at this event; it is set aside'
    this.#options.log.error({ component: this.#options.name, topic, key, number }, said)
  }

  #wake(): void {
    if (!this.#waiting || this.#reached < this.#waiting.target) return
    this.#waiting.resolve()
    this.#waiting = null
  }

  #giveNoMore(error: GenesisError): void {
    this.#waiting?.reject(error)
    this.#waiting = null
  }
}

export interface WorkerFeedOptions {
  readonly name: string
  readonly clock: Clock
  readonly log: Log
  readonly module: WorkerModule
  readonly data: unknown
  readonly limits: WorkerLimits
  readonly tailMax: number
  readonly reportEvery: number
  /** What it made of the events up to this place, once. */
  readonly onPublished: (events: readonly Event[], upTo: number) => void
  readonly onAnswer: (answer: AnswerMessage) => void
  readonly onFault: (error: GenesisError) => void
}

export interface WorkerSnapshot {
  readonly state: WorkerState | null
  /** How many of the tail were answered. */
  readonly answered: number
  readonly tail: readonly TailEvent[]
}

export interface WorkerFigures {
  /** Events not answered yet. */
  readonly waiting: number
  /** Workers that were started. */
  readonly workers: number
  /** Events at which two workers died. */
  readonly setAside: number
}

interface Waiting {
  readonly target: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const BATCH_MAX = 100
