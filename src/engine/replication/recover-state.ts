import type { Journal } from '../../journal/index.ts'
import { type Clock, GenesisError, type Log } from '../../runtime/index.ts'
import { type CheckpointManager, restoreState, type SavedState } from '../checkpoint/index.ts'
import type { Component } from '../component.ts'
import { decodeEvent, EVENT_KIND } from '../event-codec.ts'
import type { RestoreReport, RestoreSource } from '../restore-report.ts'
import { reachedBy } from './replica.ts'
import { StandbyGroup } from './standby-group.ts'
import type { StateReplicator } from './state-replicator.ts'

/**
 * Brings a group of components back to the number everybody else stands at, from the first source
 * that can: their own state, where it is declared trustworthy; the newest sound replica; the
 * newest checkpoint and the journal after it; the journal alone.
 *
 * A source that fails half-way leaves nothing behind, for the next one replaces the whole state.
 * When none is left it rejects with `state-lost`; no component is ever left to guess.
 */
export async function recoverState(options: RecoverStateOptions): Promise<RestoreReport> {
  const start = options.clock.monotonicMs()
  const stateful = options.components.filter(({ restore }) => restore)
  const tries: readonly (readonly [RestoreSource, Source])[] = [
    ['own', () => options.ownTrusted === true],
    ['replica', () => options.replicator?.takeOver(options.group) ?? false],
    ['replica', () => fromReplica(options, stateful)],
    ['checkpoint', () => fromCheckpoint(options, stateful)],
    ['journal', () => fromJournal(options, stateful)],
  ]
  const failures: unknown[] = []
  for (const [source, bring] of tries) {
    try {
      // What can be had at once is had at once: no event comes in between.
      const answer = bring()
      if (!(typeof answer === 'boolean' ? answer : await answer)) continue
      const number = options.number()
      const report = { source, number, tookMs: options.clock.monotonicMs() - start }
      options.onRestored?.(report)
      return report
    } catch (error) {
      options.signal?.throwIfAborted()
      options.log.warn({ err: error, group: options.group, source }, 'not restored from this')
      failures.push(error)
    }
  }
  const message = `${options.group} can be brought back from nothing: no sound state is left`
  throw new GenesisError('state-lost', message, { cause: failures.at(-1) })
}

type Source = () => boolean | Promise<boolean>

async function fromReplica(options: RecoverStateOptions, stateful: readonly Component[]) {
  const replica = await options.replicator?.newest(options.group)
  if (!replica) return false
  restoreAll(stateful, new Map(replica.offer.states))
  const group = new StandbyGroup(stateful)
  for (const { events } of replica.batches) group.apply(events)
  await catchUp(options, group, reachedBy(replica))
  return true
}

async function fromCheckpoint(options: RecoverStateOptions, stateful: readonly Component[]) {
  const checkpoint = await options.checkpoints?.newest(options.journal)
  if (!checkpoint || checkpoint.number > options.number()) return false
  restoreAll(stateful, checkpoint.states)
  await catchUp(options, new StandbyGroup(stateful), checkpoint.number)
  return true
}

async function fromJournal(options: RecoverStateOptions, stateful: readonly Component[]) {
  for (const component of stateful) {
    if (!component.reset) throw lost(`${component.name} cannot be reset to its beginning`)
    component.reset()
  }
  await catchUp(options, new StandbyGroup(stateful), 0)
  return true
}

function restoreAll(stateful: readonly Component[], states: ReadonlyMap<string, SavedState>): void {
  for (const component of stateful) {
    const saved = states.get(component.name)
    if (!saved) throw lost(`there is no state of ${component.name}`)
    restoreState(component, saved)
  }
}

/** Gives the group the journal after `reached`, until it stands where everybody stands. */
async function catchUp(
  { journal, number, signal }: RecoverStateOptions,
  group: StandbyGroup,
  reached: number,
): Promise<void> {
  for (let at = reached; at < number();) {
    const from = at + 1
    for await (const records of journal.read(from)) {
      signal?.throwIfAborted()
      const present = records.filter((record) => record.number <= number())
      if (present[0] && present[0].number !== at + 1) throw gap(at + 1, present[0].number)
      for (const record of present) {
        if (record.kind === EVENT_KIND) group.apply([decodeEvent(record.payload, record.number)])
      }
      at = present.at(-1)?.number ?? at
      if (present.length < records.length) break
    }
    if (at < from) throw lost(`the journal has no record ${from}`)
  }
}

function gap(wanted: number, found: number): GenesisError {
  return lost(`the journal goes on with record ${found}, and ${wanted} is needed`)
}

function lost(sentence: string): GenesisError {
  return new GenesisError('state-lost', sentence)
}

export interface RecoverStateOptions {
  readonly clock: Clock
  readonly log: Log
  readonly group: string
  /** In the order in which they get an event. */
  readonly components: readonly Component[]
  /** The number to stand at, asked for again while events go on. */
  readonly number: () => number
  /** Nothing the group was doing when it failed can have touched its state. */
  readonly ownTrusted?: boolean
  readonly replicator?: StateReplicator | null
  readonly checkpoints?: CheckpointManager | null
  readonly journal: Journal
  readonly signal?: AbortSignal
  /** Called in the same turn in which the state stands at `number()`. */
  readonly onRestored?: (report: RestoreReport) => void
}
