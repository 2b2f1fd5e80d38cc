import { expect, test } from 'vitest'
import { type Log, silentLog, SimulatedClock } from '../../runtime/index.ts'
import type { SystemMode } from '../mode/index.ts'
import { HealthMonitor } from './health-monitor.ts'
import type { HealthSources } from './health-sources.ts'

type Facts = ReturnType<HealthSources['facts']>

/** A monitored system whose readings the test sets. */
class Watched {
  readonly clock = new SimulatedClock()
  facts: Facts = { halted: null, restoring: null, essentialFailing: null }
  memory: () => number = () => 0.5
  latency = 0
  counts = { handled: 0, failed: 0 }
  readonly errors: string[] = []
  readonly path: SystemMode[] = []
  readonly monitor: HealthMonitor

  constructor(options: { heldSafe?: boolean } = {}) {
    const log: Log = { ...silentLog, error: (_, message) => this.errors.push(message) }
    this.monitor = new HealthMonitor({
      clock: this.clock,
      log,
      ...options,
      sources: {
        facts: () => this.facts,
        memoryRatio: () => this.memory(),
        latencyRatio: () => this.latency,
        components: () => [{ name: 'quotes', essential: false, ...this.counts }],
      },
    })
    this.monitor.onMode(({ mode }) => this.path.push(mode))
    this.monitor.start()
  }
}

test('what is well is NORMAL from the first look on', () => {
  const { monitor } = new Watched()

  expect(monitor.mode.mode).toBe('NORMAL')
  expect(monitor.health).toEqual({ score: 100, losses: [] })
})

test('what gets worse is seen at the next looks, and the reason is said', async () => {
  const watched = new Watched()
  watched.memory = () => 0.98

  await watched.clock.advance(10_000)

  expect(watched.monitor.mode.mode).toBe('ULTRA')
  expect(watched.monitor.mode.reason).toContain('memory is 98 % used')
  expect(watched.monitor.effects.throttleFactor).toBe(0.3)
})

test('what is well again comes back by the steps of the table', async () => {
  const watched = new Watched()
  watched.memory = () => 0.98
  await watched.clock.advance(10_000)
  watched.path.length = 0

  watched.memory = () => 0.5
  await watched.clock.advance(60_000)

  expect(watched.path).toEqual(['SAFE', 'PRE_SAFE', 'NORMAL'])
})

test('a fact changes the mode before look() returns, without a tick', () => {
  const watched = new Watched()
  watched.facts = { ...watched.facts, halted: 'a flush failed' }

  watched.monitor.look()

  expect(watched.path.at(-1)).toBe('EMERGENCY')
  expect(watched.clock.monotonicMs()).toBe(0)
})

test('expected latency above its limit is LATENCY although health is full', async () => {
  const watched = new Watched()
  watched.latency = 1.2

  await watched.clock.advance(1_000)

  expect(watched.monitor.mode.mode).toBe('LATENCY')
  expect(watched.monitor.health.score).toBe(100)
})

test('a single bad look among good ones does not move the score far', async () => {
  const watched = new Watched()
  await watched.clock.advance(1_000)

  watched.memory = () => 1
  await watched.clock.advance(100)

  expect(watched.monitor.health.losses[0]?.points).toBe(45)
  expect(watched.monitor.health.score).toBeGreaterThan(95)
  expect(watched.path).toEqual(['NORMAL'])
})

test('a source that throws is logged once, named and costs points, and the others are read', async () => {
  const watched = new Watched()
  watched.latency = 1.2
  watched.memory = () => {
    throw new Error('no such file')
  }

  await watched.clock.advance(20_000)

  expect(watched.errors).toEqual(['a source of health could not be read'])
  expect(watched.monitor.health.losses[0]?.reason).toBe('memory could not be measured')
  expect(watched.monitor.mode.mode).toBe('LATENCY')
})

test('a listener that throws is logged, and the next one still hears', () => {
  const watched = new Watched()
  const heard: SystemMode[] = []
  watched.monitor.onMode(() => {
    throw new Error('mine')
  })
  watched.monitor.onMode(({ mode }) => heard.push(mode))

  watched.facts = { ...watched.facts, restoring: 'portfolio' }
  watched.monitor.look()

  expect(heard).toEqual(['RECOVERY'])
  expect(watched.errors).toEqual(['a listener to modes threw'])
})

test('one that stops giving heartbeats is suspected and takes points off', async () => {
  const watched = new Watched()
  const { monitor, clock } = watched
  monitor.heartbeats.watch('worker', { nowMs: 0, expectedGapMs: 100, essential: true })
  for (let beat = 0; beat < 50; beat += 1) {
    await clock.advance(100)
    monitor.heartbeats.heartbeat('worker', clock.monotonicMs())
  }
  expect(monitor.mode.mode).toBe('NORMAL')

  await clock.advance(5_000)

  expect(monitor.mode.mode).toBe('ULTRA')
  expect(monitor.health.losses[0]?.reason).toContain('worker is silent')
})

test('a component that fails often is strict while the system is not', async () => {
  const watched = new Watched()
  watched.counts = { handled: 100, failed: 30 }
  watched.monitor.look()

  expect(watched.monitor.componentMode('quotes').mode).toBe('strict')
  expect(watched.monitor.effectsOf('quotes').throttleFactor).toBe(0.5)
  expect(watched.monitor.effectsOf('orders').throttleFactor).toBe(1)
})

test('by hand a component is strict until it is released by hand', async () => {
  const { monitor, clock } = new Watched()
  monitor.setComponentMode('quotes', { kind: 'hold', reason: 'asked for' })
  await clock.advance(120_000)
  expect(monitor.componentMode('quotes').mode).toBe('strict')

  monitor.setComponentMode('quotes', { kind: 'release' })

  expect(monitor.componentMode('quotes').mode).toBe('as-system')
})

test('held safe it begins in SAFE', () => {
  const { monitor } = new Watched({ heldSafe: true })

  expect(monitor.mode.mode).toBe('SAFE')
})

test('stopped it looks no more', async () => {
  const watched = new Watched()
  watched.monitor.stop()
  watched.memory = () => 1

  await watched.clock.advance(10_000)

  expect(watched.path).toEqual(['NORMAL'])
  expect(watched.clock.timerCount).toBe(0)
})
