import { expect, test } from 'vitest'
import { policy } from '../policy.ts'
import { SimulatedService, sick } from './simulated-service.ts'

/** Named cases of other people's suites: file, case, and what of it holds here. */
const DENO = 'deno std async/unstable_circuit_breaker_test.ts'

function quiet(service: SimulatedService) {
  return { effect: 'read', retry: false, timeout: false, ...service.parts } as const
}

test(`${DENO}: callbacks that throw are reported asynchronously without disrupting operation`, async () => {
  const service = new SimulatedService()
  const seen: string[] = []
  const shouting = policy('shouting', {
    ...quiet(service),
    retry: { attempts: 2, baseMs: 1 },
    onEvent: () => {
      throw new Error('callback bug')
    },
  })
  shouting.events.on(({ type }) => seen.push(type))
  service.serve = (attempt) => (service.reached.length === 1 ? attempt.fail() : attempt.answer())

  const outcome = shouting.run(service.task)
  await service.clock.advance(10)

  expect(await outcome).toMatchObject({ ok: true, attempts: 2 })
  expect(seen).toEqual(['listener.failed', 'retry.scheduled'])
  expect(shouting.events.isolated).toBe(1)
})

test(`${DENO}: isolates isFailure predicate errors and still throws original error`, async () => {
  const service = new SimulatedService()
  const guarded = policy('guarded', {
    ...quiet(service),
    classify: () => {
      throw new Error('predicate bug')
    },
  })
  service.serve = (attempt) => attempt.fail(sick)

  const outcome = await guarded.run(service.task)

  expect(outcome).toMatchObject({ ok: false, error: sick, errorClass: 'transient' })
  expect(guarded.events.isolated).toBe(1)
})

test(`${DENO}: isolates isResultFailure predicate errors and still returns result`, async () => {
  const service = new SimulatedService()
  const guarded = policy('guarded', {
    ...quiet(service),
    isFailure: () => {
      throw new Error('predicate bug')
    },
  })
  service.serve = (attempt) => attempt.answer('result')

  const outcome = await guarded.run(service.task)

  expect(outcome).toMatchObject({ ok: true, value: 'result' })
  expect(guarded.events.isolated).toBe(1)
})

test('cockatiel src/TimeoutPolicy.test.ts: does not leak abort listeners (#81)', async () => {
  const service = new SimulatedService()
  const caller = new AbortController()
  const listening = { added: 0, removed: 0 }
  const { addEventListener, removeEventListener } = caller.signal
  caller.signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    listening.added++
    addEventListener.apply(caller.signal, given)
  }
  caller.signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    listening.removed++
    removeEventListener.apply(caller.signal, given)
  }
  const retried = policy('retried', {
    ...quiet(service),
    breaker: false,
    retry: { attempts: 3, baseMs: 1, jitter: 'none', abandonBelow: 0 },
    timeout: 10,
  })
  service.serve = (attempt) =>
    service.reached.length % 3 === 0 ? attempt.answer() : attempt.fail()

  for (let calls = 0; calls < 50; calls++) {
    const outcome = retried.run(service.task, { signal: caller.signal })
    await service.clock.advance(10)
    expect(await outcome).toMatchObject({ ok: true, attempts: 3 })
  }

  // Ours stays on the signal, one for all calls that ever run under it.
  expect(listening.added - listening.removed).toBe(1)
})

test('Finagle BackupRequestFilterTest.scala: record latency on timeout', async () => {
  const service = new SimulatedService()
  const slow = policy('slow', { ...quiet(service), breaker: false, timeout: 2_000 })

  for (let calls = 0; calls < 50; calls++) {
    const outcome = slow.run(service.task)
    await service.clock.advance(2_000)
    expect(await outcome).toMatchObject({ ok: false, timedOut: true })
  }

  expect(slow.latency.p95Ms).toBeGreaterThanOrEqual(2_000)
})

test('resilience4j AveragePlusResponseTimeCutoffTest.java: shouldNotComputeFromErrors', async () => {
  const service = new SimulatedService()
  const mixed = policy('mixed', { ...quiet(service), breaker: false })
  service.serve = (attempt) => {
    if (service.reached.length % 2 === 0) attempt.fail()
    else service.clock.after(50, () => attempt.answer())
  }

  for (let calls = 0; calls < 100; calls++) {
    const outcome = mixed.run(service.task)
    await service.clock.advance(50)
    await outcome
  }

  expect(mixed.latency.expectedMs).toBeCloseTo(50, 6)
})

test('resilience4j AveragePlusResponseTimeCutoffTest.java: shouldNotComputeFromHedges', async () => {
  const service = new SimulatedService()
  const hedge = { attempts: 2, after: 10 }
  const hedged = policy('hedged', { ...quiet(service), breaker: false, hedge })
  service.serve = (attempt) => {
    if (service.reached.length % 2 === 0) service.clock.after(1, () => attempt.answer())
  }

  for (let calls = 0; calls < 100; calls++) {
    const outcome = hedged.run(service.task)
    await service.clock.advance(20)
    expect(await outcome).toMatchObject({ source: 'hedge' })
  }

  // The superseded attempts took at least 11 ms; their hedges' 1 ms alone would be a fairy tale.
  expect(hedged.latency.p95Ms).toBeGreaterThanOrEqual(10)
})

test('resilience4j #682, Polly #2375: a call that its caller cancels is no failure', async () => {
  const service = new SimulatedService()
  const guarded = policy('guarded', quiet(service))

  for (let calls = 0; calls < 200; calls++) {
    const caller = new AbortController()
    const outcome = guarded.run(service.task, { signal: caller.signal })
    caller.abort()
    expect(await outcome).toMatchObject({ refused: 'aborted' })
  }

  expect(guarded.breaker?.state).toBe('CLOSED')
})
