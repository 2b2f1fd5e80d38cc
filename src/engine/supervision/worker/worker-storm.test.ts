import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { silentLog, SimulatedClock, SimulatedWorkers } from '../../../runtime/index.ts'
import { durableEvent, type Event, numbered, Priority } from '../../event.ts'
import { superviseSelfMending } from '../self-mending.ts'
import { Supervisor } from '../supervisor.ts'
import { WorkerComponent } from './worker-component.ts'

const patient = fileURLToPath(new URL('./patient-fixture.ts', import.meta.url))

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('give'), count: fc.nat({ max: 130 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.nat({ max: 300 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('freeze', 'crash', 'swell') }) },
)
type Step = { readonly do: string; readonly count?: number; readonly ms?: number }

async function setUp() {
  const clock = new SimulatedClock()
  const workers = new SimulatedWorkers(clock)
  const component = await WorkerComponent.load({
    name: 'patient',
    subscriptions: ['number.given'],
    workers,
    module: patient,
    clock,
    log: silentLog,
    reportEvery: 16,
  })
  const intensity = { restarts: 1_000, withinMs: 1_000 }
  const options = { groups: { patient: { intensity, backoff: { firstMs: 5, maxMs: 5 } } } }
  const supervisor = new Supervisor({ clock, log: silentLog, ...options })
  superviseSelfMending(supervisor, component)
  const published: Event[] = []
  const publish = (event: Event) => {
    published.push(event)
    return undefined
  }
  const context = { live: true, publish }
  component.start(context)
  return { clock, workers, component, context, published }
}

test('however its workers die, every event is answered once, in order, from the right state', async () => {
  let deaths = 0
  const whole = fc.asyncProperty(
    fc.array(step, { minLength: 8, maxLength: 40 }),
    async (steps: Step[]) => {
      const { clock, workers, component, context, published } = await setUp()
      let given = 0
      for (const { do: what, count = 0, ms = 0 } of steps) {
        const worker = workers.threads.at(-1)
        if (what === 'wait') await clock.advance(ms)
        if (what === 'freeze') worker?.freeze()
        if (what === 'swell' && worker) worker.memoryMb = 1_000
        if (what === 'crash') worker?.end({ cause: 'failed', reason: 'it crashed' })
        for (let left = count; left > 0; left -= 1) {
          given += 1
          const of = { priority: Priority.NORMAL, time: 1, key: `${given}`, payload: given }
          component.onEvent(numbered(durableEvent('number.given', of), given), context)
        }
      }
      await clock.advance(30_000)
      const { workers: started, setAside } = component.status()
      deaths += started - 1
      component.stop()

      let sum = 0
      let last = 0
      for (const { key, payload } of published) {
        expect(Number(key)).toBeGreaterThan(last)
        last = Number(key)
        sum += last
        expect(payload).toBe(sum)
      }
      expect(published).toHaveLength(given - setAside)
    },
  )

  await fc.assert(whole, { numRuns: 200 })

  expect(deaths).toBeGreaterThan(100)
})
