import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { silentLog, systemClock, systemWorkers } from '../../../runtime/index.ts'
import { durableEvent, numbered, passingEvent, Priority } from '../../event.ts'
import { superviseSelfMending } from '../self-mending.ts'
import type { SupervisionEvent } from '../supervision-event.ts'
import { Supervisor } from '../supervisor.ts'
import { WorkerComponent } from './worker-component.ts'

const patient = fileURLToPath(new URL('./patient-fixture.ts', import.meta.url))

async function setUp() {
  const clock = systemClock()
  const component = await WorkerComponent.load({
    name: 'patient',
    subscriptions: ['number.given', 'ill.*'],
    essential: true,
    workers: systemWorkers(),
    module: patient,
    clock,
    log: silentLog,
    reportEvery: 2,
    limits: { heartbeatMs: 20, silentMs: 200, eventDeadlineMs: 300, memoryMaxMb: 32 },
  })
  let healed: () => void = () => undefined
  const whole = new Promise<void>((resolve) => (healed = resolve))
  const story: SupervisionEvent[] = []
  const supervisor = new Supervisor({
    clock,
    log: silentLog,
    groups: { patient: { intensity: { restarts: 5, withinMs: 60_000 } } },
    onEvent: (event) => {
      story.push(event)
      if (event.is === 'restored' || event.is === 'gave-up') healed()
    },
  })
  superviseSelfMending(supervisor, component)
  const sums: unknown[] = []
  const waiting: (() => void)[] = []
  const context = {
    live: true,
    publish: ({ payload }: { payload: unknown }) => {
      sums.push(payload)
      for (const wake of waiting.splice(0)) wake()
      return undefined
    },
  }
  const summed = async (count: number) => {
    while (sums.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const give = (value: number) => {
    const of = { priority: Priority.NORMAL, time: 1, key: `${value}`, payload: value }
    component.onEvent(numbered(durableEvent('number.given', of), value), context)
  }
  component.start(context)
  return { component, context, story, whole, sums, summed, give, supervisor }
}

const fallIll = (topic: string) =>
  passingEvent(topic, { priority: Priority.NORMAL, time: 1, key: '', payload: null })

test.each([
  ['ill.spins', 'it spins'],
  ['ill.leaks', 'needed more than 32 MB'],
  ['ill.throws', 'threw: it is ill'],
  ['ill.rejects', 'threw: it is ill later'],
  ['ill.hangs', 'it hangs'],
  ['ill.lies', 'sent garbage'],
])('%s: a real worker is replaced and its state is back', async (topic, reason) => {
  const { component, context, story, whole, sums, summed, give, supervisor } = await setUp()
  for (const value of [1, 2, 3]) give(value)
  await summed(3)

  component.onEvent(fallIll(topic), context)
  give(4)
  await whole
  give(5)
  await summed(5)
  component.stop()
  supervisor.stop()

  const reasons = story.flatMap((event) => (event.is === 'failed' ? [event.reason] : []))
  expect(reasons[0]).toContain(reason)
  expect(sums).toEqual([1, 3, 6, 10, 15])
})
