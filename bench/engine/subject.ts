import { Guarded, mixedEvents } from './guarded.ts'
import { startedMoleculer } from './moleculer.ts'

/** Each handles `events` events, at least, and says how many it did handle. */
export type Subject = (events: number) => Promise<number>

const components = 8
const bound = 1 << 20

export const subjects = {
  synchronous: async () => bursts(new Guarded({ components, bound, kind: 'synchronous' }), 1_000),
  asynchronous: async () => bursts(new Guarded({ components, bound, kind: 'asynchronous' }), 1_000),
  backlog: async () => bursts(new Guarded({ components, bound, kind: 'synchronous' }), 1_000_000),
  'moleculer one by one': async () => (await startedMoleculer(1)).run,
  'moleculer 64 in flight': async () => (await startedMoleculer(64)).run,
} satisfies Record<string, () => Promise<Subject>>

export type SubjectName = keyof typeof subjects

/** So many events wait, and then all are handled, again and again. */
function bursts(guarded: Guarded, waiting: number): Subject {
  const events = mixedEvents(Math.min(waiting, 10_000), components)
  const publishAll = () => {
    for (let index = 0; index < waiting; index += 1) {
      const refusal = guarded.dispatcher.publish(events[index % events.length]!)
      if (refusal) throw new Error(refusal.reason)
    }
  }
  return async (wanted) => {
    const before = guarded.handled
    for (let sent = 0; sent < wanted; sent += waiting) await guarded.burst(publishAll)
    return guarded.handled - before
  }
}
