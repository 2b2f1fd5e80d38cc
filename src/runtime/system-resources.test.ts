import { expect, test } from 'vitest'
import { systemClock } from './system-clock.ts'
import { systemResources } from './system-resources.ts'

const clock = systemClock()

test('the figures are those of a living process', async () => {
  const watch = systemResources(clock).watch()

  await clock.sleep(60)
  const sample = watch.take()
  watch.stop()

  expect(sample.overMs).toBeGreaterThanOrEqual(60)
  expect(sample.heapUsedBytes).toBeGreaterThan(1e6)
  expect(sample.heapMaxBytes).toBeGreaterThan(sample.heapUsedBytes)
  expect(sample.residentBytes).toBeGreaterThan(1e7)
  expect(sample.memoryMaxBytes).toBeGreaterThan(sample.residentBytes)
  expect(sample.memoryMaxBytes).toBeLessThan(2 ** 50)
  expect(sample.loopShare).toBeLessThanOrEqual(1)
})

test('a held loop shows in lag and in use', async () => {
  const watch = systemResources(clock).watch()

  const untilMs = clock.monotonicMs() + 100
  while (clock.monotonicMs() < untilMs);
  await clock.turn()
  const { loopLagMsMax, cpuShare } = watch.take()
  watch.stop()

  expect(loopLagMsMax).toBeGreaterThanOrEqual(75)
  expect(cpuShare).toBeGreaterThan(0)
})
