import { expect, test } from 'vitest'
import { openJournal } from '../journal/index.ts'
import { silentLog, SimulatedClock, SimulatedDisk } from '../runtime/index.ts'
import type { Component, ComponentContext } from './component.ts'
import { Coordinator } from './coordinator.ts'
import { durableEvent, type Event, passingEvent, Priority } from './event.ts'

const fields = (key: string) => ({ priority: Priority.NORMAL, time: 1, key, payload: null })
const durable = (topic: string, key: string) => durableEvent(topic, fields(key))
const passing = (topic: string, key: string) => passingEvent(topic, fields(key))

/** Answers each event with a promise that a test settles. */
class Slow implements Component {
  readonly name: string = 'slow'
  readonly subscriptions = ['call.*']
  readonly inFlightMax: number = 2
  readonly deadlineMs = 1_000
  readonly begun: string[] = []
  readonly open = new Map<string, { resolve(): void; reject(error: Error): void }>()

  onEvent({ key, number }: Event): Promise<void> {
    const id = `${key}#${number}`
    this.begun.push(id)
    return new Promise((resolve, reject) => this.open.set(id, { resolve, reject }))
  }
}

/** Does with an event what a test says. */
class Doing implements Component {
  readonly name: string
  readonly subscriptions: readonly string[]
  readonly seen: string[] = []
  readonly #does: (event: Event, context: ComponentContext) => void

  constructor(name: string, topic: string, does: Doing['onEvent'] = () => undefined) {
    this.name = name
    this.subscriptions = [topic]
    this.#does = does
  }

  onEvent(event: Event, context: ComponentContext): void {
    this.seen.push(event.key)
    this.#does(event, context)
  }
}

async function system(...components: Component[]) {
  const clock = new SimulatedClock(1_000)
  const disk = new SimulatedDisk()
  const coordinator = new Coordinator({
    clock,
    log: silentLog,
    openJournal: (listener) =>
      openJournal({ disk, folder: 'journal', segmentBytes: 65_536, listener }),
  })
  for (const component of components) coordinator.register(component)
  await coordinator.start()
  const state = (name: string) =>
    coordinator.status().components.find((each) => each.name === name)!
  return { clock, coordinator, state }
}

test('so many promises are under way, those of one key one after the other', async () => {
  const slow = new Slow()
  const { clock, coordinator, state } = await system(slow)

  for (const key of ['a', 'a', 'b', 'c']) coordinator.publish(passing('call.out', key))
  const first = [...slow.begun]
  slow.open.get('a#0')!.resolve()
  await clock.turn()

  expect(first).toEqual(['a#0', 'b#0'])
  expect(slow.begun).toEqual(['a#0', 'b#0', 'c#0'])
  expect(state('slow')).toMatchObject({ inFlight: 2, handled: 1 })
})

test('a promise that is rejected later is counted, and the next event is handled all the same', async () => {
  const slow = new Slow()
  const { clock, coordinator, state } = await system(slow)

  coordinator.publish(passing('call.out', 'a'))
  slow.open.get('a#0')!.reject(new Error('no line'))
  await clock.turn()
  coordinator.publish(passing('call.out', 'b'))

  expect(slow.begun).toEqual(['a#0', 'b#0'])
  expect(state('slow')).toMatchObject({ state: 'running', failed: 1, lastError: 'no line' })
})

test('a promise that never settles is a failure at its deadline, and gives its place on', async () => {
  const slow = new Slow()
  const { clock, coordinator, state } = await system(slow)

  for (const key of ['a', 'b', 'c']) coordinator.publish(passing('call.out', key))
  await clock.advance(1_100)

  expect(slow.begun).toEqual(['a#0', 'b#0', 'c#0'])
  expect(state('slow')).toMatchObject({ failed: 2 })
  expect(state('slow').lastError).toContain('no answer in 1000 ms')
})

test('one with a state that is rejected later is brought back with its state', async () => {
  class Remembering extends Slow {
    override readonly name = 'remembering'
    calls = 0
    snapshot = () => ({ calls: this.calls })
    restore(state: unknown): void {
      this.calls = (state as { calls: number }).calls
    }
  }
  const component = new Remembering()
  const { clock, coordinator, state } = await system(component)
  component.calls = 7

  coordinator.publish(passing('call.out', 'a'))
  component.open.get('a#0')!.reject(new Error('lost'))
  await clock.advance(100)

  expect(state('remembering')).toMatchObject({ state: 'running', restarts: 1 })
  expect(component.calls).toBe(0)
})

test('of durable events none is lost, however slow a component is with them', async () => {
  const slow = new Slow()
  const { clock, coordinator } = await system(slow)
  const count = 3_000
  for (let each = 0; each < count; each += 1) coordinator.publish(durable('call.out', `${each}`))
  const begunAtFirst = slow.begun.length
  await clock.advance(10)

  while (slow.begun.length < count) {
    for (const { resolve } of slow.open.values()) resolve()
    slow.open.clear()
    await clock.turn()
  }

  expect(begunAtFirst).toBeLessThan(count)
  expect(new Set(slow.begun).size).toBe(count)
})

test('a promise nobody expects is a failure, not something that is left to hang', async () => {
  const liar = new Doing('liar', 'call.out', () => Promise.resolve() as unknown as void)
  liar.onEvent = () => Promise.reject(new Error('later')) as unknown as void
  const other = new Doing('other', 'call.out')
  const { coordinator, state } = await system(liar, other)

  coordinator.publish(passing('call.out', 'a'))

  expect(state('liar').lastError).toContain('answered an event with a promise')
  expect(other.seen).toEqual(['a'])
})

test('one that publishes garbage fails, and nobody else is given it', async () => {
  const garbage = { topic: 7, key: null } as unknown as Event
  const liar = new Doing('liar', 'call.out', (_event, context) => void context.publish(garbage))
  const other = new Doing('other', 'call.out')
  const { coordinator, state } = await system(liar, other)

  coordinator.publish(passing('call.out', 'a'))

  expect(state('liar')).toMatchObject({ failed: 1 })
  expect(state('liar').lastError).toContain('it published an event with the topic 7')
  expect(other.seen).toEqual(['a'])
})

test('one that answers garbage has failed, and whoever asked is told so', async () => {
  const liar: Component = {
    name: 'liar',
    subscriptions: [],
    onEvent: () => undefined,
    onRequest: () => ({ price: Number.NaN }),
    validate: (answer) => (Number.isNaN((answer as { price: number }).price) ? 'no price' : null),
  }
  const { clock, coordinator, state } = await system(liar)

  const asking = coordinator.ask('liar', { name: 'price', parameters: {} }, { effect: 'once' })
  await clock.advance(2_000)
  const outcome = await asking

  expect(outcome.ok).toBe(false)
  expect(state('liar').failed).toBe(1)
  expect(state('liar').lastError).toContain('answered garbage: no price')
})

test('an answer says where it came from, and nobody who is not there is asked', async () => {
  const teller: Component = {
    name: 'teller',
    subscriptions: [],
    onEvent: () => undefined,
    onRequest: ({ name }) => `you asked for ${name}`,
  }
  const { coordinator } = await system(teller)
  const request = { name: 'the time', parameters: {} }

  const answer = await coordinator.ask('teller', request, { effect: 'read' })
  const nobody = await coordinator.ask('nobody', request, { effect: 'read' })

  expect(answer).toMatchObject({ ok: true, value: 'you asked for the time', source: 'live' })
  expect(nobody).toMatchObject({ ok: false, refused: 'unknown-component' })
})

test('one that cannot start or stop keeps nobody else from it', async () => {
  const did: string[] = []
  const part = (name: string, fault: string | null): Component => ({
    name,
    subscriptions: [],
    onEvent: () => undefined,
    start: () => {
      did.push(`start ${name}`)
      if (fault === 'start') throw new Error('no start')
    },
    stop: () => {
      did.push(`stop ${name}`)
      if (fault === 'stop') throw new Error('no stop')
    },
  })
  const { coordinator, state } = await system(
    part('a', null),
    part('b', 'start'),
    part('c', 'stop'),
  )
  const failed = state('b').failed

  await expect(coordinator.stop()).rejects.toThrow('no stop')

  expect(did).toEqual(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a'])
  expect(failed).toBe(1)
})

test('who held the loop is named', async () => {
  const clock = { now: 0 }
  const spinning = new Doing('spinning', 'call.out', () => (clock.now += 80))
  const { coordinator } = await spun(clock, spinning)

  coordinator.publish(passing('call.out', 'a'))

  expect(coordinator.status().culprits.worst).toMatchObject({
    component: 'spinning',
    topic: 'call.out',
  })
})

/** A system whose time passes only while somebody spins. */
async function spun(time: { now: number }, ...components: Component[]) {
  const clock = new SimulatedClock(1_000)
  const disk = new SimulatedDisk()
  clock.monotonicMs = () => time.now
  const coordinator = new Coordinator({
    clock,
    log: silentLog,
    openJournal: (listener) => openJournal({ disk, folder: 'journal', listener }),
  })
  for (const component of components) coordinator.register(component)
  await coordinator.start()
  return { coordinator }
}
