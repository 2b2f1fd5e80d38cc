import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { silentLog, SimulatedClock, SimulatedWorkers } from '../../../runtime/index.ts'
import { durableEvent, type Event, numbered, passingEvent, Priority } from '../../event.ts'
import { superviseSelfMending } from '../self-mending.ts'
import { Supervisor } from '../supervisor.ts'
import { WorkerComponent, type WorkerComponentOptions } from './worker-component.ts'

const patient = fileURLToPath(new URL('./patient-fixture.ts', import.meta.url))

async function setUp(options: Partial<WorkerComponentOptions> = {}, restarts = 3) {
  const clock = new SimulatedClock()
  const workers = new SimulatedWorkers(clock)
  const component = await WorkerComponent.load({
    name: 'patient',
    subscriptions: ['number.given', 'ill.*'],
    publishes: ['sum.made'],
    workers,
    module: patient,
    clock,
    log: silentLog,
    reportEvery: 4,
    ...options,
  })
  const intensity = { restarts, withinMs: 10_000 }
  const supervisor = new Supervisor({ clock, log: silentLog, groups: { patient: { intensity } } })
  superviseSelfMending(supervisor, component)
  const published: Event[] = []
  const context = {
    live: true,
    publish: (event: Event) => {
      published.push(event)
      return undefined
    },
  }
  let number = 0
  const give = (value: number, live = true) => {
    number += 1
    const event = durableEvent('number.given', {
      priority: Priority.NORMAL,
      time: 1,
      key: `${number}`,
      payload: value,
    })
    component.onEvent(numbered(event, number), { ...context, live })
  }
  const illness = (topic: string) =>
    component.onEvent(
      passingEvent(topic, { priority: Priority.NORMAL, time: 1, key: '', payload: null }),
      context,
    )
  const sums = () => published.map(({ payload }) => payload)
  const state = () => supervisor.status().groups[0]!.components[0]!
  const parts = { clock, workers, component, context, supervisor }
  return { ...parts, give, illness, sums, state, published }
}

test('events go to the worker and its answers come back, in order', async () => {
  const { clock, component, context, give, sums } = await setUp()
  component.start(context)

  for (let value = 1; value <= 250; value += 1) give(value)
  await clock.advance(100)

  expect(sums()).toEqual(Array.from({ length: 250 }, (_, index) => ((index + 1) * (index + 2)) / 2))
  expect(component.status()).toMatchObject({ waiting: 0, workers: 1 })
})

test('a worker that spins is replaced, its state and the events after it come back', async () => {
  const { clock, component, context, give, state, sums, workers } = await setUp()
  component.start(context)
  for (let value = 1; value <= 5; value += 1) give(value)
  await clock.advance(100)

  workers.threads[0]!.freeze()
  give(6)
  await clock.advance(900)
  const before = state().state
  give(7)
  await clock.advance(500)

  expect([before, state().state, state().restarts]).toEqual(['running', 'running', 1])
  expect(state().lastRestore).toMatchObject({ source: 'own' })
  expect(sums()).toEqual([1, 3, 6, 10, 15, 21, 28])
})

test('what the old worker answered, the new one does not take for happening now', async () => {
  const { clock, component, context, give, workers } = await setUp({ reportEvery: 100 })
  component.start(context)
  for (let value = 1; value <= 5; value += 1) give(value)
  await clock.advance(100)
  workers.threads[0]!.freeze()
  give(6)
  await clock.advance(1_500)

  const asked = component.onRequest({ name: 'heard-live', parameters: {} })
  await clock.advance(10)

  expect(await asked).toBe(1)
})

test('a worker that holds too much is replaced', async () => {
  const { clock, component, context, give, state, sums, workers } = await setUp({
    limits: { memoryMaxMb: 64 },
  })
  component.start(context)
  give(1)
  await clock.advance(50)

  workers.threads[0]!.memoryMb = 65
  await clock.advance(200)
  give(2)
  await clock.advance(100)

  expect(state().lastError).toBe('patient: it holds 65 MB in its worker, more than 64 MB')
  expect(sums()).toEqual([1, 3])
})

test.each([
  ['ill.throws', 'patient: the worker patient threw: it is ill'],
  ['ill.rejects', 'patient: the worker patient threw: it is ill later'],
  ['ill.hangs', 'patient: an event was not handled within 5000 ms: it hangs'],
  ['ill.lies', 'patient: its worker sent garbage: an event with the topic "Not A Topic"'],
])(
  '%s: the event that killed two workers is set aside, and the others are answered once',
  async (topic, reason) => {
    const { clock, component, context, give, illness, state, sums } = await setUp()
    component.start(context)

    for (let value = 1; value <= 6; value += 1) give(value)
    illness(topic)
    give(7)
    await clock.advance(25_000)

    expect(state()).toMatchObject({ state: 'running', restarts: 3 })
    expect(state().lastError).toBe(`not restored: ${reason}`)
    expect(sums()).toEqual([1, 3, 6, 10, 15, 21, 28])
    expect(component.status()).toMatchObject({ waiting: 0, workers: 4, setAside: 1 })
  },
)

test('an event that was answered before is never set aside: the state needs it', async () => {
  const { clock, component, context, give, sums, workers } = await setUp({ reportEvery: 100 }, 9)
  component.start(context)
  for (const value of [1, 2]) give(value)
  await clock.advance(100)

  for (let death = 1; death <= 4; death += 1) {
    workers.threads[0]!.end({ cause: 'failed', reason: 'it crashed while it started' })
    while (workers.threads.length === 0 || death > component.status().workers - 1) {
      await clock.advance(1)
    }
  }
  await clock.advance(1_000)
  give(3)
  await clock.advance(100)

  expect(component.status()).toMatchObject({ workers: 5, setAside: 0 })
  expect(sums()).toEqual([1, 3, 6])
})

test('a worker that can never start is given up, and asking it is refused', async () => {
  const { clock, component, context, state } = await setUp({ module: patient })
  component.restore({ state: { version: 9, value: 1 }, answered: 0, tail: [] })
  component.start(context)

  await clock.advance(20_000)

  expect(state()).toMatchObject({ state: 'given-up', restarts: 3 })
  await expect(component.onRequest({ name: 'sum', parameters: {} })).rejects.toThrow(
    'patient has no worker: not restored: patient: the worker patient threw: its state is of ' +
      'version 9, and it knows only 1',
  )
})

test('a snapshot brings back state and unanswered events, in another process too', async () => {
  const first = await setUp()
  first.component.start(first.context)
  for (let value = 1; value <= 5; value += 1) first.give(value)
  await first.clock.advance(100)
  first.give(6)
  const snapshot = JSON.parse(JSON.stringify(first.component.snapshot()))
  const second = await setUp()

  second.component.restore(snapshot)
  second.component.start(second.context)
  await second.clock.advance(100)
  const asked = second.component.onRequest({ name: 'sum', parameters: {} })
  await second.clock.advance(10)

  expect(second.sums()).toEqual([21])
  expect(await asked).toBe(21)
})

test('after a replay only answers the journal does not hold are published', async () => {
  const { clock, component, context, give, published, sums } = await setUp()
  for (let value = 1; value <= 3; value += 1) give(value, false)
  for (const key of ['1', '2']) {
    const answer = durableEvent('sum.made', { priority: 2, time: 1, key, payload: 0 })
    component.onEvent(answer, { ...context, live: false })
  }
  await clock.advance(100)
  const before = published.length

  component.start(context)
  give(4)
  await clock.advance(100)

  expect([before, sums()]).toEqual([0, [6, 10]])
})

test('what finds no room is dropped and counted, but a durable event is a fault', async () => {
  const { clock, component, context, give, illness, state } = await setUp({ tailMax: 4 })
  component.start(context)
  for (let value = 1; value <= 4; value += 1) give(value)

  illness('ill.spins')
  const dropped = component.status().dropped
  give(5)
  await clock.advance(20_000)

  expect([dropped, state().state]).toEqual([1, 'given-up'])
  expect(state().lastError).toContain('4 events wait for its worker, and no more may')
})

test('a request that is not answered in time is answered by its deadline', async () => {
  const { clock, component, context, workers } = await setUp({ limits: { silentMs: 60_000 } })
  component.start(context)
  await clock.advance(50)
  workers.threads[0]!.freeze()

  const asked = component.onRequest({ name: 'sum', parameters: {} }).catch((error) => error.code)
  await clock.advance(5_000)

  expect(await asked).toBe('timeout')
})

test('a request is answered after the events that came before it', async () => {
  const { clock, component, context, give } = await setUp()
  component.start(context)
  await clock.advance(50)

  give(5)
  const asked = component.onRequest({ name: 'sum', parameters: {} })
  await clock.advance(10)

  expect(await asked).toBe(5)
})

test('what a request throws is its answer and no fault', async () => {
  const { clock, component, context, state } = await setUp()
  component.start(context)

  const asked = component.onRequest({ name: 'nothing', parameters: {} }).catch(String)
  await clock.advance(100)

  expect(await asked).toBe('GenesisError: it does not know nothing')
  expect(state().failures).toBe(0)
})

test('a pause of our own is not taken for a pause of the worker', async () => {
  const { clock, component, context, state } = await setUp()
  component.start(context)
  await clock.advance(50)

  clock.setTime(clock.now() + 30_000)
  await clock.advance(500)

  expect(state()).toMatchObject({ state: 'running', failures: 0 })
})

test('a stopped component leaves no timer', async () => {
  const { clock, component, context, give } = await setUp()
  component.start(context)
  give(1)
  await clock.advance(100)

  component.stop()
  await clock.advance(100)

  expect(clock.timerCount).toBe(0)
})
