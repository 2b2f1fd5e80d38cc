import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { EchoOrder } from './echo-worker-fixture.ts'
import type { WorkerExit, WorkerModule, WorkerOptions, Workers, WorkerThread } from './workers.ts'

export const echoWorker = fileURLToPath(new URL('./echo-worker-fixture.ts', import.meta.url))

/** A worker of the echo module, and what was heard of it. */
export function startEcho(module: WorkerModule, options: Partial<WorkerOptions> = {}): Echo {
  const heard: unknown[] = []
  const exits: WorkerExit[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  let exited: (exit: WorkerExit) => void = () => undefined
  const exit = new Promise<WorkerExit>((resolve) => (exited = resolve))
  const thread = module.spawn(
    { name: 'echo', ...options },
    {
      onMessage: (message) => {
        heard.push(message)
        for (const { count, resolve } of waiting) if (heard.length >= count) resolve()
      },
      onExit: (why) => {
        exits.push(why)
        exited(why)
      },
    },
  )
  const messages = (count: number) =>
    new Promise<void>((resolve) => {
      if (heard.length >= count) resolve()
      else waiting.push({ count, resolve })
    })
  return { thread, heard, exits, exit, messages, tell: (order) => thread.post(order) }
}

export interface Echo {
  readonly thread: WorkerThread
  readonly heard: unknown[]
  readonly exits: WorkerExit[]
  readonly exit: Promise<WorkerExit>
  messages(count: number): Promise<void>
  tell(order: EchoOrder): void
}

/** What every `Workers` does. `passing` lets as much time pass as the promise needs. */
export function workersConformance(make: {
  workers(): Workers
  passing<T>(promise: Promise<T>): Promise<T>
}): void {
  const { passing } = make
  const start = async (options: Partial<WorkerOptions> = {}) =>
    startEcho(await make.workers().load(echoWorker), options)
  const startTwo = async (options: Partial<WorkerOptions> = {}, others = options) => {
    const module = await make.workers().load(echoWorker)
    return [startEcho(module, options), startEcho(module, others)] as const
  }

  test('messages arrive in order, as copies', async () => {
    const echo = await start()
    const value = { list: [1] }

    echo.tell({ do: 'echo', value })
    value.list.push(2)
    echo.tell({ do: 'echo', value: 'second' })
    await passing(echo.messages(2))
    await passing(echo.thread.terminate())

    expect(echo.heard).toEqual([{ list: [1] }, 'second'])
  })

  test('a worker has its data, its clock and its memory', async () => {
    const echo = await start({ data: { from: 7 } })

    for (const order of ['data', 'memory', 'later'] as const) echo.tell({ do: order })
    await passing(echo.messages(3))
    await passing(echo.thread.terminate())

    expect(echo.heard).toEqual([{ from: 7 }, expect.any(Number), 'later'])
    expect(echo.heard[1]).toBeGreaterThan(0)
  })

  test('what it throws ends it, is told once, and nothing is heard afterwards', async () => {
    const echo = await start()

    echo.tell({ do: 'throw' })
    echo.tell({ do: 'echo', value: 'too late' })
    const exit = await passing(echo.exit)
    echo.tell({ do: 'echo', value: 'later still' })
    await passing(echo.thread.terminate())

    expect(exit).toEqual({ cause: 'failed', reason: 'the worker echo threw: as it was told' })
    expect([echo.heard, echo.exits.length]).toEqual([[], 1])
  })

  test('one that throws at its start has failed, one that waits for nothing has ended', async () => {
    const [throwing, ending] = await startTwo({ data: 'throw' }, { data: 'end' })

    const exits = await passing(Promise.all([throwing.exit, ending.exit]))

    expect(exits.map(({ cause }) => cause)).toEqual(['failed', 'ended'])
    expect(exits[0].reason).toContain('at the start')
  })

  test('one that is terminated says so, and its neighbour goes on', async () => {
    const [echo, neighbour] = await startTwo()
    echo.tell({ do: 'echo', value: 1 })
    await passing(echo.messages(1))

    await passing(echo.thread.terminate())
    const exit = await passing(echo.exit)
    neighbour.tell({ do: 'echo', value: 'alive' })
    await passing(neighbour.messages(1))
    await passing(neighbour.thread.terminate())

    expect(exit).toEqual({ cause: 'terminated', reason: 'the worker echo was terminated' })
    expect([echo.exits.length, neighbour.heard]).toEqual([1, ['alive']])
  })

  test('a module without a function as its default export is refused', async () => {
    const noModule = fileURLToPath(new URL('./no-such-module.ts', import.meta.url))

    await expect(make.workers().load(noModule)).rejects.toThrow()
  })
}
