import { expect, test } from 'vitest'
import { Lifecycle, type LifecyclePart } from './lifecycle.ts'
import { silentLog } from './log.ts'
import { SimulatedClock } from './simulated-clock.ts'

function setUp(changes: Partial<Record<'a' | 'b' | 'c', Partial<LifecyclePart>>> = {}) {
  const clock = new SimulatedClock()
  const did: string[] = []
  const parts = (['a', 'b', 'c'] as const).map((name) => ({
    name,
    start: async () => void did.push(`+${name}`),
    stop: async () => void did.push(`-${name}`),
    ...changes[name],
  }))
  const lifecycle = new Lifecycle({
    name: 'whole',
    parts,
    clock,
    log: silentLog,
    stopDeadlineMs: 1_000,
  })
  return { clock, did, lifecycle }
}

const broken = () => Promise.reject(new Error('broken'))
const never = () => new Promise<void>(() => undefined)

test('parts start in order and stop in reverse', async () => {
  const { did, lifecycle } = setUp()

  await lifecycle.start()
  const running = lifecycle.state
  const problems = await lifecycle.stop()

  expect(did).toEqual(['+a', '+b', '+c', '-c', '-b', '-a'])
  expect([running, lifecycle.state, problems]).toEqual([{ is: 'running' }, { is: 'stopped' }, []])
})

test('starting twice and stopping twice do it once', async () => {
  const { did, lifecycle } = setUp()

  await Promise.all([lifecycle.start(), lifecycle.start()])
  await lifecycle.start()
  await Promise.all([lifecycle.stop(), lifecycle.stop()])
  await lifecycle.stop()

  expect(did).toEqual(['+a', '+b', '+c', '-c', '-b', '-a'])
})

test('stopping what never started does nothing', async () => {
  const { did, lifecycle } = setUp()

  expect(await lifecycle.stop()).toEqual([])
  expect([did, lifecycle.state]).toEqual([[], { is: 'idle' }])
})

test('what was stopped starts again', async () => {
  const { did, lifecycle } = setUp()
  await lifecycle.start()
  const stopping = lifecycle.stop()

  await lifecycle.start()
  await stopping

  expect(did.join('')).toBe('+a+b+c-c-b-a+a+b+c')
  expect(lifecycle.state).toEqual({ is: 'running' })
})

test('a part that fails to start stops those before it, and may be tried again', async () => {
  let tries = 0
  const start = () => (tries++ === 0 ? broken() : Promise.resolve())
  const { did, lifecycle } = setUp({ b: { start } })

  await expect(lifecycle.start()).rejects.toThrow('broken')
  const failed = lifecycle.state
  const afterFailure = [...did]
  await lifecycle.stop()
  await lifecycle.start()

  expect(afterFailure).toEqual(['+a', '-a'])
  expect(failed).toMatchObject({ is: 'failed', cause: { message: 'broken' } })
  expect(lifecycle.state).toEqual({ is: 'running' })
})

test('stop during start aborts it, and stops what had started', async () => {
  const { did, clock, lifecycle } = setUp({
    b: { start: (signal) => clock.sleep(60_000, signal) },
  })

  const starting = lifecycle.start()
  await clock.advance(10)
  const problems = await lifecycle.stop()

  await expect(starting).rejects.toMatchObject({ code: 'stopped' })
  expect([did, problems, lifecycle.state]).toEqual([['+a', '-a'], [], { is: 'stopped' }])
})

test('a part that finishes starting though it was aborted is stopped too', async () => {
  const { did, clock, lifecycle } = setUp({ b: { start: () => clock.sleep(50) } })

  const outcome = lifecycle.start().catch((error) => error.code)
  await clock.advance(10)
  const stopping = lifecycle.stop()
  await clock.advance(50)
  await stopping

  expect(await outcome).toBe('stopped')
  expect(did).toEqual(['+a', '-b', '-a'])
})

test('a part that starts only after stop gave up on it is stopped then', async () => {
  const { did, clock, lifecycle } = setUp({ b: { start: () => clock.sleep(5_000) } })

  const outcome = lifecycle.start().catch((error) => error.code)
  await clock.advance(10)
  const stopping = lifecycle.stop()
  await clock.advance(1_000)
  const problems = await stopping
  const before = [...did]
  await clock.advance(5_000)

  expect(problems).toMatchObject([{ code: 'timeout' }])
  expect([before, did, await outcome]).toEqual([['+a', '-a'], ['+a', '-a', '-b'], 'stopped'])
})

test('a part that does not stop is left behind at the deadline, the others stop', async () => {
  const { did, clock, lifecycle } = setUp({ b: { stop: never } })
  await lifecycle.start()

  const stopping = lifecycle.stop()
  await clock.advance(1_000)

  expect(await stopping).toMatchObject([
    { code: 'timeout', message: 'b did not stop within 1000 ms' },
  ])
  expect(did.slice(3)).toEqual(['-c', '-a'])
  expect([lifecycle.state, clock.timerCount]).toEqual([{ is: 'stopped' }, 0])
})

test('a part that fails to stop is reported, the others stop', async () => {
  const { did, lifecycle } = setUp({
    c: {
      stop() {
        throw new Error('stuck')
      },
    },
  })
  await lifecycle.start()

  const problems = await lifecycle.stop()

  expect(problems).toMatchObject([{ code: 'component-failed', cause: { message: 'stuck' } }])
  expect(did.slice(3)).toEqual(['-b', '-a'])
})

test('a lifecycle is a part of another', async () => {
  const { did, clock, lifecycle } = setUp()
  const outer = new Lifecycle({ name: 'outer', parts: [lifecycle], clock, log: silentLog })

  await outer.start()
  await outer.stop()

  expect(did.join('')).toBe('+a+b+c-c-b-a')
})

test('a part needs neither start nor stop', async () => {
  const clock = new SimulatedClock()
  const parts = [{ name: 'passive' }]
  const lifecycle = new Lifecycle({ name: 'whole', parts, clock, log: silentLog })

  await lifecycle.start()

  expect(await lifecycle.stop()).toEqual([])
})
