import { expect, test } from 'vitest'
import { type LogFields, silentLog, simulatedRuntime } from '../../runtime/index.ts'
import { advisedInFlight, type ResourceAdvice, resourceAdvice } from './resource-advice.ts'
import { ResourceMonitor } from './resource-monitor.ts'
import { pressureLevels } from './resource-pressure.ts'

function setUp() {
  const { clock, resources } = simulatedRuntime()
  const advised: ResourceAdvice[] = []
  const measured: LogFields[] = []
  const log = { ...silentLog, performance: (fields: LogFields) => void measured.push(fields) }
  const onAdvice = (advice: ResourceAdvice) => void advised.push(advice)
  const monitor = new ResourceMonitor({ clock, resources, log, onAdvice })
  return { clock, resources, monitor, advised, measured }
}

test('a process without pressure has full batches and is told nothing', async () => {
  const { clock, monitor, advised } = setUp()

  monitor.start()
  await clock.advance(10_000)

  expect(advised).toEqual([])
  expect(monitor.advice).toEqual({ batchMax: 100, inFlightShare: 1, logShare: 1 })
})

test('pressure is told once, within a second, and its end step by step', async () => {
  const { clock, resources, monitor, advised } = setUp()
  monitor.start()

  resources.use({ loopLagMs: 300 })
  await clock.advance(3_000)
  const during = [...advised]
  resources.use({ loopLagMs: 0 })
  await clock.advance(20_000)

  expect(during).toEqual([resourceAdvice.strained])
  expect(advised.slice(1)).toEqual([resourceAdvice.busy, resourceAdvice.calm])
})

test('lag, memory and the reason of the last sample are there for whoever asks', async () => {
  const { clock, resources, monitor } = setUp()
  monitor.start()
  const before = [monitor.loopLagMs, monitor.memoryRatio, monitor.status().sample]

  resources.use({ loopLagMs: 60, heapUsedBytes: 50, heapMaxBytes: 100 })
  await clock.advance(1_000)

  expect(before).toEqual([0, 0, null])
  expect([monitor.loopLagMs, monitor.memoryRatio]).toEqual([60, 0.5])
  expect(monitor.status()).toMatchObject({ level: 'busy', reason: 'the loop lags by 60 ms' })
})

test('one sample in ten is kept as a measurement', async () => {
  const { clock, monitor, measured } = setUp()

  monitor.start()
  await clock.advance(21_000)

  expect(measured).toHaveLength(3)
  expect(measured[0]).toHaveProperty('residentBytes')
})

test('started and stopped twice, it leaves nothing behind', async () => {
  const { clock, resources, monitor } = setUp()

  monitor.start()
  monitor.start()
  const watches = resources.watches
  monitor.stop()
  monitor.stop()

  expect(watches).toBe(1)
  expect([resources.watches, clock.timerCount]).toEqual([0, 0])
})

test('each level advises less than the easier one, and never nothing', () => {
  const advice = pressureLevels.map((level) => resourceAdvice[level])

  for (const [index, { batchMax, inFlightShare, logShare }] of advice.entries()) {
    const easier = advice[index - 1] ?? { batchMax: 101, inFlightShare: 2, logShare: 2 }
    expect(batchMax).toBeLessThan(easier.batchMax)
    expect(inFlightShare).toBeLessThan(easier.inFlightShare)
    expect(logShare).toBeLessThan(easier.logShare)
    expect(Math.min(batchMax, logShare)).toBeGreaterThan(0)
  }
  expect(advisedInFlight(3, resourceAdvice.critical)).toBe(1)
  expect(advisedInFlight(100, resourceAdvice.busy)).toBe(75)
})
