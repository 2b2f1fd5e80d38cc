import type { Journal } from '../journal/index.ts'
import { assert, type Clock } from '../runtime/index.ts'
import { type CheckpointManager, restoreState, savedStateOf } from './checkpoint/index.ts'
import type { Component } from './component.ts'
import type { ComponentHost } from './component-host.ts'
import type { Event } from './event.ts'
import { EventRouter } from './event-router.ts'
import { replay, ReplayContext } from './replay.ts'
import type { RestoreReport, RestoreSource } from './restore-report.ts'

/**
 * Brings suspended components back to the last applied number while everybody else goes on.
 *
 * - Own state where the component vouches for it, else a healthy buddy's, else the newest
 *   checkpoint, else what it was when it was registered; then the journal after it.
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

  async restore(hosts: readonly ComponentHost[], signal: AbortSignal): Promise<Restored> {
    const { clock } = this.#options
    const startedAt = clock.monotonicMs()
    const context = new ReplayContext()
    const restored = await this.#prepare(hosts)
    signal.throwIfAborted()
    await this.#catchUp(restored, context, signal)
    // From here on in one step with the check that nothing is missing.
    for (const { host, stands } of restored.members) {
      const saved = stands === host.component ? null : savedStateOf(stands)
      if (saved) restoreState(host.component, saved)
      host.resume()
    }
    const tookMs = clock.monotonicMs() - startedAt
    const report = { source: restored.source, number: restored.number, tookMs }
    return { reports: hosts.map(() => report), unrecorded: context.unrecorded }
  }

  async #prepare(hosts: readonly ComponentHost[]): Promise<Restoration> {
    const own = ownState(hosts)
    if (own) return own
    const members = this.#standsOf(hosts)
    const journal = this.#options.journal()
    const checkpoint = (await this.#options.checkpoints?.newest(journal)) ?? null
    for (const { host, stands } of members) {
      const saved = checkpoint?.states.get(host.name) ?? host.initial
      if (saved) restoreState(stands, saved)
    }
    return checkpoint
      ? { members, source: 'checkpoint', number: checkpoint.number }
      : { members, source: 'journal', number: 0 }
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

  async #catchUp(to: Restoration, context: ReplayContext, signal: AbortSignal): Promise<void> {
    const router = new EventRouter<Component>()
    for (const { stands } of to.members) {
      for (const pattern of stands.subscriptions) router.subscribe(pattern, stands)
    }
    const deliver = (event: Event) => {
      for (const component of router.subscribersOf(event.topic)) component.onEvent(event, context)
    }
    const { applied } = this.#options
    while (to.number < applied()) {
      const journal = this.#options.journal()
      to.number = await replay(journal, { from: to.number + 1, deliver, context, applied, signal })
    }
  }
}

/** Null where one does not vouch for its state, or where they do not stand at one number. */
function ownState(hosts: readonly ComponentHost[]): Restoration | null {
  const number = hosts[0]!.standsAt
  const isSound = hosts.every(
    ({ component, standsAt }) =>
      standsAt === number && (component.trustsOwnState || !component.restore),
  )
  if (!isSound) return null
  const members = hosts.map((host) => ({ host, stands: host.component }))
  return { members, source: 'own', number }
}

export interface RestorerOptions {
  readonly clock: Clock
  readonly journal: () => Journal
  readonly checkpoints: CheckpointManager | null
  /** The number of the last event that was given to the components. */
  readonly applied: () => number
  /** By group: fresh components of the same names, wired among themselves. */
  readonly standIns: ReadonlyMap<string, () => readonly Component[]>
}

export interface Restored {
  /** One for each, in the order they were asked for. */
  readonly reports: readonly RestoreReport[]
  /** Decided before the failure, not in the journal. */
  readonly unrecorded: readonly Event[]
}

interface Restoration {
  readonly members: readonly Member[]
  readonly source: RestoreSource
  /** The state of the stands is that of this number. */
  number: number
}

interface Member {
  readonly host: ComponentHost
  /** What is restored and replayed: the component itself where it has no stand-in. */
  readonly stands: Component
}
