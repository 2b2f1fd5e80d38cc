import type { Journal, JournalListener } from '../journal/index.ts'
import type { Effect } from '../resilience/index.ts'
import {
  assert,
  type Clock,
  createRandom,
  GenesisError,
  type Log,
  type Refusal,
  refuse,
} from '../runtime/index.ts'
import type { Component, ComponentContext } from './component.ts'
import type { ComponentRequest } from './component-request.ts'
import { ComponentTree } from './component-tree.ts'
import type { RecoveryReport } from './component-tree-options.ts'
import { Dispatcher } from './dispatch/index.ts'
import type { CoordinatorOptions } from './coordinator-options.ts'
import type { CoordinatorStatus } from './coordinator-status.ts'
import type { Event, Priority } from './event.ts'
import { FlushWatch } from './flush-watch.ts'
import { HealthMonitor } from './health/index.ts'
import { LateDecisions } from './late-decisions.ts'
import { type ModeDecision, modeEffects, type ModeState, type SystemMode } from './mode/index.ts'
import { type AskOptions, RequestMediator, type RequestOutcome } from './requests/index.ts'
import { type ResourceAdvice, resourceAdvice } from './resources/index.ts'
import { ownHealth } from './own-health.ts'
import { Sequencer } from './sequencer.ts'
import { eventFault } from './supervision/index.ts'

/**
 * The heart: publish -> wait in a level by priority -> (durable: journal, flush) -> components.
 *
 * - One thread, one loop; see `dispatch/`. Durable events are applied in number order and only
 *   once flushed, so state is a function of the journal.
 * - A component's fault stays its own: it is suspended and brought back (`component-tree.ts`)
 *   while the others go on. A halted journal stops all durable work, at once.
 */
export class Coordinator {
  readonly #clock: Clock
  readonly #log: Log
  readonly #options: CoordinatorOptions
  readonly #tree: ComponentTree
  readonly #dispatcher: Dispatcher
  readonly #context: ComponentContext
  readonly #late: LateDecisions
  readonly #flush = new FlushWatch()
  readonly health: HealthMonitor
  readonly requests: RequestMediator
  #sequencer: Sequencer | null = null
  #journal: Journal | null = null
  #recovering = true
  #handled = 0
  #last: Event | null = null
  #advice: Pick<ResourceAdvice, 'batchMax' | 'inFlightShare'> = resourceAdvice.calm
  #settledWaiters: (() => void)[] = []
  readonly #nowMs = () => this.#clock.monotonicMs()

  constructor(options: CoordinatorOptions) {
    const { clock, log } = options
    this.#options = options
    this.#clock = clock
    this.#log = log
    this.#context = { live: true, publish: (event) => this.#publishFromComponent(event) }
    this.#late = new LateDecisions((event) => this.#publishLate(event))
    this.#tree = new ComponentTree({
      clock,
      log,
      checkpoints: options.checkpoints ?? null,
      ...(options.groups ? { groups: options.groups } : {}),
      replication: options.replication ?? null,
      journal: () => this.#openedJournal(),
      applied: () => this.#sequencer?.applied ?? 0,
      live: this.#context,
      onSupervision: (event) => {
        this.health.review()
        options.onSupervision?.(event)
      },
      onRestored: (unrecorded) => {
        this.#late.add(unrecorded)
        // Not in the step in which the components take events again.
        void Promise.resolve().then(() => this.idle && this.#late.publish())
      },
    })
    this.#dispatcher = new Dispatcher({
      clock,
      bound: this.queueBound,
      deliver: (event) => (event.durable ? this.#record(event) : this.#deliver(event)),
      canTake: () => this.#canTake(),
      takeFlushed: () => this.#sequencer?.applyNext() ?? false,
      onBatchEnd: () => this.#tree.endOfBatch(),
      onLongDelivery: (tookMs) => this.#last && this.#tree.heldLoop(this.#last, tookMs),
      onIdle: () => this.#wakeSettled(),
    })
    this.health = new HealthMonitor({
      clock,
      log,
      heldSafe: options.heldSafe ?? false,
      sources: {
        ...ownHealth({
          tree: this.#tree,
          dispatcher: this.#dispatcher,
          flush: this.#flush,
          nowMs: this.#nowMs,
          halted: () => this.halted,
          isRecovering: () => this.#recovering,
        }),
        ...options.healthSources,
      },
    })
    this.health.onMode((mode) => this.#enterMode(mode))
    this.requests = new RequestMediator({
      clock,
      random: options.random ?? createRandom('requests'),
      targets: this.#tree,
      ...options.requests,
    })
  }

  register(component: Component): void {
    assert(this.#sequencer === null, 'components are registered before the start')
    this.#tree.add(component)
  }

  /**
   * How the components of a group are made anew: fresh ones of the same names, wired among
   * themselves. With it a failed group is rebuilt beside what people look at.
   */
  standIns(group: string, make: () => readonly Component[]): void {
    this.#tree.standIns(group, make)
  }

  /**
   * Opens the journal, rebuilds every component's state and starts them. `unrecorded` of the
   * report is for the caller to publish once the outside can be spoken to.
   */
  async start(): Promise<RecoveryReport> {
    const journal = await this.#options.openJournal(this.#journalListener())
    this.#journal = journal
    const { recoverUpTo } = this.#options
    const report = await this.#tree.recover(journal, recoverUpTo)
    this.#sequencer = new Sequencer({
      journal,
      bound: this.queueBound,
      apply: (event) => this.#apply(event),
      ...(recoverUpTo === undefined ? {} : { lookingAt: recoverUpTo }),
    })
    this.#recovering = false
    this.#late.handOut(report.unrecorded)
    this.#tree.supervise()
    if (this.#options.watchesHealth) this.health.start()
    else this.health.look()
    await this.#tree.start()
    return report
  }

  /** Stops components, last registered first, and closes the journal when all is flushed. */
  async stop(): Promise<void> {
    this.health.stop()
    await this.requests.stop()
    const failures = await this.#tree.stop()
    if (this.halted === null) await this.settled()
    await this.#journal?.close()
    if (failures.length > 0) throw failures[0]
  }

  /**
   * Undefined when taken. Refused at the bound of its priority, when the mode throttles it, or
   * when the journal halted.
   */
  publish(event: Event): Refusal<'queue-full' | 'throttled' | 'journal-halted'> | undefined {
    const halted = event.durable ? this.halted : null
    if (halted) return refuse('journal-halted', halted.message)
    return this.#dispatcher.publish(event)
  }

  /** Nothing waits in a level or for a flush. */
  get idle(): boolean {
    return this.#dispatcher.idle && (this.#sequencer?.waiting ?? 0) === 0
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

  /** Asks a component, under a policy of its own: an outcome by the deadline, with its source. */
  ask<E extends Effect>(
    component: string,
    request: ComponentRequest,
    options: AskOptions<E>,
  ): Promise<RequestOutcome<E>> {
    return this.requests.ask(component, request, options)
  }

  /** A component did what it must not, elsewhere than in an event. */
  failed(componentName: string, error: unknown): void {
    this.#tree.failed(componentName, error)
  }

  /** Another try for a component that was given up. */
  retry(componentName: string): Refusal<'not-given-up'> | undefined {
    return this.#tree.retry(componentName)
  }

  /**
   * Saves the state of all components at the last applied number. Null where it is never idle,
   * where one is being saved, or where a component is suspended: what its fault left half done
   * must not be kept, and the journal still holds everything.
   */
  async checkpoint(): Promise<{ readonly number: number; readonly stateHash: string } | null> {
    const { checkpoints } = this.#options
    if (!checkpoints || !this.#sequencer || this.halted) return null
    if (!(await this.#reachIdle()) || this.#late.waiting > 0) return null
    const number = this.#sequencer.applied
    // As text before the first wait: a snapshot may share what the next event changes.
    const states = this.#tree.states()
    if (states === null) return null
    const stateHash = this.#tree.stateHash(states)
    const journal = this.#openedJournal()
    const saved = await checkpoints.save(journal, { number, time: this.#clock.now(), states })
    if (!saved.ok) return null
    if (this.#options.forgetsJournal) await journal.removeBefore(checkpoints.oldestNeeded())
    return { number, stateHash }
  }

  mode(): ModeDecision {
    return this.health.mode
  }

  status(): CoordinatorStatus {
    const { latencyMs } = this.#dispatcher
    const dispatch = this.#dispatcher.counts()
    return {
      mode: this.mode(),
      components: this.#tree.status(),
      culprits: this.#tree.culprits(),
      dispatch,
      handled: this.#handled,
      refused: dispatch.refused + dispatch.shed,
      waiting: this.#dispatcher.waiting + (this.#sequencer?.waiting ?? 0),
      oldestWaitMs: this.#dispatcher.oldestWaitMs(this.#clock.monotonicMs()),
      journalNumber: this.#sequencer?.applied ?? 0,
      latencyMs: {
        p50: latencyMs.quantile(0.5),
        p99: latencyMs.quantile(0.99),
        max: latencyMs.max,
      },
    }
  }

  /** A hash of every component's state: equal states of one version have equal hashes. */
  stateHash(): string {
    return this.#tree.stateHash()
  }

  /** How many events may wait in one level. */
  get queueBound(): number {
    return this.#options.queueBound ?? QUEUE_BOUND
  }

  depth(level: Priority): number {
    return this.#dispatcher.depth(level)
  }

  /** A decision may not get lost in silence: where there is no room for one, everything stops. */
  #publishFromComponent(event: Event): Refusal | undefined {
    const fault = eventFault(event)
    if (fault !== null) throw new GenesisError('component-failed', `it published ${fault}`)
    const refusal = this.publish(event)
    if (event.durable && refusal?.refused === 'queue-full') {
      this.#halt(new GenesisError('decision-lost', `${event.topic}: ${refusal.reason}`))
    }
    return refusal
  }

  #publishLate(event: Event): void {
    const { onLateDecision } = this.#options
    if (onLateDecision) onLateDecision(event)
    else this.#publishFromComponent(event)
  }

  /** What the resources of the process advise; the mode's own limits hold too. */
  advise(advice: Pick<ResourceAdvice, 'batchMax' | 'inFlightShare'>): void {
    this.#advice = advice
    this.#tree.setInFlightShare(advice.inFlightShare)
    this.#setPressure()
  }

  #setPressure(): void {
    const { throttleFactor, batchMax } = this.health.effects
    this.#dispatcher.setPressure({
      throttleFactor,
      batchMax: Math.min(batchMax, this.#advice.batchMax),
    })
  }

  #canTake(): boolean {
    if (this.#sequencer === null || this.halted !== null) return true
    return this.#sequencer.hasRoom
  }

  #enterMode({ mode, reason }: ModeState): void {
    this.#setPressure()
    this.#options.checkpoints?.setFactor(modeEffects[mode].checkpointFactor)
    if (!this.#options.watchesHealth) this.#watchUntilNormal(mode)
    this.#options.onMode?.({ mode, reason })
  }

  /** A mode is left after its dwell time, by a look. One held by hand is never left. */
  #watchUntilNormal(mode: SystemMode): void {
    if (mode === 'NORMAL') this.health.stop()
    else if (!this.#options.heldSafe) this.health.start()
  }

  #openedJournal(): Journal {
    assert(this.#journal, 'the journal is opened by the start')
    return this.#journal
  }

  #journalListener(): JournalListener {
    return {
      onAcknowledged: (upTo) => {
        const sequencer = this.#sequencer
        sequencer?.acknowledge(upTo)
        this.#flush.flushed(sequencer?.isFlushing === true, this.#clock.monotonicMs())
        this.#dispatcher.resume()
      },
      onHalted: (reason) => this.#halt(reason),
    }
  }

  #halt(reason: Error): void {
    const error =
      reason instanceof GenesisError
        ? reason
        : new GenesisError('journal-halted', reason.message, { cause: reason })
    this.#log.error({ err: error }, 'journal halted')
    this.#sequencer?.halt(error)
    this.health.review()
    this.#wakeSettled()
    this.#options.onHalted?.(error)
  }

  /** An event that was taken and cannot be recorded is lost, so everything stops. */
  #record(event: Event): void {
    assert(this.#sequencer, 'durable events are published after the start')
    this.#flush.recorded(this.#nowMs)
    const failure = this.#sequencer.record(event)
    if (failure && this.halted === null) this.#halt(failure)
  }

  #apply(event: Event): void {
    this.#late.recorded(event)
    this.#deliver(event)
  }

  #deliver(event: Event): void {
    this.#handled += 1
    this.#last = event
    this.#tree.deliver(event, this.#context)
  }

  async #reachIdle(): Promise<boolean> {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (this.idle) return true
      await this.settled()
    }
    return this.idle
  }

  #wakeSettled(): void {
    if (this.idle) this.#late.publish()
    if (this.#settledWaiters.length === 0) return
    if (!this.idle && this.halted === null) return
    const waiters = this.#settledWaiters
    this.#settledWaiters = []
    for (const wake of waiters) wake()
  }
}

const QUEUE_BOUND = 65_536
