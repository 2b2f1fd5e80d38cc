import type { Journal, JournalListener } from '../journal/index.ts'
import {
  assert,
  type Clock,
  GenesisError,
  Histogram,
  type Log,
  type Refusal,
  refuse,
  sha256Hex,
} from '../runtime/index.ts'
import { type CheckpointManager, savedStateOf, type SavedStates } from './checkpoint/index.ts'
import type { Component, ComponentContext, ComponentRequest } from './component.ts'
import { ComponentHost, type ComponentStatus } from './component-host.ts'
import { EventRouter } from './event-router.ts'
import type { Event, Priority } from './event.ts'
import { PriorityRings } from './priority-rings.ts'
import { recover, type RecoveryReport } from './recovery.ts'
import { Sequencer } from './sequencer.ts'
import { decideMode, type ModeDecision } from './mode/index.ts'

/**
 * The heart: publish -> wait in a ring by priority -> (durable: journal, flush) -> components.
 *
 * - One thread, one loop. An event published while another is handled waits in its ring; one
 *   published from outside is handled before `publish` returns, unless the loop's turn is used
 *   up (`TURN_MS`), when the rest follows after other work of the process had its turn.
 * - Durable events are applied in number order and only once flushed, so state is a function of
 *   the journal. Components see an event in the order in which they were registered.
 * - A component's fault stays its own. A halted journal stops all durable work, at once.
 */
export class Coordinator {
  readonly #clock: Clock
  readonly #log: Log
  readonly #router = new EventRouter<ComponentHost>()
  readonly #hosts: ComponentHost[] = []
  readonly #rings: PriorityRings
  readonly #latencyMs = new Histogram()
  readonly #context: ComponentContext
  readonly #options: CoordinatorOptions
  #sequencer: Sequencer | null = null
  #journal: Journal | null = null
  #draining = false
  #turnOrdered = false
  #recovering = true
  #handled = 0
  #handledAt = 0
  #refused = 0
  #settledWaiters: (() => void)[] = []

  constructor(options: CoordinatorOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#log = options.log
    this.#rings = new PriorityRings(options.queueBound ?? 65_536)
    this.#context = {
      live: true,
      publish: (event) => this.#publishFromComponent(event),
    }
  }

  register(component: Component): void {
    assert(this.#sequencer === null, 'components are registered before the start')
    assert(!this.#hosts.some((host) => host.component.name === component.name), 'a name is unique')
    const host = new ComponentHost(component, this.#log)
    this.#hosts.push(host)
    for (const pattern of component.subscriptions) this.#router.subscribe(pattern, host)
  }

  /**
   * Opens the journal, rebuilds every component's state and starts them. `unrecorded` of the
   * report is for the caller to publish once the outside can be spoken to.
   */
  async start(): Promise<RecoveryReport> {
    const journal = await this.#options.openJournal(this.#journalListener())
    this.#journal = journal
    const report = await recover({
      journal,
      checkpoints: this.#options.checkpoints ?? null,
      hosts: this.#hosts,
      router: this.#router,
    })
    this.#sequencer = new Sequencer({
      journal,
      bound: this.#options.queueBound ?? 65_536,
      apply: (event) => this.#deliver(event),
    })
    this.#recovering = false
    for (const { component } of this.#hosts) await component.start?.(this.#context)
    return report
  }

  /** Stops components, last registered first, and closes the journal when all is flushed. */
  async stop(): Promise<void> {
    for (const { component } of [...this.#hosts].reverse()) await component.stop?.()
    if (this.halted === null) await this.settled()
    await this.#journal?.close()
  }

  /** Undefined when taken. Refused at the bound of its priority, or when the journal halted. */
  publish(event: Event): Refusal<'queue-full' | 'journal-halted'> | undefined {
    const halted = event.durable ? this.halted : null
    if (halted) return refuse('journal-halted', halted.message)
    const now = this.#clock.monotonicMs()
    const refusal = this.#rings.push(event, now)
    if (refusal) {
      this.#refused += 1
      return refusal
    }
    if (!this.#draining) this.#drain(now)
    return undefined
  }

  /** Nothing waits in a ring or for a flush. */
  get idle(): boolean {
    return this.#rings.length === 0 && (this.#sequencer?.waiting ?? 0) === 0
  }

  /** Resolves when idle; rejects when the journal halted, for then durable work never settles. */
  async settled(): Promise<void> {
    while (!this.idle && this.halted === null) {
      await new Promise<void>((resolve) => this.#settledWaiters.push(resolve))
    }
    if (this.halted) throw this.halted
  }

  /** Why the journal halted, or null. */
  get halted(): GenesisError | null {
    return this.#sequencer?.halted ?? null
  }

  /** Asks one component; throws what it throws. */
  request(componentName: string, request: ComponentRequest): unknown {
    const host = this.#hosts.find(({ component }) => component.name === componentName)
    assert(host, `there is no component ${componentName}`)
    assert(host.component.onRequest, `the component ${componentName} answers no requests`)
    return host.component.onRequest(request)
  }

  /**
   * Saves the state of all components at the last applied number. Null where it is never idle,
   * where one is being saved, or where an essential component failed: what its fault left half
   * done must not be kept, and the journal still holds everything.
   */
  async checkpoint(): Promise<{ number: number } | null> {
    const { checkpoints } = this.#options
    const journal = this.#journal
    if (!checkpoints || !journal || !this.#sequencer || this.halted) return null
    if (!(await this.#reachIdle()) || this.#failingEssential() !== null) return null
    const number = this.#sequencer.applied
    // As text before the first wait: a snapshot may share what the next event changes.
    const states = this.#states()
    const saved = await checkpoints.save(journal, { number, time: this.#clock.now(), states })
    return saved.ok ? { number } : null
  }

  #failingEssential(): string | null {
    const failing = this.#hosts.find((host) => host.component.essential && host.isFailing)
    return failing?.component.name ?? null
  }

  #states(): SavedStates {
    const states = this.#hosts.flatMap(({ component }) => {
      const saved = savedStateOf(component)
      return saved ? [[component.name, saved] as const] : []
    })
    return new Map(states)
  }

  mode(): ModeDecision {
    return decideMode({
      recovering: this.#recovering,
      halted: this.halted?.message ?? null,
      essentialFailing: this.#failingEssential(),
      heldSafe: this.#options.heldSafe ?? false,
    })
  }

  status(): CoordinatorStatus {
    return {
      mode: this.mode(),
      components: this.#hosts.map((host) => host.status()),
      handled: this.#handled,
      refused: this.#refused,
      waiting: this.#rings.length + (this.#sequencer?.waiting ?? 0),
      journalNumber: this.#sequencer?.applied ?? 0,
      latencyMs: {
        p50: this.#latencyMs.quantile(0.5),
        p99: this.#latencyMs.quantile(0.99),
        max: this.#latencyMs.max,
      },
    }
  }

  /** A hash of every component's state: equal states of one version have equal hashes. */
  stateHash(): string {
    const named = [...this.#states()].map(([name, { text }]) => `${JSON.stringify(name)}:${text}`)
    return sha256Hex(`{${named.join(',')}}`)
  }

  depth(level: Priority): number {
    return this.#rings.depth(level)
  }

  /** A decision may not get lost in silence: where there is no room for one, everything stops. */
  #publishFromComponent(event: Event): Refusal | undefined {
    const refusal = this.publish(event)
    if (event.durable && refusal?.refused === 'queue-full') {
      this.#halt(new GenesisError('decision-lost', `${event.topic}: ${refusal.reason}`))
    }
    return refusal
  }

  #journalListener(): JournalListener {
    return {
      onAcknowledged: (upTo) => this.#acknowledge(upTo),
      onHalted: (reason) => this.#halt(reason),
    }
  }

  #acknowledge(upTo: number): void {
    const outer = this.#draining
    this.#draining = true
    this.#sequencer?.acknowledge(upTo)
    this.#draining = outer
    if (!outer) this.#drain(this.#clock.monotonicMs())
  }

  #halt(reason: Error): void {
    const error =
      reason instanceof GenesisError
        ? reason
        : new GenesisError('journal-halted', reason.message, { cause: reason })
    this.#log.error({ err: error }, 'journal halted')
    this.#sequencer?.halt(error)
    this.#wakeSettled()
    this.#options.onHalted?.(error)
  }

  #drain(now: number): void {
    this.#draining = true
    const turnEnds = now + TURN_MS
    let turnOver = false
    while (!turnOver && this.#takeOne()) turnOver = this.#handledAt > turnEnds
    this.#draining = false
    if (turnOver && this.#rings.length > 0) this.#orderTurn()
    if (this.idle) this.#wakeSettled()
  }

  /** Handles the next event; false when none can be handled now. */
  #takeOne(): boolean {
    const sequencer = this.#sequencer
    if (sequencer && !sequencer.hasRoom && sequencer.halted === null) return false
    const event = this.#rings.shift()
    if (event === undefined) return false
    const pushedAt = this.#rings.shiftedPushTime
    if (!event.durable) this.#deliver(event)
    else this.#record(event)
    this.#handledAt = this.#clock.monotonicMs()
    this.#latencyMs.record(this.#handledAt - pushedAt)
    return true
  }

  /** An event that was taken and cannot be recorded is lost, so everything stops. */
  #record(event: Event): void {
    assert(this.#sequencer, 'durable events are published after the start')
    const failure = this.#sequencer.record(event)
    if (failure && this.halted === null) this.#halt(failure)
  }

  #deliver(event: Event): void {
    this.#handled += 1
    const hosts = this.#router.subscribersOf(event.topic)
    for (let index = 0; index < hosts.length; index += 1) {
      hosts[index]!.handle(event, this.#context)
    }
  }

  #orderTurn(): void {
    if (this.#turnOrdered) return
    this.#turnOrdered = true
    void this.#clock.turn().then(() => {
      this.#turnOrdered = false
      if (!this.#draining) this.#drain(this.#clock.monotonicMs())
    })
  }

  async #reachIdle(): Promise<boolean> {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (this.idle) return true
      await this.settled()
    }
    return this.idle
  }

  #wakeSettled(): void {
    if (this.#settledWaiters.length === 0) return
    const waiters = this.#settledWaiters
    this.#settledWaiters = []
    for (const wake of waiters) wake()
  }
}

export interface CoordinatorOptions {
  readonly clock: Clock
  readonly log: Log
  readonly openJournal: (listener: JournalListener) => Promise<Journal>
  readonly checkpoints?: CheckpointManager
  /** Events that may wait in one priority level. Default 65,536. */
  readonly queueBound?: number
  readonly heldSafe?: boolean
  readonly onHalted?: (reason: GenesisError) => void
}

export interface CoordinatorStatus {
  readonly mode: ModeDecision
  readonly components: readonly ComponentStatus[]
  readonly handled: number
  readonly refused: number
  readonly waiting: number
  readonly journalNumber: number
  /** From publish to handled (durable events: to recorded), milliseconds. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number }
}

/** How long one drain may keep the process from its sockets and timers. */
const TURN_MS = 2
