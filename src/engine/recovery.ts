import type { Journal } from '../journal/index.ts'
import { type CheckpointManager, restoreState, type SavedStates } from './checkpoint/index.ts'
import type { ComponentContext } from './component.ts'
import type { ComponentHost } from './component-host.ts'
import { decodeEvent, EVENT_KIND } from './event-codec.ts'
import type { EventRouter } from './event-router.ts'
import type { Event } from './event.ts'

/**
 * State = newest sound checkpoint of this journal + the journal after it. A start is always this.
 *
 * While the journal is replayed, what components publish again is compared with what comes next
 * in the journal: a derived event that is there is dropped (it is about to be applied), and one
 * that is missing at the end was decided but never recorded before the crash, so it is handed
 * back to be published now. Nothing is sent to the outside meanwhile (`context.live` is false).
 */
export async function recover(options: {
  journal: Journal
  checkpoints: CheckpointManager | null
  hosts: readonly ComponentHost[]
  router: EventRouter<ComponentHost>
}): Promise<RecoveryReport> {
  const { journal, router } = options
  const checkpoint = (await options.checkpoints?.newest(journal)) ?? null
  if (checkpoint) restoreAll(options.hosts, checkpoint.states)

  const rederived = new Map<string, Event>()
  const context = new ReplayContext(rederived)
  const from = (checkpoint?.number ?? 0) + 1
  let replayed = 0
  for await (const batch of readAhead(journal.read(from))) {
    for (const record of batch) {
      if (record.kind !== EVENT_KIND) continue
      const event = decodeEvent(record.payload, record.number)
      if (rederived.size > 0) rederived.delete(identity(event))
      for (const host of router.subscribersOf(event.topic)) host.handle(event, context)
      replayed += 1
    }
  }
  return {
    checkpointNumber: checkpoint?.number ?? 0,
    lastNumber: journal.lastNumber,
    replayed,
    unrecorded: [...rederived.values()],
  }
}

/** Asks for the next batch before the present one is worked on: the disk reads meanwhile. */
async function* readAhead<Batch>(batches: AsyncIterable<Batch>): AsyncGenerator<Batch, void> {
  const iterator = batches[Symbol.asyncIterator]()
  let coming = iterator.next()
  for (let read = await coming; !read.done; read = await coming) {
    coming = iterator.next()
    yield read.value
  }
}

export interface RecoveryReport {
  /** 0 where there was no checkpoint. */
  readonly checkpointNumber: number
  readonly lastNumber: number
  readonly replayed: number
  /** Decided before the crash, not in the journal: to be published now. */
  readonly unrecorded: readonly Event[]
}

class ReplayContext implements ComponentContext {
  readonly live = false
  readonly #rederived: Map<string, Event>

  constructor(rederived: Map<string, Event>) {
    this.#rederived = rederived
  }

  publish(event: Event): undefined {
    if (event.durable) this.#rederived.set(identity(event), event)
  }
}

function restoreAll(hosts: readonly ComponentHost[], states: SavedStates) {
  for (const { component } of hosts) {
    const saved = states.get(component.name)
    if (saved) restoreState(component, saved)
  }
}

function identity(event: Event): string {
  return `${event.topic} ${event.key}`
}
