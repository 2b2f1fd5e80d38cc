import { expect, test } from 'vitest'
import { type RuleOptions } from '../breaker/rules.ts'
import { policy } from '../policy.ts'
import { sick, SimulatedService } from './simulated-service.ts'

/** Named cases of other people's suites: file, case, and what of it holds here. */
const COCKATIEL = 'cockatiel src/CircuitBreakerPolicy.test.ts'
const DENO = 'deno std async/unstable_circuit_breaker_test.ts'
const RESILIENCE4J = 'resilience4j CircuitBreakerStateMachineTest.java'
const STATE_CONTROLLER = 'Polly CircuitStateControllerTests.cs'

const alone = { effect: 'read', retry: false, timeout: false } as const
const ownBug = new TypeError('undefined is not a function')
const rules = { consecutiveFailures: 2, breakMs: 1_000, ramp: false } as const

function circuit(more: RuleOptions = {}) {
  const service = new SimulatedService()
  const breaker = { ...rules, ...more }
  const guarded = policy('guarded', { ...alone, breaker, ...service.parts })
  return { service, guarded }
}

type World = ReturnType<typeof circuit>

/** Failed twice, and the break is over. */
async function brokenAndRested(more: RuleOptions = {}): Promise<World> {
  const world = circuit(more)
  for (let calls = 0; calls < 2; calls++) await fails(world)
  expect(world.guarded.breaker?.state).toBe('OPEN')
  await world.service.clock.advance(2_000)
  return world
}

async function succeeds({ service, guarded }: World): Promise<unknown> {
  const outcome = guarded.run(service.task)
  service.reached.at(-1)?.answer()
  return outcome
}

async function fails({ service, guarded }: World, error: unknown = sick): Promise<unknown> {
  const outcome = guarded.run(service.task)
  service.reached.at(-1)?.fail(error)
  return outcome
}

test(`${COCKATIEL}: opens after failing calls`, async () => {
  const world = circuit()

  await fails(world)
  expect(world.guarded.breaker?.state).toBe('CLOSED')
  await fails(world)

  expect(world.guarded.breaker?.state).toBe('OPEN')
  expect(await succeeds(world)).toMatchObject({ ok: false, refused: 'circuit-open' })
})

test(`${COCKATIEL}: closes if the half open test succeeds`, async () => {
  const world = await brokenAndRested({ probeSuccesses: 1 })

  expect(await succeeds(world)).toMatchObject({ ok: true })

  expect(world.guarded.breaker?.state).toBe('CLOSED')
})

test(`${COCKATIEL}: re-opens if the half open fails`, async () => {
  const world = await brokenAndRested()

  await fails(world)

  expect(world.guarded.breaker?.state).toBe('OPEN')
})

test(`${COCKATIEL}: dedupes half-open tests; here the others are refused and not kept waiting`, async () => {
  const { service, guarded } = await brokenAndRested({ probes: 1, probeSuccesses: 1 })
  const before = service.reached.length

  const probe = guarded.run(service.task)
  const other = guarded.run(service.task)

  expect(await other).toMatchObject({ ok: false, refused: 'circuit-open' })
  expect(service.reached.length - before).toBe(1)
  service.reached.at(-1)?.answer()
  expect(await probe).toMatchObject({ ok: true })
})

test('opossum test/half-open-test.js: When half-open, the circuit only allows one request through', async () => {
  const { service, guarded } = await brokenAndRested({ probes: 1 })
  const before = service.reached.length

  for (let calls = 0; calls < 10; calls++) void guarded.run(service.task)

  expect(service.reached.length - before).toBe(1)
  expect(guarded.breaker?.state).toBe('HALF_OPEN')
})

test(`${COCKATIEL}: samples multiple half-open calls before closing`, async () => {
  const world = await brokenAndRested({ probes: 10, probeSuccesses: 7, probeFailures: 4 })

  for (let calls = 0; calls < 3; calls++) await fails(world)
  for (let calls = 0; calls < 6; calls++) await succeeds(world)
  expect(world.guarded.breaker?.state).toBe('HALF_OPEN')
  await succeeds(world)

  expect(world.guarded.breaker?.state).toBe('CLOSED')
})

test(`${COCKATIEL}: re-opens when the half-open sample exceeds the failure threshold`, async () => {
  const world = await brokenAndRested({ probes: 10, probeSuccesses: 7, probeFailures: 4 })

  for (let calls = 0; calls < 3; calls++) await fails(world)
  expect(world.guarded.breaker?.state).toBe('HALF_OPEN')
  await fails(world)

  expect(world.guarded.breaker?.state).toBe('OPEN')
})

test(`${COCKATIEL}: stops deduped half-open tests if the circuit reopens`, async () => {
  const { service, guarded } = await brokenAndRested({ probes: 2 })
  const outcomes = [guarded.run(service.task), guarded.run(service.task)]
  const [first, second] = service.reached.slice(-2)

  first?.fail()
  await outcomes[0]
  second?.answer()
  await outcomes[1]

  expect(guarded.breaker?.state).toBe('OPEN')
  expect(guarded.breaker?.counters.late).toBe(1)
})

test(`${COCKATIEL}: respects signal cancellation when execute() is called during HalfOpen state; also while the probe hangs`, async () => {
  const { service, guarded } = await brokenAndRested({ probes: 1 })
  void guarded.run(service.task)
  const caller = new AbortController()
  caller.abort()

  const outcome = await guarded.run(service.task, { signal: caller.signal })

  expect(outcome).toMatchObject({ ok: false, refused: 'aborted' })
  expect(guarded.breaker?.state).toBe('HALF_OPEN')
})

test(`${DENO}: prevents stale half_open success from closing after concurrent failure`, async () => {
  const { service, guarded } = await brokenAndRested({ probes: 2, probeSuccesses: 1 })
  const outcomes = [guarded.run(service.task), guarded.run(service.task)]
  const [stale, failing] = service.reached.slice(-2)

  failing?.fail()
  await outcomes[1]
  stale?.answer()

  expect(await outcomes[0]).toMatchObject({ ok: true })
  expect(guarded.breaker?.state).toBe('OPEN')
})

test('in no suite: a failure from before the trip does not reopen a half-open circuit', async () => {
  const world = circuit({ probeSuccesses: 1 })
  const { service, guarded } = world
  const old = guarded.run(service.task)
  const overhang = service.reached.at(-1)
  for (let calls = 0; calls < 2; calls++) await fails(world)
  await service.clock.advance(2_000)
  const probe = guarded.run(service.task)
  const probed = service.reached.at(-1)

  overhang?.fail()
  await old

  expect(guarded.breaker?.state).toBe('HALF_OPEN')
  expect(guarded.breaker?.counters.late).toBe(1)
  probed?.answer()
  await probe
  expect(guarded.breaker?.state).toBe('CLOSED')
})

test(`${RESILIENCE4J}: shouldReleasePermissionWhenExceptionIgnored; here a bug of our own, since HTTP 400 is an answer`, async () => {
  const world = await brokenAndRested({ probes: 1, probeSuccesses: 2 })
  await succeeds(world)

  await fails(world, ownBug)

  expect(world.guarded.breaker?.state).toBe('HALF_OPEN')
  await succeeds(world)
  expect(world.guarded.breaker?.state).toBe('CLOSED')
})

test(`${RESILIENCE4J}: shouldIgnoreExceptionsAndThenTransitionToClosed; here bugs of our own`, async () => {
  const world = await brokenAndRested({ probes: 1, probeSuccesses: 3 })

  for (let calls = 0; calls < 4; calls++) await fails(world, ownBug)
  expect(world.guarded.breaker?.state).toBe('HALF_OPEN')
  for (let calls = 0; calls < 3; calls++) await succeeds(world)

  expect(world.guarded.breaker?.state).toBe('CLOSED')
})

test(`${RESILIENCE4J}: circuitBreakerTransitionsToOpenAfterWaitDurationInHalfOpenState; here the hung probe loses its lease to another`, async () => {
  const world = await brokenAndRested({ probes: 1, probeSuccesses: 1, probeLeaseMs: 5_000 })
  const { service, guarded } = world
  void guarded.run(service.task)

  await service.clock.advance(4_999)
  expect(await guarded.run(service.task)).toMatchObject({ refused: 'circuit-open' })
  await service.clock.advance(1)

  expect(await succeeds(world)).toMatchObject({ ok: true })
  expect(guarded.breaker?.state).toBe('CLOSED')
  expect(guarded.breaker?.counters.expiredProbes).toBe(1)
})

test(`${STATE_CONTROLLER}: OnActionPreExecute_CircuitOpened_EnsureExceptionStackTraceDoesNotGrow; here there is none`, async () => {
  const world = circuit()
  for (let calls = 0; calls < 2; calls++) await fails(world)

  const refusals = new Set<unknown>()
  for (let calls = 0; calls < 100; calls++) refusals.add(await world.guarded.run(async () => 1))

  expect(refusals.size).toBe(1)
  expect([...refusals][0]).not.toBeInstanceOf(Error)
})

test(`${STATE_CONTROLLER}: OnActionFailureAsync_EnsureBreakDurationNotOverflow`, async () => {
  const world = circuit({ breakMs: 1_000, breakMsMax: 60_000 })
  const { service, guarded } = world
  for (let calls = 0; calls < 2; calls++) await fails(world)

  for (let trips = 0; trips < 2_000; trips++) {
    await service.clock.advance(66_000)
    await fails(world)
    expect(guarded.breaker?.state).toBe('OPEN')
  }

  expect(guarded.breaker?.retryAfterMs(service.clock.monotonicMs())).toBeLessThanOrEqual(66_000)
})

test('Polly CircuitBreakerResilienceStrategyTests.cs: BreakDurationGenerator_EnsureHalfOpenAttempts', async () => {
  const asked: number[] = []
  const world = circuit({
    breakMs: (trips) => {
      asked.push(trips)
      return 1_000
    },
  })
  for (let calls = 0; calls < 2; calls++) await fails(world)

  for (let trips = 0; trips < 3; trips++) {
    await world.service.clock.advance(2_000)
    await fails(world)
  }

  expect(asked).toEqual([1, 2, 3, 4])
})

test('Sentinel CircuitBreakingIntegrationTest.java: testMultipleHalfOpenedBreakers', async () => {
  const { service, guarded: outer } = await brokenAndRested({ probes: 1, probeSuccesses: 1 })
  const breaker = { ...rules, breakMs: 4_000, probes: 1, probeSuccesses: 1 }
  const inner = policy('inner', { ...alone, breaker, ...service.parts })
  for (let calls = 0; calls < 2; calls++) await inner.run(() => Promise.reject(sick))
  const both = () => outer.value(async () => inner.value(async () => 'answer'))

  // The inner one still refuses; that must not cost the outer one its permit for ever.
  for (let calls = 0; calls < 10; calls++) await expect(both()).rejects.toThrow()
  await service.clock.advance(30_000)

  for (let calls = 0; calls < 10; calls++) expect(await both()).toBe('answer')
  expect([outer.breaker?.state, inner.breaker?.state]).toEqual(['CLOSED', 'CLOSED'])
})
