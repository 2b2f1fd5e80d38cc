import {
  assert,
  type Clock,
  type Log,
  messageOf,
  type Refusal,
  refuse,
} from '../../runtime/index.ts'
import type { RestoreReport } from '../restore-report.ts'
import { restartDelayMs } from './restart-backoff.ts'
import { nextRestart, recentRestarts } from './restart-intensity.ts'
import { RestoreCohort, type RestoreTogether } from './restore-cohort.ts'
import { type ChildStatus, SupervisedChild } from './supervised-child.ts'
import type { Supervised } from './supervised.ts'
import type { SupervisionEvent } from './supervision-event.ts'
import type { SupervisionState } from './supervision-state.ts'
import { SupervisionGroup, type SupervisionGroupOptions } from './supervision-group.ts'

/**
 * Brings components back, as OTP's supervisors do.
 *
 * - A fault suspends, at once and before `failed` returns, all whom the group's strategy names;
 *   then, after the back-off (none the first time), they are restored together, by a deadline.
 * - A restart of some counts against the component that failed; past the intensity its fault is
 *   the group's: everybody in it is restored (in `one-for-one`, whose members do not need each
 *   other, still only the culprit), and that counts against the group; past the intensity again
 *   the fault goes to the system and those whom the strategy names are given up.
 * - A restoration that fails or comes too late is a fault of its own. Complaints about what is
 *   suspended are counted and change nothing: they come from before.
 */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #groups = new Map<string, SupervisionGroup>()
  readonly #children = new Map<string, SupervisedChild>()
  readonly #cohorts = new Set<RestoreCohort>()
  #stopped = false

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /** In start order. */
  add(supervised: Supervised): void {
    const { name, group } = supervised
    assert(!this.#children.has(name), `a name is unique, and there are two "${name}"`)
    const child = new SupervisedChild(supervised)
    this.#children.set(name, child)
    if (!this.#groups.has(group)) {
      this.#groups.set(group, new SupervisionGroup(group, this.#options.groups?.[group]))
    }
    this.#groups.get(group)!.children.push(child)
  }

  /** A component did what it must not: threw, hung, answered garbage, lost its worker. */
  failed(name: string, error: unknown): void {
    const child = this.#child(name)
    const reason = messageOf(error)
    child.failures += 1
    child.lastError = reason
    if (child.state.is !== 'running' || this.#stopped) return
    this.#tell({ is: 'failed', name, reason })
    this.#handle(child, reason)
  }

  /** Another try for what was given up: after its cause was seen to. */
  retry(name: string): Refusal<'not-given-up'> | undefined {
    const child = this.#child(name)
    if (child.state.is !== 'given-up' || this.#stopped) {
      return refuse(
        'not-given-up',
        `${name} is ${child.state.is}; only what was given up is retried`,
      )
    }
    const group = this.#groupOf(child)
    const members = group.affectedBy(child).filter(({ state }) => state.is === 'given-up')
    group.recent = []
    for (const member of members) {
      member.recent = []
      member.move({ input: 'retry', reason: 'asked for' })
    }
    this.#suspend({ members, culprit: child, delayMs: 0, reason: 'asked for' })
    return undefined
  }

  /** Restores nobody any more. */
  stop(): void {
    this.#stopped = true
    for (const cohort of this.#cohorts) cohort.dismiss('the supervisor was stopped')
    this.#cohorts.clear()
  }

  stateOf(name: string): SupervisionState['is'] {
    return this.#child(name).state.is
  }

  status(): SupervisorStatus {
    const now = this.#options.clock.monotonicMs()
    const groups = [...this.#groups.values()].map((group) => ({
      name: group.name,
      strategy: group.strategy,
      recentRestarts: recentRestarts(group.recent, now, group.intensity.withinMs).length,
      components: group.children.map((child) => child.status(now, group.intensity.withinMs)),
    }))
    return { groups }
  }

  #handle(culprit: SupervisedChild, reason: string): void {
    const group = this.#groupOf(culprit)
    const affected = group.affectedBy(culprit)
    const ofSome = affected.length < group.children.length
    const now = this.#options.clock.monotonicMs()
    if (ofSome) {
      const verdict = nextRestart(culprit.recent, now, group.intensity)
      culprit.recent = verdict.recent
      if (verdict.allowed) {
        const delayMs = restartDelayMs(verdict.recent.length - 1, group.backoff)
        return this.#suspend({ members: affected, culprit, delayMs, reason })
      }
      this.#tell({ is: 'escalated', to: 'group', group: group.name, reason })
    }
    const verdict = nextRestart(group.recent, now, group.intensity)
    group.recent = verdict.recent
    if (!verdict.allowed) return this.#giveUp(group, culprit, reason)
    const members = group.strategy === 'one-for-one' ? affected : group.children
    for (const child of members) child.recent = []
    const before = (ofSome ? group.intensity.restarts : 0) + verdict.recent.length - 1
    const delayMs = restartDelayMs(before, group.backoff)
    this.#suspend({ members, culprit, delayMs, reason })
  }

  /** All are suspended before one is restored, with those whose restoration this interrupts. */
  #suspend({ members, culprit, delayMs, reason }: Suspension): void {
    const interrupted = this.#interrupt(members, reason)
    const concerned = this.#groupOf(culprit).children.filter(
      (child) =>
        child.state.is !== 'given-up' && (members.includes(child) || interrupted.has(child)),
    )
    const cohort = new RestoreCohort(this.#options.clock, concerned, culprit)
    this.#cohorts.add(cohort)
    for (const child of concerned) {
      child.move({ input: 'failed', reason })
      this.#ask(child, () => child.supervised.suspend(reason))
    }
    this.#tell({ is: 'suspended', names: cohort.names, reason, delayMs })
    if (delayMs === 0) this.#restore(cohort)
    else cohort.wait(delayMs, () => this.#restore(cohort))
  }

  /** Ends restorations under way that concern any of these; who else was in them. */
  #interrupt(members: readonly SupervisedChild[], reason: string): Set<SupervisedChild> {
    const interrupted = new Set<SupervisedChild>()
    for (const cohort of this.#cohorts) {
      if (!cohort.members.some((member) => members.includes(member))) continue
      cohort.dismiss(reason)
      this.#cohorts.delete(cohort)
      for (const member of cohort.members) interrupted.add(member)
    }
    return interrupted
  }

  #restore(cohort: RestoreCohort): void {
    for (const member of cohort.members) {
      member.move({ input: 'restore' })
      member.restarts += 1
    }
    const { restoreDeadlineMs } = this.#groupOf(cohort.culprit)
    cohort.restore(this.#options.restoreTogether, restoreDeadlineMs, (reports, error) => {
      if (reports) this.#restored(cohort, reports)
      else this.#restoreFailed(cohort, error)
    })
  }

  #restored(cohort: RestoreCohort, reports: readonly RestoreReport[]): void {
    this.#cohorts.delete(cohort)
    for (const [index, member] of cohort.members.entries()) {
      member.lastRestore = reports[index] ?? null
      member.move({ input: 'restored' })
    }
    this.#tell({ is: 'restored', names: cohort.names, reports })
  }

  #restoreFailed(cohort: RestoreCohort, error: unknown): void {
    const { culprit } = cohort
    const reason = `not restored: ${messageOf(error)}`
    culprit.failures += 1
    culprit.lastError = reason
    this.#tell({ is: 'failed', name: culprit.name, reason })
    this.#handle(culprit, reason)
  }

  /** Those whom the strategy names; others whose restoration this interrupts are tried again. */
  #giveUp(group: SupervisionGroup, culprit: SupervisedChild, reason: string): void {
    this.#tell({ is: 'escalated', to: 'system', group: group.name, reason })
    const lost = group.affectedBy(culprit).filter(({ state }) => state.is !== 'given-up')
    const others = [...this.#interrupt(lost, reason)].filter((child) => !lost.includes(child))
    for (const child of lost) {
      child.move({ input: 'gave-up', reason })
      this.#ask(child, () => child.supervised.giveUp(reason))
    }
    const essential = lost.some(({ supervised }) => supervised.essential)
    this.#tell({ is: 'gave-up', names: lost.map(({ name }) => name), essential, reason })
    const [first] = others
    if (first) this.#suspend({ members: others, culprit: first, delayMs: 0, reason })
  }

  /** Suspending and giving up are ours to do: a fault in them is logged and stops nothing. */
  #ask(child: SupervisedChild, act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#options.log.error({ err: error, component: child.name }, 'supervision was resisted')
    }
  }

  #tell(event: SupervisionEvent): void {
    const { is, ...fields } = event
    const level = is === 'restored' ? 'info' : is === 'gave-up' ? 'error' : 'warn'
    this.#options.log[level](fields, `supervision: ${is}`)
    try {
      this.#options.onEvent?.(event)
    } catch (error) {
      this.#options.log.error({ err: error }, 'a listener to supervision threw')
    }
  }

  #child(name: string): SupervisedChild {
    const child = this.#children.get(name)
    assert(child, `there is no component "${name}" to supervise`)
    return child
  }

  #groupOf(child: SupervisedChild): SupervisionGroup {
    return this.#groups.get(child.supervised.group)!
  }
}

export interface SupervisorOptions {
  readonly clock: Clock
  readonly log: Log
  /** By name; a group that is not named here has the defaults. */
  readonly groups?: Readonly<Record<string, SupervisionGroupOptions>>
  /**
   * Restores several at once, for those that look into each other while events are replayed.
   * Without it each is restored by itself, in start order.
   */
  readonly restoreTogether?: RestoreTogether
  readonly onEvent?: (event: SupervisionEvent) => void
}

export interface SupervisorStatus {
  readonly groups: readonly {
    readonly name: string
    readonly strategy: SupervisionGroup['strategy']
    readonly recentRestarts: number
    readonly components: readonly ChildStatus[]
  }[]
}

interface Suspension {
  readonly members: readonly SupervisedChild[]
  readonly culprit: SupervisedChild
  readonly delayMs: number
  readonly reason: string
}
