import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Component, Coordinator, durableEvent, Priority } from 'genesis/engine'
import { openJournal } from 'genesis/journal'
import { fileDisk, silentLog, systemClock } from 'genesis/runtime'
import type { Row } from '../row.ts'

/**
 * Durable events through the coordinator: published, numbered, flushed on the real disk, handled.
 * Once as fast as it goes, with 256 under way and one more published for each that is handled; and
 * once at 5,000 a second, where what counts is how long each waited.
 */
const EVENTS = 300_000
const IN_FLIGHT = 256
const PACED = 10_000
const PACED_PER_MS = 5
const payload = { clientOrderId: 'bench-1', symbol: 'BTC/USDT', fill: 'x'.repeat(80) }

export async function run(): Promise<Row[]> {
  const perSecond = Math.round(await fullSpeed())
  const waitsMs = await paced()
  const at = (part: number) => Number(waitsMs[Math.floor(waitsMs.length * part)]!.toFixed(3))
  const name = 'durable events'
  return [
    {
      name: `${name}, ${IN_FLIGHT} in flight`,
      value: perSecond,
      unit: 'events/s',
      target: '>= 150000',
    },
    { name: `${name}, 5,000 a second, wait p50`, value: at(0.5), unit: 'ms' },
    { name: `${name}, 5,000 a second, wait p99`, value: at(0.99), unit: 'ms', target: '<= 5' },
  ]
}

async function fullSpeed(): Promise<number> {
  return withCoordinator(EVENTS, async (coordinator, handled) => {
    const start = performance.now()
    let published = 0
    const publish = () => {
      if (published < EVENTS) coordinator.publish(event(published++))
    }
    const over = handled(publish)
    for (let count = 0; count < IN_FLIGHT; count++) publish()
    await over
    return (EVENTS / (performance.now() - start)) * 1000
  })
}

async function paced(): Promise<Float64Array> {
  return withCoordinator(PACED, async (coordinator, handled) => {
    const publishedAt = new Float64Array(PACED)
    const waitsMs = new Float64Array(PACED)
    const start = performance.now()
    let [published, done] = [0, 0]
    const over = handled(() => {
      waitsMs[done] = performance.now() - publishedAt[done]!
      done++
    })
    // What a late timer left out is published at once, and its wait counts from then.
    const timer = systemClock().every(1, () => {
      const due = Math.min(PACED, Math.ceil((performance.now() - start) * PACED_PER_MS))
      while (published < due) {
        publishedAt[published] = performance.now()
        coordinator.publish(event(published++))
      }
    })
    await over
    timer.cancel()
    return waitsMs.sort()
  })
}

async function withCoordinator<T>(
  events: number,
  act: (coordinator: Coordinator, handled: (each: () => void) => Promise<void>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'genesis-bench-'))
  const [clock, disk] = [systemClock(), fileDisk()]
  let onEach = (): void => {}
  const component: Component = {
    name: 'counter',
    subscriptions: ['order.reported'],
    onEvent: () => onEach(),
  }
  const coordinator = new Coordinator({
    clock,
    log: silentLog,
    openJournal: (listener) => openJournal({ clock, disk, folder, listener }),
  })
  coordinator.register(component)
  await coordinator.start()
  try {
    return await act(coordinator, (each) => {
      return new Promise((resolve) => {
        let seen = 0
        onEach = () => {
          each()
          if (++seen === events) resolve()
        }
      })
    })
  } finally {
    await coordinator.stop()
    await rm(folder, { recursive: true })
  }
}

function event(count: number) {
  const priority = Priority.HIGH
  return durableEvent('order.reported', { priority, time: count, key: `bench-${count}`, payload })
}
