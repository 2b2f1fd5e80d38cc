import { expect, test } from 'vitest'
import { openJournal } from '../journal/index.ts'
import { silentLog, SimulatedClock, SimulatedDisk } from '../runtime/index.ts'
import { CheckpointManager } from './checkpoint/index.ts'
import type { Component, ComponentContext } from './component.ts'
import { Coordinator } from './coordinator.ts'
import { MemoryReplicaHolder } from './replication/index.ts'
import { durableEvent, type Event, passingEvent, Priority } from './event.ts'

const durable = (topic: string, key: string) =>
  durableEvent(topic, { priority: Priority.NORMAL, time: 1, key, payload: key })
const passing = (topic: string, key: string) =>
  passingEvent(topic, { priority: Priority.NORMAL, time: 1, key, payload: key })

/** Writes down what it is given, and breaks as often as it is told, having lost its state. */
class Ledger implements Component {
  readonly name: string
  readonly subscriptions = ['order.*', 'tick']
  readonly essential = true
  readonly group?: string
  trustsOwnState = false
  breaks = 0
  entries: string[] = []
  sent: string[] = []

  constructor(name: string, group?: string) {
    this.name = name
    if (group !== undefined) this.group = group
  }

  onEvent(event: Event, context: ComponentContext): void | Promise<void> {
    if (this.breaks > 0) {
      this.breaks -= 1
      if (!this.trustsOwnState) this.entries = ['rubbish']
      throw new Error('broken')
    }
    if (!event.durable) return
    this.entries.push(`${event.key}#${event.number}`)
    if (context.live) this.sent.push(event.key)
    if (event.topic === 'order.asked') context.publish(durable('order.given', `re-${event.key}`))
  }

  snapshot(): unknown {
    return { entries: this.entries }
  }

  restore(state: unknown): void {
    this.entries = [...(state as { entries: string[] }).entries]
  }
}

class System {
  readonly clock = new SimulatedClock(1_000)
  readonly coordinator: Coordinator
  readonly holders = [new MemoryReplicaHolder({ name: 'corner' })]

  constructor(disk: SimulatedDisk, ...components: Component[]) {
    const { clock } = this
    const replicated = components.some(({ name }) => name === 'replicated')
    this.coordinator = new Coordinator({
      clock,
      log: silentLog,
      openJournal: (listener) =>
        openJournal({ disk, folder: 'journal', segmentBytes: 65_536, listener }),
      checkpoints: new CheckpointManager({ disk, clock, folder: 'checkpoints', log: silentLog }),
      ...(replicated ? { replication: { holders: this.holders, reseedMs: 0 } } : {}),
    })
    for (const component of components) this.coordinator.register(component)
  }

  async started(): Promise<this> {
    await this.coordinator.start()
    return this
  }

  async give(...events: Event[]): Promise<void> {
    for (const event of events) this.coordinator.publish(event)
    await this.coordinator.settled()
  }

  async restored(): Promise<void> {
    await this.clock.advance(60_000)
    await this.coordinator.settled()
  }

  state(name: string) {
    return this.coordinator.status().components.find((each) => each.name === name)!
  }
}

test('a component that lost its state has it again, from the journal alone', async () => {
  const ledger = new Ledger('ledger')
  const system = await new System(new SimulatedDisk(), ledger).started()
  await system.give(durable('order.made', 'x'), durable('order.made', 'y'))

  ledger.breaks = 1
  await system.give(durable('order.made', 'z'))
  const { state } = system.state('ledger')
  await system.restored()
  await system.give(durable('order.made', 'last'))

  expect(state).not.toBe('running')
  expect(ledger.entries).toEqual(['x#1', 'y#2', 'z#3', 'last#4'])
  expect(system.state('ledger')).toMatchObject({
    state: 'running',
    failed: 1,
    restarts: 1,
    lastRestore: { source: 'journal', number: 3 },
  })
})

test('from the newest checkpoint, where there is one', async () => {
  const ledger = new Ledger('ledger')
  const system = await new System(new SimulatedDisk(), ledger).started()
  await system.give(durable('order.made', 'x'))
  await system.coordinator.checkpoint()

  ledger.breaks = 1
  await system.give(durable('order.made', 'y'))
  await system.restored()

  expect(ledger.entries).toEqual(['x#1', 'y#2'])
  expect(system.state('ledger').lastRestore).toMatchObject({ source: 'checkpoint', number: 2 })
})

test('while it is restored the others go on, and it misses nothing', async () => {
  const [ledger, other] = [new Ledger('ledger'), new Ledger('other')]
  const system = await new System(new SimulatedDisk(), ledger, other).started()

  ledger.breaks = 1
  system.coordinator.publish(passing('tick', 't'))
  for (const key of ['a', 'b', 'c']) system.coordinator.publish(durable('order.made', key))
  await system.restored()

  expect(other.entries).toEqual(['a#1', 'b#2', 'c#3'])
  expect(ledger.entries).toEqual(other.entries)
  expect(system.coordinator.stateHash()).toBe((await twin(other.entries)).coordinator.stateHash())
})

async function twin(entries: readonly string[]): Promise<System> {
  const ledgers = [new Ledger('ledger'), new Ledger('other')]
  for (const ledger of ledgers) ledger.entries = [...entries]
  return new System(new SimulatedDisk(), ...ledgers)
}

test('one that vouches for its state goes on with it, and gets what came meanwhile', async () => {
  const ledger = new Ledger('ledger')
  ledger.trustsOwnState = true
  const system = await new System(new SimulatedDisk(), ledger).started()
  await system.give(durable('order.made', 'x'))
  ledger.entries = ['its own']

  ledger.breaks = 1
  system.coordinator.publish(passing('tick', 't'))
  system.coordinator.publish(durable('order.made', 'y'))
  await system.restored()

  expect(ledger.entries).toEqual(['its own', 'y#2'])
  expect(system.state('ledger').lastRestore).toMatchObject({ source: 'own' })
})

test('a decision the failure kept from the journal is made again, once', async () => {
  const ledger = new Ledger('ledger')
  const system = await new System(new SimulatedDisk(), ledger).started()

  ledger.breaks = 1
  await system.give(durable('order.asked', 'x'))
  await system.restored()

  expect(ledger.entries).toEqual(['x#1', 're-x#2'])
  expect(ledger.sent).toEqual(['re-x'])
})

test('a decision that is already on its way to the journal is not made twice', async () => {
  const ledger = new Ledger('ledger')
  const system = await new System(new SimulatedDisk(), ledger).started()

  system.coordinator.publish(durable('order.asked', 'x'))
  while (!ledger.entries.includes('x#1')) await system.clock.turn()
  ledger.breaks = 1
  system.coordinator.publish(passing('tick', 't'))
  await system.restored()

  expect(ledger.entries).toEqual(['x#1', 're-x#2'])
})

test('a decision on its way is not made twice from a replica either', async () => {
  const ledger = new Ledger('replicated')
  const system = await new System(new SimulatedDisk(), ledger).started()
  await system.give(durable('order.made', 'first'))

  system.coordinator.publish(durable('order.asked', 'x'))
  while (!ledger.entries.includes('x#2')) await system.clock.turn()
  ledger.breaks = 1
  system.coordinator.publish(passing('tick', 't'))
  await system.restored()

  expect(ledger.entries).toEqual(['first#1', 'x#2', 're-x#3'])
})

test('what fails again at the same event is given up, and an essential one puts all into SAFE', async () => {
  const [ledger, other] = [new Ledger('ledger'), new Ledger('other')]
  const system = await new System(new SimulatedDisk(), ledger, other).started()

  ledger.breaks = Number.POSITIVE_INFINITY
  await system.give(durable('order.made', 'x'))
  await system.restored()
  await system.give(durable('order.made', 'y'))

  expect(system.state('ledger')).toMatchObject({ state: 'given-up' })
  expect(system.state('ledger').lastError).toContain('broken')
  expect(system.coordinator.mode()).toMatchObject({ mode: 'SAFE' })
  expect(other.entries).toEqual(['x#1', 'y#2'])
})

test('no checkpoint is made of a state that is of an earlier number', async () => {
  const ledger = new Ledger('ledger')
  const system = await new System(new SimulatedDisk(), ledger).started()

  ledger.breaks = Number.POSITIVE_INFINITY
  await system.give(durable('order.made', 'x'))
  const saved = await system.coordinator.checkpoint()

  expect(saved).toBeNull()
})

test('a group comes back together, by its stand-ins, and never shows a half restored state', async () => {
  const [first, second] = [new Ledger('first', 'pair'), new Ledger('second', 'pair')]
  const system = new System(new SimulatedDisk(), first, second)
  const shown: number[] = []
  system.coordinator.standIns('pair', () => [
    new Ledger('first', 'pair'),
    new Ledger('second', 'pair'),
  ])
  const restore = first.restore.bind(first)
  first.restore = (state) => {
    restore(state)
    shown.push(first.entries.length)
  }
  await system.started()
  await system.give(durable('order.made', 'x'), durable('order.made', 'y'))

  second.breaks = 1
  await system.give(durable('order.made', 'z'))
  await system.restored()

  const all = ['x#1', 'y#2', 'z#3']
  expect(shown).toEqual([3])
  expect([first.entries, second.entries]).toEqual([all, all])
  expect(system.state('first').restarts).toBe(1)
})

test('a hot standby takes over at the same number, with what it decided at the last event', async () => {
  const ledger = new Ledger('replicated')
  const system = new System(new SimulatedDisk(), ledger)
  system.coordinator.standIns('replicated', () => [new Ledger('replicated')])
  await system.started()
  await system.give(durable('order.made', 'x'), durable('order.asked', 'y'))

  ledger.breaks = 1
  await system.give(durable('order.asked', 'z'))
  await system.restored()

  expect(system.state('replicated').lastRestore).toMatchObject({ source: 'replica', number: 4 })
  expect(ledger.entries).toEqual(['x#1', 'y#2', 're-y#3', 'z#4', 're-z#5'])
  expect(ledger.sent).toEqual(['x', 'y', 're-y', 're-z'])
})

test('without a standby a buddy gives its replica', async () => {
  const ledger = new Ledger('replicated')
  const system = await new System(new SimulatedDisk(), ledger).started()
  await system.give(durable('order.made', 'x'))
  await system.clock.advance(1_000)
  await system.give(durable('order.made', 'y'))

  ledger.breaks = 1
  await system.give(durable('order.made', 'z'))
  await system.restored()

  expect(system.state('replicated').lastRestore).toMatchObject({ source: 'replica', number: 3 })
  expect(ledger.entries).toEqual(['x#1', 'y#2', 'z#3'])
})

test('one that is reported broken from outside is restored like one that threw', async () => {
  const ledger = new Ledger('ledger')
  const system = await new System(new SimulatedDisk(), ledger).started()
  await system.give(durable('order.made', 'x'))
  ledger.entries = ['rubbish']

  system.coordinator.failed('ledger', new Error('answered garbage'))
  await system.restored()

  expect(ledger.entries).toEqual(['x#1'])
})

test('what failed while the journal was replayed at the start is tried again after it', async () => {
  const disk = new SimulatedDisk()
  const before = await new System(disk, new Ledger('ledger')).started()
  await before.give(durable('order.made', 'x'), durable('order.made', 'y'))
  await before.coordinator.stop()
  const ledger = new Ledger('ledger')
  ledger.breaks = 1

  const system = await new System(disk, ledger).started()
  await system.restored()

  expect(ledger.entries).toEqual(['x#1', 'y#2'])
  expect(system.state('ledger')).toMatchObject({ state: 'running', restarts: 1 })
})

test('promises that fail while the journal is replayed end nothing', async () => {
  class Late extends Ledger {
    readonly inFlightMax = 1
    override onEvent(event: Event, context: ComponentContext): void | Promise<void> {
      void super.onEvent(event, context)
      return context.live ? undefined : Promise.reject(new Error('too late'))
    }
  }
  const late = new Late('late')
  const system = await new System(new SimulatedDisk(), late).started()
  await system.give(durable('order.made', 'x'))

  system.coordinator.failed('late', new Error('answered garbage'))
  await system.restored()

  expect(late.entries).toEqual(['x#1'])
  expect(system.state('late').state).toBe('running')
})

/** Lets so many microtasks pass. */
async function steps(count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) await Promise.resolve()
}

test('an event that comes in whatever step of a restoration is neither lost nor given twice', async () => {
  for (let pause = 0; pause < 60; pause += 1) {
    const ledger = new Ledger('ledger')
    const system = await new System(new SimulatedDisk(), ledger).started()
    await system.give(durable('order.made', '0'))

    ledger.breaks = 1
    system.coordinator.publish(passing('tick', 't'))
    await steps(pause)
    for (const key of ['1', '2', '3']) {
      system.coordinator.publish(durable('order.made', key))
      await steps(2)
    }
    await system.restored()

    expect(ledger.entries, `${pause} steps`).toEqual(['0#1', '1#2', '2#3', '3#4'])
  }
})

test('one that fails again in whatever step of a restoration is restored again', async () => {
  for (let pause = 0; pause < 60; pause += 1) {
    const ledger = new Ledger('ledger')
    const system = await new System(new SimulatedDisk(), ledger).started()
    await system.give(durable('order.made', '0'))

    ledger.breaks = 1
    system.coordinator.publish(passing('tick', 't'))
    await steps(pause)
    if (system.state('ledger').state === 'running') ledger.entries = ['rubbish']
    system.coordinator.failed('ledger', new Error('answered garbage'))
    await system.restored()
    await system.give(durable('order.made', '1'))

    expect(ledger.entries, `${pause} steps`).toEqual(['0#1', '1#2'])
    expect(await system.coordinator.checkpoint()).not.toBeNull()
  }
})

test('a checkpoint without a state of the component is no source: the journal is', async () => {
  const disk = new SimulatedDisk()
  const before = await new System(disk, new Ledger('other')).started()
  await before.give(durable('order.made', 'x'))
  await before.coordinator.checkpoint()
  await before.coordinator.stop()
  const [added, other] = [new Ledger('added'), new Ledger('other')]

  await new System(disk, added, other).started()

  expect(added.entries).toEqual(['x#1'])
  expect(other.entries).toEqual(['x#1'])
})
