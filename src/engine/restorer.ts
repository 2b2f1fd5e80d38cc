import type { Journal } from '../journal/index.ts'
import { assert, type Clock, GenesisError, type Log } from '../runtime/index.ts'
import {
  type CheckpointManager,
  restoreState,
  type SavedState,
  savedStateOf,
} from './checkpoint/index.ts'
import type { Component } from './component.ts'
import type { ComponentHost } from './component-host.ts'
import { restoreFrom } from './restore-from.ts'
import type { Event } from './event.ts'
import { EventRouter } from './event-router.ts'
import { replay, ReplayContext } from './replay.ts'
import { reachedBy, type StateReplicator } from './replication/index.ts'
import type { RestoreReport, RestoreSource } from './restore-report.ts'
import type { RestoreAbort } from './supervision/index.ts'

/**
 * Brings suspended components back to the last applied number while everybody else goes on.
 *
 * - From the nearest source that is sound: their own state where they vouch for it, their hot
 *   standby, a buddy's replica, the newest checkpoint, what they were when they were registered;
 *   then the journal after it. A source that fails half-way leaves nothing behind.
 * - Where the group has stand-ins, they are what is restored and replayed, and their state is
 *   given to the component in the one step in which it takes events again: nobody who looks at it
 *   meanwhile sees it half restored. Those that look into each other do so among stand-ins.
 * - What a component decided and could not record before it failed is decided again in the replay
 *   and handed back, as after a crash of the process. Nothing is sent meanwhile.
 */
export class Restorer {
  readonly #options: RestorerOptions

  constructor(options: RestorerOptions) {
    this.#options = options
  }

  /** One report for each, in the order they were asked for. */
  async restore(
    hosts: readonly ComponentHost[],
    abort: RestoreAbort,
  ): Promise<readonly RestoreReport[]> {
    abort.throwIfAborted()
    const startedMs = this.#options.clock.monotonicMs()
    const own = ownState(hosts)
    if (own !== null) return await this.#bring(hosts, { ...own, startedMs }, abort)
    const taken = this.#takeOver(hosts)
    if (taken)
      return this.#resumed(hosts, { source: 'replica', startedMs, unrecorded: taken }, abort)
    const failures: unknown[] = []
    for (const [source, find] of this.#sources(hosts)) {
      try {
        const base = await find()
        abort.throwIfAborted()
        if (base) return await this.#bring(hosts, { ...base, source, startedMs }, abort)
      } catch (error) {
        abort.throwIfAborted()
        const names = hosts.map(({ name }) => name)
        this.#options.log.warn({ err: error, names, source }, 'not restored from this')
        failures.push(error)
      }
    }
    throw failures[0]
  }

  #sources(hosts: readonly ComponentHost[]): readonly (readonly [RestoreSource, Find])[] {
    return [
      ['replica', () => this.#replica(hosts)],
      ['checkpoint', () => this.#checkpoint()],
      ['journal', async () => ({ number: 0, states: new Map(), events: [] })],
    ]
  }

  /** The standby stands for all of its group, or for none. */
  #takeOver(hosts: readonly ComponentHost[]): readonly Event[] | null {
    const { replicator, membersOf } = this.#options
    const { group } = hosts[0]!
    if (membersOf(group).some((host) => !hosts.includes(host))) return null
    return replicator()?.takeOver(group) ?? null
  }

  async #replica(hosts: readonly ComponentHost[]): Promise<Base | null> {
    const replica = await this.#options.replicator()?.newest(hosts[0]!.group)
    if (!replica) return null
    const events = replica.batches.flatMap((batch) => batch.events)
    return { number: reachedBy(replica), states: new Map(replica.offer.states), events }
  }

  async #checkpoint(): Promise<Base | null> {
    const { checkpoints, journal, applied } = this.#options
    const checkpoint = await checkpoints?.newest(journal())
    if (!checkpoint || checkpoint.number > applied()) return null
    return { number: checkpoint.number, states: checkpoint.states, events: [] }
  }

  /** From the base to the number everybody else stands at, and into the components. */
  async #bring(
    hosts: readonly ComponentHost[],
    { source, number, states, events, startedMs }: Base & { source: RestoreSource } & Begun,
    abort: RestoreAbort,
  ): Promise<readonly RestoreReport[]> {
    const members = source === 'own' ? hosts.map(asItIs) : this.#standsOf(hosts)
    for (const { host, stands } of members) {
      if (source === 'journal' && host.initial) restoreState(stands, host.initial)
      else if (source !== 'own') restoreFrom(states, host, stands)
    }
    const context = new ReplayContext()
    const give = deliverTo(members, context, (stands, answer) => this.#follow(stands, answer))
    const deliver = (event: Event) => {
      // What a second try must not give it again.
      if (source === 'own') for (const host of hosts) host.caughtUpTo(event.number)
      give(event)
    }
    for (const event of events) {
      context.recorded(event)
      deliver(event)
    }
    const { applied, journal } = this.#options
    for (let at = number; at < applied();) {
      const reached = await replay(journal(), { from: at + 1, applied, context, deliver, abort })
      if (reached === at) throw stateLost(at + 1)
      at = reached
    }
    // No wait between the check that nothing is missing and the end: all of it is one step.
    abort.throwIfAborted()
    for (const { host, stands } of members) {
      const saved = stands === host.component ? null : savedStateOf(stands)
      if (saved) restoreState(host.component, saved)
    }
    return this.#resumed(hosts, { source, startedMs, unrecorded: context.unrecorded }, abort)
  }

  /** Stand-ins of the whole group where it has them, even if not all of it is restored. */
  #standsOf(hosts: readonly ComponentHost[]): readonly Member[] {
    const made = this.#options.standIns.get(hosts[0]!.group)?.()
    return hosts.map((host) => {
      const stands = made ? made.find(({ name }) => name === host.name) : host.component
      assert(stands, `the stand-ins of ${host.group} have a ${host.name}`)
      return { host, stands }
    })
  }

  /** Nobody waits for a promise while events are replayed, but none fails unheard either. */
  #follow({ name, inFlightMax }: Component, answer: Promise<unknown>): void {
    const said = 'a promise failed in the replay'
    answer.catch((error: unknown) => this.#options.log.error({ err: error, component: name }, said))
    if (inFlightMax) return
    const sentence = `${name} answered an event with a promise and has no inFlightMax`
    throw new GenesisError('component-failed', sentence)
  }

  #resumed(
    hosts: readonly ComponentHost[],
    of: Begun & { readonly source: RestoreSource; readonly unrecorded: readonly Event[] },
    abort: RestoreAbort,
  ): readonly RestoreReport[] {
    const { clock, applied, onResumed } = this.#options
    for (const host of hosts) host.resume()
    const { source, unrecorded } = of
    const tookMs = clock.monotonicMs() - of.startedMs
    const reports = hosts.map(() => ({ source, number: applied(), tookMs }))
    onResumed(hosts[0]!.group, unrecorded)
    abort.onRestored(reports)
    return reports
  }
}

/** Null where one does not vouch for its state, or where they do not stand at one number. */
function ownState(hosts: readonly ComponentHost[]): (Base & { readonly source: 'own' }) | null {
  const number = hosts[0]!.standsAt
  const isSound = hosts.every(
    ({ component, standsAt }) =>
      standsAt === number && (component.trustsOwnState || !component.restore),
  )
  return isSound ? { source: 'own', number, states: new Map(), events: [] } : null
}

function asItIs(host: ComponentHost): Member {
  return { host, stands: host.component }
}

function deliverTo(
  members: readonly Member[],
  context: ReplayContext,
  follow: (stands: Component, answer: Promise<unknown>) => void,
): (event: Event) => void {
  const router = new EventRouter<Component>()
  for (const { stands } of members) {
    for (const pattern of stands.subscriptions) router.subscribe(pattern, stands)
  }
  return (event) => {
    for (const stands of router.subscribersOf(event.topic)) {
      const answer: unknown = stands.onEvent(event, context)
      if (answer instanceof Promise) follow(stands, answer)
    }
  }
}

function stateLost(number: number): GenesisError {
  return new GenesisError('state-lost', `the journal has no record ${number}, which is needed`)
}

export interface RestorerOptions {
  readonly clock: Clock
  readonly log: Log
  readonly journal: () => Journal
  readonly checkpoints: CheckpointManager | null
  readonly replicator: () => StateReplicator | null
  /** The number of the last event that was given to the components. */
  readonly applied: () => number
  readonly membersOf: (group: string) => readonly ComponentHost[]
  /** By group: fresh components of the same names, wired among themselves. */
  readonly standIns: ReadonlyMap<string, () => readonly Component[]>
  /** Called in the step in which they take events again. */
  onResumed(group: string, unrecorded: readonly Event[]): void
}

/** States at a number, and the events between them and it where they are older. */
interface Base {
  readonly number: number
  readonly states: ReadonlyMap<string, SavedState>
  readonly events: readonly Event[]
}

type Find = () => Promise<Base | null>

interface Begun {
  readonly startedMs: number
}

interface Member {
  readonly host: ComponentHost
  /** What is restored and replayed: the component itself where it has no stand-in. */
  readonly stands: Component
}
