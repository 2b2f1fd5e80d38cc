import { type Clock, GenesisError, type Log, type Workers } from '../../../runtime/index.ts'
import type { WorkerModule } from '../../../runtime/index.ts'
import type { Component, ComponentContext } from '../../component.ts'
import type { ComponentRequest } from '../../component-request.ts'
import { matches } from '../../event-router.ts'
import type { Event } from '../../event.ts'
import type { RestoreReport } from '../../restore-report.ts'
import type { RestoreAbort } from '../restore-abort.ts'
import type { SelfMending } from '../self-mending.ts'
import { DerivedTwice } from './derived-twice.ts'
import { PendingAnswers } from './pending-answers.ts'
import { WorkerFeed, type WorkerFigures, type WorkerSnapshot } from './worker-feed.ts'
import { defaultWorkerLimits, type WorkerLimits } from './worker-link.ts'

/**
 * A component that runs in a worker, seen from the engine: a `Component` like any other, but one
 * that may spin, leak or die and touches nobody.
 *
 * - Its state comes back: a new worker gets the last reported state and the events after it.
 *   Those are bounded; where a durable one finds no room, only a checkpoint and the journal help.
 * - What it publishes, it publishes once. Its answers in a replay are compared with the journal's:
 *   their topics must be named in `publishes`.
 * - Its snapshot depends on when the worker last reported: equal states may be written
 *   differently, so it is no part of a state hash.
 */
export class WorkerComponent implements Component, SelfMending {
  readonly name: string
  readonly subscriptions: readonly string[]
  readonly essential: boolean
  readonly group: string
  readonly #options: WorkerComponentOptions
  readonly #feed: WorkerFeed
  readonly #answers: PendingAnswers
  readonly #derived: DerivedTwice
  readonly #held: Event[] = []
  readonly #tailMax: number
  #context: ComponentContext | null = null
  #replayedUpTo = 0
  #lastNumber = 0
  #dropped = 0
  /** Why there is no worker, or null. */
  #down: string | null = null
  #lost: GenesisError | null = null
  #failure: unknown = null
  #listener: ((error: unknown) => void) | null = null

  private constructor(options: WorkerComponentOptions, module: WorkerModule) {
    const { name, clock, log, subscriptions, publishes = [], data = null } = options
    const limits = { ...defaultWorkerLimits, ...options.limits }
    this.#options = options
    this.#tailMax = options.tailMax ?? 65_536
    this.name = name
    this.subscriptions = [...new Set([...subscriptions, ...publishes])]
    this.essential = options.essential ?? false
    this.group = options.group ?? name
    this.#derived = new DerivedTwice(this.#tailMax)
    const deadlineMs = limits.eventDeadlineMs
    this.#answers = new PendingAnswers({ clock, bound: REQUESTS_MAX, deadlineMs })
    this.#feed = new WorkerFeed({
      name,
      clock,
      log,
      module,
      data,
      limits,
      tailMax: this.#tailMax,
      reportEvery: options.reportEvery ?? 256,
      onPublished: (events, upTo) => this.#published(events, upTo),
      onAnswer: (answer) => this.#answers.answer(answer),
      onFault: (error) => this.#failed(error),
    })
  }

  /** Reads the module, which says `export default serveComponent(...)`; starts no thread yet. */
  static async load(options: WorkerComponentOptions): Promise<WorkerComponent> {
    return new WorkerComponent(options, await options.workers.load(options.module))
  }

  onEvent(event: Event, context: ComponentContext): void {
    if (!context.live && matchesAny(this.#options.publishes, event)) this.#note(event)
    if (!matchesAny(this.#options.subscriptions, event)) return
    if (this.#feed.isFull) return this.#overflow(event)
    if (event.durable) this.#lastNumber = event.number
    this.#ensureWorker()
    this.#feed.push({ event, live: context.live })
    if (!context.live) this.#replayedUpTo = this.#feed.end
  }

  onRequest(request: ComponentRequest): Promise<unknown> {
    this.#ensureWorker()
    if (!this.#feed.hasWorker) {
      const sentence = `${this.name} has no worker: ${this.#down ?? 'it died'}`
      return Promise.reject(new GenesisError('component-failed', sentence))
    }
    return this.#answers.ask((id) => this.#feed.request(id, request))
  }

  start(context: ComponentContext): void {
    this.#context = context
    this.#down = null
    this.#ensureWorker()
    for (const event of this.#held.splice(0)) this.#publish(event, context)
  }

  stop(): void {
    this.takeDown('it was stopped')
  }

  snapshot(): WorkerSnapshot {
    return this.#feed.snapshot()
  }

  restore(state: unknown): void {
    this.#feed.begin(state as WorkerSnapshot)
    this.#replayedUpTo = this.#feed.end
    this.#lost = null
  }

  onFailure(listener: (error: unknown) => void): void {
    this.#listener = listener
    const failure = this.#failure
    this.#failure = null
    if (failure !== null) listener(failure)
  }

  takeDown(reason: string): void {
    this.#down = reason
    this.#feed.stop(reason)
    this.#answers.failAll(new GenesisError('component-failed', `${this.name}: ${reason}`))
  }

  async bringBack(abort: RestoreAbort): Promise<RestoreReport> {
    if (this.#lost) throw this.#lost
    const { clock } = this.#options
    const startedAt = clock.monotonicMs()
    this.#down = null
    const caughtUp = this.#feed.caughtUp(abort.signal)
    this.#ensureWorker()
    await caughtUp
    return { source: 'own', number: this.#lastNumber, tookMs: clock.monotonicMs() - startedAt }
  }

  status(): WorkerStatus {
    return { ...this.#feed.figures, dropped: this.#dropped, down: this.#down }
  }

  #ensureWorker(): void {
    if (this.#down === null) this.#feed.start()
  }

  #failed(error: GenesisError): void {
    this.takeDown(error.message)
    if (this.#listener) this.#listener(error)
    else this.#failure = error
  }

  #published(events: readonly Event[], upTo: number): void {
    for (const event of events) {
      if (this.#context) this.#publish(event, this.#context)
      else this.#hold(event)
    }
    if (this.#context && upTo >= this.#replayedUpTo) this.#derived.clear()
  }

  #publish(event: Event, context: ComponentContext): void {
    if (!this.#derived.isRecorded(event)) context.publish(event)
  }

  /** Before the start, nothing may be published and the journal is not read to its end. */
  #hold(event: Event): void {
    if (this.#held.length < this.#tailMax) this.#held.push(event)
    else this.#lose(`more than ${this.#tailMax} of its answers wait for the start`)
  }

  #note(event: Event): void {
    if (this.#derived.isFull) this.#lose(`it is ${this.#tailMax} answers behind the journal`)
    else this.#derived.note(event)
  }

  #overflow(event: Event): void {
    if (event.durable) this.#lose(`${this.#tailMax} events wait for its worker, and no more may`)
    else this.#dropped += 1
  }

  /** From here on its own memory has a hole: it must be given another state. */
  #lose(reason: string): void {
    if (this.#lost) return
    this.#lost = new GenesisError('component-failed', `${this.name}: ${reason}`)
    this.#failed(this.#lost)
  }
}

export interface WorkerComponentOptions {
  readonly name: string
  readonly subscriptions: readonly string[]
  /** Topics of the durable events it publishes. */
  readonly publishes?: readonly string[]
  readonly essential?: boolean
  readonly group?: string
  readonly workers: Workers
  /** Path of the module. */
  readonly module: string
  /** What `serveComponent`'s function is given: copied. */
  readonly data?: unknown
  readonly clock: Clock
  readonly log: Log
  readonly limits?: Partial<WorkerLimits>
  /** Events between two reports of the state. Default 256. */
  readonly reportEvery?: number
  /** Events after the last reported state that may be kept. Default 65,536. */
  readonly tailMax?: number
}

export interface WorkerStatus extends WorkerFigures {
  /** Passing events for which there was no room. */
  readonly dropped: number
  readonly down: string | null
}

function matchesAny(patterns: readonly string[] | undefined, { topic }: Event): boolean {
  return patterns?.some((pattern) => matches(pattern, topic)) ?? false
}

const REQUESTS_MAX = 1_000
