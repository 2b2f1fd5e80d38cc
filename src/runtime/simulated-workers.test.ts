import { expect, test } from 'vitest'
import { SimulatedClock } from './simulated-clock.ts'
import { SimulatedWorkers } from './simulated-workers.ts'
import { echoWorker, startEcho, workersConformance } from './workers.conformance.ts'

let clock = new SimulatedClock()

workersConformance({
  workers: () => {
    clock = new SimulatedClock()
    return new SimulatedWorkers(clock)
  },
  passing: async (promise) => {
    await clock.advance(100)
    return promise
  },
})

test('a frozen worker hears nothing and is not heard, and can be ended', async () => {
  clock = new SimulatedClock()
  const workers = new SimulatedWorkers(clock)
  const echo = startEcho(await workers.load(echoWorker))
  echo.tell({ do: 'later' })
  await clock.advance(31)

  workers.threads[0]!.freeze()
  await clock.advance(100)
  await echo.thread.terminate()
  await clock.advance(100)

  expect([echo.heard, echo.exits, clock.timerCount]).toEqual([
    [],
    [{ cause: 'terminated', reason: 'the worker echo was terminated' }],
    0,
  ])
  expect(workers.threads).toEqual([])
})
