import { expect, test } from 'vitest'
import { simulatedRuntime } from './simulated-runtime.ts'

test('two runtimes of one seed do the same, down to the faults of the disk', async () => {
  const run = async () => {
    const { clock, random, disk } = simulatedRuntime({
      seed: 7,
      startTime: 1_000,
      disk: { faultChances: { 'short-write': 0.5 }, latencyMs: { min: 1, max: 9 } },
    })
    const did: number[] = [random.next()]
    void (async () => {
      await disk.makeFolder('/data')
      const file = await disk.open('/data/file', { create: true })
      for (let index = 0; index < 10; index++) {
        did.push(await file.write(new Uint8Array(100), 0), clock.now(), clock.monotonicMs())
      }
    })()
    await clock.runUntilIdle({ limitMs: 1_000 })
    return did
  }

  const first = await run()

  expect(first.length).toBe(31)
  expect(await run()).toEqual(first)
})

test('it has no network', () => {
  const { network } = simulatedRuntime()

  expect(() => network.createHttpServer(() => undefined)).toThrow('no network')
})
