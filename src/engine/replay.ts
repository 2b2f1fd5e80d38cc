import type { Journal } from '../journal/index.ts'
import { GenesisError } from '../runtime/index.ts'
import type { ComponentContext } from './component.ts'
import { decodeEvent, EVENT_KIND } from './event-codec.ts'
import type { Event } from './event.ts'
import { eventFault } from './supervision/event-fault.ts'

/**
 * Gives the events of the journal from a number on to whoever is being rebuilt.
 *
 * What components publish meanwhile is compared with what comes next in the journal: a derived
 * event that is there is dropped (it is about to be applied), and what is left at the end was
 * decided but never recorded. A record that is missing is never passed over.
 */
export async function replay(journal: Journal, options: ReplayOptions): Promise<number> {
  const { from, deliver, context, applied, abort } = options
  let number = from - 1
  for await (const batch of readAhead(journal.read(from))) {
    abort?.throwIfAborted()
    for (const record of batch) {
      // What is flushed and not applied yet comes to the components by the usual way.
      if (applied && record.number > applied()) return number
      if (record.number !== number + 1) throw stateLost(number + 1, record.number)
      number = record.number
      if (record.kind !== EVENT_KIND) continue
      const event = decodeEvent(record.payload, number)
      context.recorded(event)
      deliver(event)
    }
  }
  return number
}

function stateLost(wanted: number, found: number): GenesisError {
  const sentence = `the journal goes on with record ${found}, and ${wanted} is needed`
  return new GenesisError('state-lost', sentence, { details: { wanted, found } })
}

export interface ReplayOptions {
  readonly from: number
  deliver(event: Event): void
  readonly context: ReplayContext
  /** Up to where, asked for each record. Without it to the end. */
  readonly applied?: () => number
  readonly abort?: Pick<AbortSignal, 'throwIfAborted'>
}

/** What a component is handed while it is rebuilt: the outside hears nothing. */
export class ReplayContext implements ComponentContext {
  readonly live = false
  readonly #rederived = new Map<string, Event>()

  publish(event: Event): undefined {
    const fault = eventFault(event)
    if (fault !== null) throw new GenesisError('component-failed', `it published ${fault}`)
    if (event.durable) this.#rederived.set(identity(event), event)
  }

  recorded(event: Event): void {
    if (this.#rederived.size > 0) this.#rederived.delete(identity(event))
  }

  /** Decided, and not in what was replayed. */
  get unrecorded(): readonly Event[] {
    return [...this.#rederived.values()]
  }
}

/** Topic and key together name a derived event. */
export function identity(event: Event): string {
  return `${event.topic} ${event.key}`
}

/** Asks for the next batch before the present one is worked on: the disk reads meanwhile. */
async function* readAhead<Batch>(batches: AsyncIterable<Batch>): AsyncGenerator<Batch, void> {
  const iterator = batches[Symbol.asyncIterator]()
  let coming = iterator.next()
  try {
    for (let read = await coming; !read.done; read = await coming) {
      coming = iterator.next()
      yield read.value
    }
  } finally {
    // Whoever needs no more still has a batch under way, and a file open.
    await Promise.allSettled([coming])
    await iterator.return?.()
  }
}
