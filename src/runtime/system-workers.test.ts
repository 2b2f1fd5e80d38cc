import { expect, test } from 'vitest'
import { systemWorkers } from './system-workers.ts'
import { echoWorker, startEcho, workersConformance } from './workers.conformance.ts'

workersConformance({ workers: systemWorkers, passing: (promise) => promise })

test('a worker that spins is ended all the same', async () => {
  const echo = startEcho(await systemWorkers().load(echoWorker))
  echo.tell({ do: 'echo', value: 'here' })
  await echo.messages(1)

  echo.tell({ do: 'spin' })
  await echo.thread.terminate()

  expect(await echo.exit).toMatchObject({ cause: 'terminated' })
})

test('a worker that allocates without end dies alone, at its own limit', async () => {
  const echo = startEcho(await systemWorkers().load(echoWorker), { memoryMaxMb: 24 })

  echo.tell({ do: 'leak' })

  expect(await echo.exit).toEqual({
    cause: 'out-of-memory',
    reason: 'the worker echo needed more than 24 MB',
  })
})

test('a worker sees nothing of our environment', async () => {
  const echo = startEcho(await systemWorkers().load(echoWorker))

  echo.tell({ do: 'environment' })
  await echo.messages(1)
  await echo.thread.terminate()

  expect(echo.heard).toEqual([[]])
})
