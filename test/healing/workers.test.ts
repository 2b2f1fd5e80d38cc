import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type Component, WorkerComponent } from 'genesis/engine'
import { type Clock, silentLog, systemClock, systemWorkers } from 'genesis/runtime'
import { Ward } from './ward.ts'

/** What holds its thread or its memory, in a real Worker, on the real clock. */
const module = fileURLToPath(new URL('./tally-in-worker.ts', import.meta.url))

async function inWorker(clock: Clock, ill: string): Promise<Component> {
  return WorkerComponent.load({
    name: 'sick',
    subscriptions: ['number.given', `ill.${ill}`],
    publishes: ['tally.made'],
    essential: true,
    workers: systemWorkers(),
    module,
    clock,
    log: silentLog,
    reportEvery: 8,
    limits: { heartbeatMs: 30, silentMs: 300, eventDeadlineMs: 300, memoryMaxMb: 48 },
  })
}

/** Neighbours that miss a number fail the test at once, whatever the worker is doing. */
async function giveWhile(ward: Ward, clock: Clock, isWanted: () => boolean): Promise<void> {
  while (isWanted() && ward.given < GIVEN_MAX) {
    const { given, counted } = await ward.give()
    expect(counted).toEqual([given, given])
    await clock.sleep(5)
  }
}

const GIVEN_MAX = 4_000

test.each([
  ['spins', 'it spins'],
  ['leaks', 'more than 48 MB'],
  ['throws', 'it is ill'],
  ['hangs', 'it hangs'],
  ['rejects', 'it is ill later'],
  ['names-nothing', 'an event with the topic "Not A Topic"'],
  ['never-ends', 'payload.endless'],
  ['says-no-json', 'payload.price'],
])('%s in a worker: the others never stop, and it is back with its state', async (ill, reason) => {
  const clock = systemClock()
  const ward = new Ward(clock, await inWorker(clock, ill))
  await ward.coordinator.start()
  await giveWhile(ward, clock, () => ward.given < 20)

  ward.makeIll(ill)
  await giveWhile(ward, clock, () => !ward.wasRestored)
  const restoredAt = ward.given
  await giveWhile(ward, clock, () => ward.given < restoredAt + 10)
  const answer = await ward.coordinator.ask(
    'sick',
    { name: 'state', parameters: {} },
    { effect: 'read' },
  )
  await giveWhile(ward, clock, () => ward.told('sick').length < restoredAt)

  expect(ward.faults[0]).toContain(reason)
  expect(restoredAt).toBeGreaterThan(20)
  expect(ward.status('sick').state).toBe('running')
  expect(answer).toMatchObject({ ok: true, source: 'live', value: stateAt(ward, restoredAt + 10) })
  const told = ward.told('sick')
  expect(told).toEqual(ward.told('twin').slice(0, told.length))
  await ward.coordinator.stop()
})

/** What the twin was when it had been given so many. */
function stateAt(ward: Ward, count: number): unknown {
  const sum = Number(ward.told('twin')[count - 1]!.split(': ')[1])
  return { count, sum }
}
