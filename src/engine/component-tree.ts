import type { Journal } from '../journal/index.ts'
import { assert, sha256Hex } from '../runtime/index.ts'
import { restoreState, type SavedStates, savedStateOf } from './checkpoint/index.ts'
import type { Component, ComponentContext } from './component.ts'
import type { ComponentRequest, RequestContext } from './component-request.ts'
import { ComponentHost } from './component-host.ts'
import type { ComponentStatus } from './component-status.ts'
import type { ComponentTreeOptions, RecoveryReport, Troubles } from './component-tree-options.ts'
import { EventRouter } from './event-router.ts'
import type { Event } from './event.ts'
import { replay, ReplayContext } from './replay.ts'
import { StateReplicator } from './replication/index.ts'
import { restoreFrom } from './restore-from.ts'
import { Restorer } from './restorer.ts'
import type { RequestTarget } from './requests/index.ts'
import {
  checkedAnswer,
  isSelfMending,
  LoopCulprit,
  type LoopCulpritStatus,
  type RestoreAbort,
  type Supervised,
  Supervisor,
  superviseSelfMending,
} from './supervision/index.ts'

/**
 * All components of one system: who gets an event, what they were at a number, and how they are
 * brought back.
 *
 * - An event is given to one component after the other, in the order they were registered, and
 *   one event after the other, so a later component may look at what an earlier one made of it.
 * - A component that fails is suspended in the middle of the event, with those its supervision
 *   group names; the others go on.
 */
export class ComponentTree {
  readonly #options: ComponentTreeOptions
  readonly #hosts: ComponentHost[] = []
  readonly #router = new EventRouter<ComponentHost>()
  readonly #endOfBatch: ComponentHost[] = []
  /** Those whose events may be answered by promises. */
  readonly #lanes: ComponentHost[] = []
  readonly #culprit: LoopCulprit
  readonly #standIns = new Map<string, () => readonly Component[]>()
  readonly #supervisor: Supervisor
  readonly #restorer: Restorer
  #replicator: StateReplicator | null = null
  #supervised = false

  constructor(options: ComponentTreeOptions) {
    const { clock, log, groups = {}, checkpoints, journal, applied } = options
    this.#options = options
    this.#culprit = new LoopCulprit({ clock, log })
    this.#restorer = new Restorer({
      clock,
      log,
      journal,
      checkpoints,
      replicator: () => this.#replicator,
      applied,
      membersOf: (group) => this.#membersOf(group),
      standIns: this.#standIns,
      onResumed: (group, unrecorded) => this.#resumed(group, unrecorded),
    })
    this.#supervisor = new Supervisor({
      clock,
      log,
      groups,
      restoreTogether: (members, abort) => this.#restore(members, abort),
      onEvent: (event) => options.onSupervision(event),
    })
  }

  add(component: Component): void {
    const isNew = !this.#hosts.some(({ name }) => name === component.name)
    assert(isNew, `a name is unique, and there are two "${component.name}"`)
    const mendsItself = isSelfMending(component)
    const { clock, log, applied, live } = this.#options
    const host = new ComponentHost(component, {
      clock,
      log,
      live,
      mendsItself,
      applied,
      onFailed: (failed, error) => this.#failed(failed, error),
      restore: async (one, abort) => (await this.#restore([one], abort))[0]!,
    })
    this.#hosts.push(host)
    if (component.onEndOfBatch) this.#endOfBatch.push(host)
    if (component.inFlightMax) this.#lanes.push(host)
    for (const pattern of component.subscriptions) this.#router.subscribe(pattern, host)
    if (mendsItself) superviseSelfMending(this.#supervisor, component)
    else this.#supervisor.add(host)
  }

  /** `make`: fresh components of the names in the group, wired among themselves. */
  standIns(group: string, make: () => readonly Component[]): void {
    this.#standIns.set(group, make)
  }

  deliver(event: Event, context: ComponentContext): void {
    if (event.durable) this.#replicator?.applying(event)
    const hosts = this.#router.subscribersOf(event.topic)
    if (this.#culprit.watches(event.topic)) return this.#deliverTimed(event, hosts, context)
    for (let index = 0; index < hosts.length; index += 1) hosts[index]!.handle(event, context)
  }

  /** The last delivery was of this event, and held the loop. */
  heldLoop({ topic }: Event, tookMs: number): void {
    const names = this.#router.subscribersOf(topic).map(({ name }) => name)
    this.#culprit.turnWasLong(topic, names, tookMs)
  }

  /** Who held the loop, and how long. */
  culprits(): LoopCulpritStatus {
    return this.#culprit.status()
  }

  /** Of what components may have in flight, above 0 to 1. */
  setInFlightShare(share: number): void {
    for (const host of this.#lanes) host.setInFlightShare(share)
  }

  /** A component as somebody who can be asked. */
  find(name: string): RequestTarget | undefined {
    const host = this.host(name)
    if (host === undefined) return undefined
    const { component, essential, isSuspended } = host
    return {
      name,
      essential,
      suspended: isSuspended ? `${name} is suspended and being brought back` : null,
      answer: component.onRequest && ((request, context) => this.#answer(host, request, context)),
    }
  }

  endOfBatch(): void {
    for (const host of this.#endOfBatch) host.endOfBatch(this.#options.live)
    this.#replicator?.endOfBatch(this.#options.applied())
  }

  /** State = newest sound checkpoint of this journal + the journal after it. */
  async recover(journal: Journal, upTo = journal.lastNumber): Promise<RecoveryReport> {
    const checkpoint = (await this.#options.checkpoints?.newest(journal)) ?? null
    assert((checkpoint?.number ?? 0) <= upTo, 'the past is looked at without checkpoints')
    const isUsed = checkpoint !== null && this.#restoreAll(checkpoint.states)
    const begin = isUsed ? checkpoint.number : 0
    const from = begin + 1
    const context = new ReplayContext()
    let replayed = 0
    const deliver = (event: Event) => {
      replayed += 1
      this.deliver(event, context)
    }
    const reached = await replay(journal, { from, deliver, context, applied: () => upTo })
    return {
      checkpointNumber: begin,
      lastNumber: reached,
      replayed,
      unrecorded: context.unrecorded,
    }
  }

  /** From now on what fails is brought back, and first what failed while it was recovered. */
  supervise(): void {
    this.#supervised = true
    this.#replicator = this.#makeReplicator()
    for (const host of this.#hosts) {
      if (host.isSuspended) this.#supervisor.failed(host.name, host.counts.lastError)
    }
  }

  /** A component did what it must not, elsewhere than in an event: hung, lied, lost its worker. */
  failed(name: string, error: unknown): void {
    const host = this.#hosts.find((each) => each.name === name)
    assert(host, `there is no component ${name}`)
    host.fail(error, null)
  }

  /** Another try for what was given up. */
  retry(name: string): ReturnType<Supervisor['retry']> {
    return this.#supervisor.retry(name)
  }

  /** One that cannot start has failed, and stops nobody else. */
  async start(): Promise<void> {
    for (const host of this.#hosts) {
      try {
        await host.component.start?.(this.#options.live)
      } catch (error) {
        host.fail(error, null)
      }
    }
  }

  /** Last registered first, each whatever the others do; what they threw. */
  async stop(): Promise<readonly unknown[]> {
    this.#supervisor.stop()
    const failures: unknown[] = []
    for (const { component } of [...this.#hosts].reverse()) {
      try {
        await component.stop?.()
      } catch (error) {
        this.#options.log.error({ err: error, component: component.name }, 'not stopped')
        failures.push(error)
      }
    }
    return failures
  }

  /**
   * What every component with state is now; null while one is suspended, whose state is of an
   * earlier number, and where one cannot say it: it has failed then. One that was given up and is
   * not essential is left out, for else there would never be a checkpoint again: the next process
   * begins anew with it.
   */
  states(): SavedStates | null {
    const states = new Map()
    const givenUp = this.#givenUp()
    for (const host of this.#hosts) {
      if (givenUp.has(host.name) && !host.essential) continue
      const isBehind = host.isSuspended || !host.isIdle
      if (isBehind && host.component.snapshot) return null
      try {
        const saved = savedStateOf(host.component)
        if (saved) states.set(host.name, saved)
      } catch (error) {
        host.fail(error, null)
        return null
      }
    }
    this.#replicator?.verify(states)
    return states
  }

  /** Equal states of one version have equal hashes. `saved`: of these, and not of now. */
  stateHash(saved: SavedStates = new Map()): string {
    const texts = this.#hosts.flatMap(({ component }) => {
      // What a worker last reported depends on when it did.
      if (isSelfMending(component)) return []
      const state = saved.get(component.name) ?? savedStateOf(component)
      return state ? [`${JSON.stringify(component.name)}:${state.text}`] : []
    })
    return sha256Hex(new TextEncoder().encode(`{${texts.join()}}`))
  }

  host(name: string): ComponentHost | undefined {
    return this.#hosts.find((each) => each.name === name)
  }

  /** What the mode of the system must know. */
  troubles(): Troubles {
    if (this.#hosts.every(isWell)) return noTroubles
    const essential = this.#hosts.filter((host) => host.essential)
    const first = (...wanted: string[]) =>
      essential.find(({ name }) => wanted.includes(this.#supervisor.stateOf(name)))?.name ?? null
    return { restoring: first('suspended', 'restoring'), givenUp: first('given-up') }
  }

  status(): readonly ComponentStatus[] {
    const states = this.#childStates()
    return this.#hosts.map((host) => {
      const { state, restarts, lastRestore, reason } = states.get(host.name)!
      const failure = host.component.failure ?? null
      const { lastError, ...counts } = host.counts
      return {
        name: host.name,
        group: host.group,
        subscriptions: host.component.subscriptions,
        essential: host.essential,
        state: state === 'running' && failure !== null ? 'given-up' : state,
        ...counts,
        inFlight: host.inFlight,
        restarts,
        lastRestore,
        lastError: reason ?? failure ?? lastError,
      }
    })
  }

  #failed(host: ComponentHost, error: unknown): void {
    this.#replicator?.suspend(host.group)
    if (this.#supervised) this.#supervisor.failed(host.name, error)
  }

  #deliverTimed(event: Event, hosts: readonly ComponentHost[], context: ComponentContext): void {
    const { topic } = event
    for (const host of hosts) {
      this.#culprit.time(host.name, topic, () => host.handle(event, context))
    }
    this.#culprit.delivered(topic)
  }

  /** Garbage is a failure of the one who answered. */
  async #answer(host: ComponentHost, request: ComponentRequest, context: RequestContext) {
    const { component } = host
    const answer = await component.onRequest!(request, context)
    try {
      return checkedAnswer(component, answer)
    } catch (error) {
      host.fail(error, null)
      throw error
    }
  }

  /** Of the groups with an essential component and a state. */
  #makeReplicator(): StateReplicator | null {
    const { clock, log, replication } = this.#options
    if (!replication) return null
    const names = new Set(this.#hosts.filter(({ essential }) => essential).map(groupOf))
    const groups = [...names].map((name) => {
      const components = this.#membersOf(name).map(componentOf)
      const makeStandbys = this.#standIns.get(name)
      return { name, components, ...(makeStandbys ? { makeStandbys } : {}) }
    })
    return new StateReplicator({ clock, log, groups, ...replication })
  }

  async #restore(members: readonly Supervised[], abort: RestoreAbort) {
    // The event at which it failed is first given to those it is still to be given to.
    await Promise.resolve()
    const hosts = members.map(({ name }) => this.host(name)!)
    return this.#restorer.restore(hosts, abort)
  }

  #membersOf(group: string): readonly ComponentHost[] {
    return this.#hosts.filter((host) => host.group === group)
  }

  /** In the step in which they take events again. A group is sound when all of it is. */
  #resumed(group: string, unrecorded: readonly Event[]): void {
    const isSound = this.#membersOf(group).every(({ isSuspended }) => !isSuspended)
    if (isSound) this.#replicator?.resume(group)
    this.#options.onRestored(unrecorded)
  }

  /** False where it cannot be gone on from, and all is as it was registered. */
  #restoreAll(states: SavedStates): boolean {
    try {
      for (const host of this.#hosts) restoreFrom(states, host)
      return true
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the checkpoint is not used: the journal is')
      for (const { component, initial } of this.#hosts) {
        if (initial) restoreState(component, initial)
      }
      return false
    }
  }

  #givenUp(): ReadonlySet<string> {
    const names = this.#hosts.map(({ name }) => name)
    return new Set(names.filter((name) => this.#supervisor.stateOf(name) === 'given-up'))
  }

  #childStates() {
    const children = this.#supervisor.status().groups.flatMap(({ components }) => components)
    return new Map(children.map((child) => [child.name, child]))
  }
}

/** By itself; how a worker fares is the supervisor's to know. */
function isWell({ isSuspended, component }: ComponentHost): boolean {
  return !isSuspended && !isSelfMending(component)
}

const noTroubles: Troubles = { restoring: null, givenUp: null }

function groupOf({ group }: ComponentHost): string {
  return group
}

function componentOf({ component }: ComponentHost): Component {
  return component
}
