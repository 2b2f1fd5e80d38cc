import { expect, test } from 'vitest'
import { SimulatedClock } from '../runtime/index.ts'
import type { RatesView } from '../server/index.ts'
import { RatesMeter, type RatesMeterOptions } from './rates-meter.ts'

class Fixture {
  readonly clock = new SimulatedClock(5_000)
  readonly told: RatesView[] = []
  handled = 0
  loopLagMs = 0
  readonly meter = new RatesMeter({
    clock: this.clock,
    memory: () => ({ residentBytes: 7, heapUsedBytes: 0, externalBytes: 0 }),
    loopLagMs: () => this.loopLagMs,
    status: () => this.#status(),
    onRates: (rates) => void this.told.push(rates),
  })

  #status(): ReturnType<RatesMeterOptions['status']> {
    return {
      handled: this.handled,
      refused: 3,
      waiting: 2,
      journalNumber: 11,
      latencyMs: { p50: 0.1, p99: 0.9, max: 5 },
    }
  }
}

test('events a second are those of the last second', async () => {
  const fixture = new Fixture()
  fixture.handled = 1_000
  fixture.meter.start()

  fixture.handled = 1_040
  await fixture.clock.advance(1_000)
  fixture.handled = 1_041
  await fixture.clock.advance(1_000)

  expect(fixture.told.map(({ eventsPerSecond }) => eventsPerSecond)).toEqual([40, 1])
  expect(fixture.meter.current).toBe(fixture.told[1])
})

test('the figures are those of the engine and the process', async () => {
  const fixture = new Fixture()
  fixture.meter.start()

  await fixture.clock.advance(1_000)

  expect(fixture.told).toEqual([
    {
      time: 6_000,
      eventsPerSecond: 0,
      eventsTotal: 0,
      eventsShed: 3,
      queueDepth: 2,
      latencyMsP50: 0.1,
      latencyMsP99: 0.9,
      loopLagMs: 0,
      memoryBytes: 7,
      journalNumber: 11,
      journalAcknowledged: 11,
    },
  ])
})

test('the lag of the loop is as told, and events are over the time that passed', () => {
  const fixture = new Fixture()
  fixture.loopLagMs = 12.34
  fixture.meter.start()
  fixture.handled = 50

  fixture.clock.setTime(5_000 + 2_500)
  fixture.clock.runDueTimers()

  expect(fixture.told[0]).toMatchObject({ loopLagMs: 12.3, eventsPerSecond: 20 })
})

test('there are figures before the first second, and none after the stop', async () => {
  const fixture = new Fixture()
  expect(fixture.meter.current).toMatchObject({ eventsPerSecond: 0, time: 5_000 })

  fixture.meter.start()
  fixture.meter.stop()
  await fixture.clock.advance(5_000)

  expect(fixture.told).toEqual([])
})
