import { Priority, priorityNames } from 'genesis/engine'
import { Guarded, mixedEvent } from '../engine/guarded.ts'
import type { Row } from '../row.ts'

/**
 * Five million mixed events in bursts that overfill the dispatcher while it throttles, half of the
 * components asynchronous: memory stays flat, nothing of CRITICAL and HIGH is lost, and every event
 * is accounted for. Success is what the handlers counted, not what was sent.
 */
export async function run(): Promise<Row[]> {
  const guarded = new Guarded({ components, bound: ROOM, boundOfAll: ROOM, kind: 'both' })
  guarded.dispatcher.setPressure({ throttleFactor: 0.5, batchMax: 100 })
  const offered = [0, 0, 0, 0, 0]
  let sent = 0
  let firstMb = 0
  const publishAll = () => {
    for (let left = BURST; left > 0; left -= 1, sent += 1) {
      const event = mixedEvent(sent, components)
      offered[event.priority]! += 1
      guarded.dispatcher.publish(event)
    }
  }
  const start = performance.now()
  while (sent < EVENTS) {
    await guarded.burst(publishAll)
    if (sent === MILLION) firstMb = residentMb()
  }
  const seconds = (performance.now() - start) / 1000
  const growth = residentMb() / firstMb - 1
  account(guarded, offered)
  return [
    { name: '5 million mixed events offered', value: EVENTS / seconds, unit: 'events/s' },
    {
      name: 'memory (RSS) from the 1st to the 5th million',
      value: growth * 100,
      unit: '%',
      target: '<= 10',
    },
    ...[Priority.CRITICAL, Priority.HIGH, Priority.NORMAL, Priority.LOW, Priority.BACKGROUND].map(
      (level) => ({
        name: `${priorityNames[level]} handled`,
        value: (guarded.handledByLevel[level]! / offered[level]!) * 100,
        unit: '%',
        ...(level <= Priority.HIGH ? { target: '>= 100' } : {}),
      }),
    ),
  ]
}

/** Throws unless every event was handled, refused or shed, and that once. */
function account(guarded: Guarded, offered: readonly number[]): void {
  for (const [level, counts] of guarded.dispatcher.counts().byLevel.entries()) {
    const { accepted, handled, refused, shed } = counts
    const bursts = level === Priority.CRITICAL ? EVENTS / BURST : 0
    const isWhole =
      accepted + refused.throttled + refused['queue-full'] === offered[level]! + bursts &&
      handled + shed.displaced === accepted &&
      guarded.handledByLevel[level] === handled - bursts
    if (!isWhole)
      throw new Error(`${priorityNames[level]}: ${JSON.stringify(counts)} do not add up`)
  }
}

function residentMb(): number {
  globalThis.gc?.()
  return process.memoryUsage().rss / 2 ** 20
}

const components = 8
const MILLION = 1_000_000
const EVENTS = 5 * MILLION
const BURST = 100_000
/** Less than a burst brings, so that the less important gives way. */
const ROOM = 65_536
