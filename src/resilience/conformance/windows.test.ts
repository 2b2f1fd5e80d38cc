import { expect, test } from 'vitest'
import { type RuleOptions } from '../breaker/rules.ts'
import { policy } from '../policy.ts'
import { SimulatedService, sick } from './simulated-service.ts'

/** Named cases of other people's suites: file, case, and what of it holds here. */
const COCKATIEL = 'cockatiel src/CircuitBreakerPolicy.test.ts'
const SAMPLING = 'cockatiel src/breaker/SamplingBreaker.test.ts'

const alone = { effect: 'read', retry: false, timeout: false } as const

function circuit(breaker: RuleOptions, service = new SimulatedService()) {
  const guarded = policy('guarded', { ...alone, breaker, ...service.parts })
  const call = async (fails: boolean, latencyMs = 0) => {
    const outcome = guarded.run(service.task)
    const attempt = service.reached.at(-1)
    await service.clock.advance(latencyMs)
    if (fails) attempt?.fail(sick)
    else attempt?.answer()
    return outcome
  }
  const many = async (count: number, fails: boolean) => {
    for (let calls = 0; calls < count; calls++) await call(fails)
  }
  return { service, guarded, call, many, state: () => guarded.breaker?.state }
}

test('Polly RollingHealthMetricsTests.cs: GetHealthInfo_EnsureWindowRespected', async () => {
  const rules = { window: { ms: 10_000 }, minimumThroughput: 10, consecutiveFailures: Infinity }
  const { service, many, state } = circuit(rules)
  await many(9, true)

  await service.clock.advance(10_001)
  await many(9, true)

  expect(state()).toBe('CLOSED')
  await many(1, true)
  expect(state()).toBe('OPEN')
})

test('deno std async/unstable_circuit_breaker_test.ts: evicts old failures as segments rotate', async () => {
  const rules = { window: { ms: 1_000 }, minimumThroughput: 2, failureRate: 0.5 }
  const { service, many, state } = circuit(rules)
  await many(1, true)
  expect(state()).toBe('CLOSED')

  await service.clock.advance(1_001)
  await many(1, false)
  await many(1, true)

  expect(state()).toBe('OPEN')
})

test(`${SAMPLING}: does not start failing if below threshold rps`, async () => {
  const { many, state } = circuit({ minimumThroughput: 10, consecutiveFailures: Infinity })

  await many(9, true)

  expect(state()).toBe('CLOSED')
})

test(`${SAMPLING}: calculates rps correctly over time; after an hour of silence too`, async () => {
  const rules = { window: { ms: 1_000 }, minimumThroughput: 5, consecutiveFailures: Infinity }
  const { service, many, state } = circuit(rules)
  await many(9, false)
  await many(4, true)

  await service.clock.advance(3_600_000)
  await many(1, true)

  expect(state()).toBe('CLOSED')
})

test('resilience4j CircuitBreakerStateMachineTest.java: shouldOpenAfterSlowCallRateThresholdExceededUsingMockClock', async () => {
  const window = { window: { calls: 5 }, minimumThroughput: 5 }
  const { call, state } = circuit({ ...window, slowCallMs: 4_000, slowCallRate: 0.5 })

  for (const seconds of [5, 5, 1, 1]) await call(false, seconds * 1_000)
  expect(state()).toBe('CLOSED')
  await call(false, 5_000)

  expect(state()).toBe('OPEN')
})

test('opossum #217: the first failed call alone opens nothing', async () => {
  const { many, state } = circuit({})

  await many(1, true)

  expect(state()).toBe('CLOSED')
})

test(`${COCKATIEL}: restores open state`, async () => {
  const before = circuit({ consecutiveFailures: 2, breakMs: 1_000 })
  await before.many(2, true)
  await before.service.clock.advance(400)
  const snapshot = before.guarded.breaker!.export()
  const after = circuit({ consecutiveFailures: 2, breakMs: 1_000 })

  after.guarded.breaker!.import(JSON.parse(JSON.stringify(snapshot)) as typeof snapshot)

  expect(after.state()).toBe('OPEN')
  expect(await after.call(false)).toMatchObject({ refused: 'circuit-open' })
  expect(after.guarded.breaker!.retryAfterMs(0)).toBeCloseTo(
    before.guarded.breaker!.retryAfterMs(400),
  )
})

test(`${COCKATIEL}: restores half-open state with immediate retry`, async () => {
  const before = circuit({ consecutiveFailures: 1, breakMs: 1_000 })
  await before.many(1, true)
  await before.service.clock.advance(2_000)
  void before.guarded.run(before.service.task)
  const snapshot = before.guarded.breaker!.export()
  const after = circuit({ consecutiveFailures: 1, breakMs: 1_000 })

  after.guarded.breaker!.import(snapshot)

  expect(after.state()).toBe('HALF_OPEN')
  expect(await after.call(false)).toMatchObject({ ok: true })
})

test('opossum test/state-test.js: Enters halfOpen state if closed is false and more time has elapsed since resetTimeout', async () => {
  const before = circuit({ consecutiveFailures: 1, breakMs: 1_000 })
  await before.many(1, true)
  const snapshot = before.guarded.breaker!.export()
  const after = circuit({ consecutiveFailures: 1 })

  after.service.clock.stepWallClock(3_600_000)
  after.guarded.breaker!.import(snapshot)

  expect(await after.call(false)).toMatchObject({ ok: true })
  expect(after.state()).toBe('HALF_OPEN')
})

test('Envoy outlier_detection_impl_test.cc: BasicFlow5xxViaHttpCodes; one bad host of three is left out, not before its time, and comes back', async () => {
  const service = new SimulatedService()
  const rules = { consecutiveFailures: 5, breakMs: 10_000, probeSuccesses: 1, ramp: false } as const
  const hosts = Array.from({ length: 3 }, () => circuit(rules, service))
  const [bad, ...good] = hosts
  await bad?.many(4, true)
  expect(bad?.state()).toBe('CLOSED')

  await bad?.many(1, true)
  for (const host of good) await host.many(5, false)

  expect(hosts.map(({ state }) => state())).toEqual(['OPEN', 'CLOSED', 'CLOSED'])
  await service.clock.advance(11_000)
  await bad?.many(1, false)
  expect(bad?.state()).toBe('CLOSED')
})
