import { expect, test } from 'vitest'
import { openJournal } from '../journal/index.ts'
import { silentLog, SimulatedClock, SimulatedDisk } from '../runtime/index.ts'
import { CheckpointManager } from './checkpoint/index.ts'
import type { Component, ComponentContext } from './component.ts'
import { Coordinator } from './coordinator.ts'
import { durableEvent, type Event, passingEvent, Priority } from './event.ts'

const durable = (topic: string, key: string, priority: Priority = Priority.NORMAL) =>
  durableEvent(topic, { priority, time: 1, key, payload: key })
const passing = (topic: string, key: string, priority: Priority = Priority.NORMAL) =>
  passingEvent(topic, { priority, time: 1, key, payload: key })

/** Keeps what it was given, and answers `ask.*` with a derived durable event. */
class Recording implements Component {
  readonly subscriptions: readonly string[]
  readonly name: string
  readonly essential: boolean
  seen: string[] = []
  liveSeen: string[] = []

  constructor(name: string, subscriptions: readonly string[], essential = false) {
    this.name = name
    this.subscriptions = subscriptions
    this.essential = essential
  }

  onEvent(event: Event, context: ComponentContext): void {
    this.seen.push(`${event.key}#${event.number}`)
    if (context.live) this.liveSeen.push(event.key)
    if (event.topic === 'ask.answer') context.publish(durable('answer.given', `re-${event.key}`))
    if (event.topic === 'ask.throw' && this.essential) throw new Error('no answer to that')
  }

  snapshot(): unknown {
    return this.seen
  }

  restore(state: unknown): void {
    this.seen = state as string[]
  }
}

function system(
  disk: SimulatedDisk,
  ...parts: (Component | string | { readonly recoverUpTo: number })[]
) {
  const folder = parts.find((part) => typeof part === 'string') ?? 'journal'
  const components = parts.filter((part) => typeof part === 'object' && 'name' in part)
  const past = parts.find((part) => typeof part === 'object' && 'recoverUpTo' in part)
  const clock = new SimulatedClock(1000)
  const coordinator = new Coordinator({
    clock,
    log: silentLog,
    openJournal: (listener) => openJournal({ disk, folder, segmentBytes: 65_536, listener }),
    ...(past ?? {
      checkpoints: new CheckpointManager({ disk, clock, folder: 'checkpoints', log: silentLog }),
    }),
    queueBound: 8,
  })
  for (const component of components) coordinator.register(component)
  return coordinator
}

test('a durable event reaches components only after it was flushed, with its number', async () => {
  const component = new Recording('a', ['order.*'])
  const coordinator = system(new SimulatedDisk(), component)
  await coordinator.start()

  coordinator.publish(durable('order.requested', 'first'))
  const before = [...component.seen]
  await coordinator.settled()

  expect(before).toEqual([])
  expect(component.seen).toEqual(['first#1'])
})

test('a passing event is handled before publish returns and has no number', async () => {
  const component = new Recording('a', ['market.*'])
  const coordinator = system(new SimulatedDisk(), component)
  await coordinator.start()

  coordinator.publish(passing('market.trade', 'tick'))

  expect(component.seen).toEqual(['tick#0'])
})

test('what waits is numbered in order of importance, and applied in number order', async () => {
  const component = new Recording('a', ['order.*'])
  const starter: Component = {
    name: 'starter',
    subscriptions: ['go'],
    onEvent: (_, context) => {
      context.publish(durable('order.requested', 'low', Priority.LOW))
      context.publish(durable('order.requested', 'normal'))
      context.publish(durable('order.requested', 'critical', Priority.CRITICAL))
    },
  }
  const coordinator = system(new SimulatedDisk(), component, starter)
  await coordinator.start()

  coordinator.publish(passing('go', 'go'))
  await coordinator.settled()

  expect(component.seen).toEqual(['critical#1', 'normal#2', 'low#3'])
})

test('a component that throws stops no other one, is counted, and named when essential', async () => {
  const faulty = new Recording('faulty', ['ask.*'], true)
  const other = new Recording('other', ['ask.*'])
  const coordinator = system(new SimulatedDisk(), faulty, other)
  await coordinator.start()

  coordinator.publish(passing('ask.throw', 'x'))
  coordinator.publish(passing('ask.nothing', 'y'))

  expect(other.seen).toEqual(['x#0', 'y#0'])
  const { components, mode } = coordinator.status()
  expect(components[0]).toMatchObject({ failed: 1, missed: 1, lastError: 'no answer to that' })
  expect(mode.mode).toBe('RECOVERY')
  expect(mode.reason).toContain('faulty')
})

test('a full level refuses by value and takes again once it drained', async () => {
  const component = new Recording('a', ['order.*'])
  const coordinator = system(new SimulatedDisk(), component)
  await coordinator.start()
  for (let index = 0; index < 16; index += 1) {
    coordinator.publish(durable('order.requested', String(index)))
  }

  const refusal = coordinator.publish(durable('order.requested', 'one too many'))
  await coordinator.settled()
  const later = coordinator.publish(durable('order.requested', 'later'))
  await coordinator.settled()

  expect(refusal).toMatchObject({ ok: false, refused: 'queue-full' })
  expect(later).toBeUndefined()
  expect(component.seen).toHaveLength(17)
})

test('after a restart the journal alone rebuilds the state, and nobody outside hears of it', async () => {
  const disk = new SimulatedDisk()
  const first = system(disk, new Recording('a', ['order.*']))
  await first.start()
  for (const key of ['x', 'y', 'z']) first.publish(durable('order.requested', key))
  await first.stop()

  const component = new Recording('a', ['order.*'])
  const report = await system(disk, component).start()

  expect(component.seen).toEqual(['x#1', 'y#2', 'z#3'])
  expect(component.liveSeen).toEqual([])
  expect(report).toMatchObject({ replayed: 3, checkpointNumber: 0, lastNumber: 3 })
})

test('a checkpoint stands for everything up to its number', async () => {
  const disk = new SimulatedDisk()
  const first = system(disk, new Recording('a', ['order.*']))
  await first.start()
  first.publish(durable('order.requested', 'x'))
  const saved = await first.checkpoint()
  first.publish(durable('order.requested', 'y'))
  await first.stop()

  const component = new Recording('a', ['order.*'])
  const report = await system(disk, component).start()

  expect(saved).toMatchObject({ number: 1 })
  expect(component.seen).toEqual(['x#1', 'y#2'])
  expect(report).toMatchObject({ replayed: 1, checkpointNumber: 1 })
})

test('the state after any record can be looked at, and is that of a checkpoint made there', async () => {
  const disk = new SimulatedDisk()
  const first = system(disk, new Recording('a', ['order.*']))
  await first.start()
  first.publish(durable('order.made', 'x'))
  await first.settled()
  const saving = first.checkpoint()
  first.publish(durable('order.made', 'y'))
  const saved = await saving
  await first.stop()
  const past = new Recording('a', ['order.*'])
  const looking = system(disk, past, { recoverUpTo: 1 })

  const report = await looking.start()

  expect(report).toMatchObject({ lastNumber: 1, replayed: 1 })
  expect(past.seen).toEqual(['x#1'])
  expect(saved).toEqual({ number: 1, stateHash: looking.stateHash() })
  expect(looking.publish(durable('order.made', 'z'))).toMatchObject({ refused: 'journal-halted' })
  await looking.stop()
})

test('events that come while a checkpoint is being written are not in it', async () => {
  const disk = new SimulatedDisk()
  const first = system(disk, new Recording('a', ['order.*']))
  await first.start()
  first.publish(durable('order.requested', 'x'))
  await first.settled()
  const saving = first.checkpoint()
  first.publish(durable('order.requested', 'y'))
  await Promise.all([saving, first.settled()])
  await first.stop()

  const component = new Recording('a', ['order.*'])
  const report = await system(disk, component).start()

  expect(report.checkpointNumber).toBe(1)
  expect(component.seen).toEqual(['x#1', 'y#2'])
})

test('a decision the crash kept from the journal is made again, once', async () => {
  const disk = new SimulatedDisk()
  const first = system(disk, new Recording('a', ['other.*']))
  await first.start()
  first.publish(durable('ask.answer', 'q'))
  await first.stop()

  const component = new Recording('a', ['ask.*', 'answer.*'])
  const second = system(disk, component)
  const report = await second.start()
  for (const event of report.unrecorded) second.publish(event)
  await second.settled()

  expect(report.unrecorded.map(({ key }) => key)).toEqual(['re-q'])
  expect(component.seen).toEqual(['q#1', 're-q#2'])
  expect(component.liveSeen).toEqual(['re-q'])
})

test('a decision that is in the journal is not made again', async () => {
  const disk = new SimulatedDisk()
  const first = system(disk, new Recording('a', ['ask.*', 'answer.*']))
  await first.start()
  first.publish(durable('ask.answer', 'q'))
  await first.stop()

  const component = new Recording('a', ['ask.*', 'answer.*'])
  const report = await system(disk, component).start()

  expect(report.unrecorded).toEqual([])
  expect(component.seen).toEqual(['q#1', 're-q#2'])
})

test('a failed flush halts: nothing unflushed is applied, durable events are refused', async () => {
  const disk = new SimulatedDisk()
  const component = new Recording('a', ['order.*', 'market.*'])
  const coordinator = system(disk, component)
  await coordinator.start()
  disk.failAt(disk.operations + 2, 'io-error')

  coordinator.publish(durable('order.requested', 'lost'))
  await expect(coordinator.settled()).rejects.toMatchObject({ code: 'journal-halted' })
  const refusal = coordinator.publish(durable('order.requested', 'next'))
  coordinator.publish(passing('market.trade', 'tick'))

  expect(component.seen).toEqual(['tick#0'])
  expect(refusal).toMatchObject({ refused: 'journal-halted' })
  expect(coordinator.status().mode.mode).toBe('EMERGENCY')
})

test('a checkpoint of another journal is passed over, not believed', async () => {
  const disk = new SimulatedDisk()
  const other = system(disk, new Recording('a', ['order.*']), 'other-journal')
  await other.start()
  other.publish(durable('order.requested', 'foreign'))
  await other.checkpoint()
  await other.stop()
  const first = system(disk, new Recording('a', ['order.*']))
  await first.start()
  first.publish(durable('order.requested', 'own'))
  await first.stop()

  const component = new Recording('a', ['order.*'])
  const report = await system(disk, component).start()

  expect(report.checkpointNumber).toBe(0)
  expect(component.seen).toEqual(['own#1'])
})

test('what a failing essential component left half done is not checkpointed', async () => {
  const disk = new SimulatedDisk()
  const coordinator = system(disk, new Recording('faulty', ['ask.*'], true))
  await coordinator.start()
  coordinator.publish(durable('ask.throw', 'x'))
  await coordinator.settled()

  const saved = await coordinator.checkpoint()

  expect(saved).toBeNull()
  expect(await disk.list('checkpoints')).toEqual([])
})
