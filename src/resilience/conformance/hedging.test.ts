import { expect, test } from 'vitest'
import { AttemptBudget } from '../budget.ts'
import { policy } from '../policy.ts'
import type { HedgeOptions } from '../policy-options.ts'
import { httpError, SimulatedService } from './simulated-service.ts'

/** Named cases of other people's suites: file, case, and what of it holds here. */
const POLLY = 'Polly HedgingResilienceStrategyTests.cs'

function hedging(hedge: HedgeOptions, more: { budget?: AttemptBudget } = {}) {
  const service = new SimulatedService()
  const alone = { retry: false, breaker: false, timeout: false } as const
  const hedged = policy('hedged', { effect: 'read', ...alone, hedge, ...service.parts, ...more })
  return { service, hedged }
}

test(`${POLLY}: ExecuteAsync_EnsureHedgedTasksCancelled_Ok`, async () => {
  const { service, hedged } = hedging({ attempts: 3, after: 10 })
  const outcome = hedged.run(service.task)
  await service.clock.advance(20)

  service.reached[1]?.answer('second')
  await service.settle()

  expect(service.reached.map(({ aborted }) => aborted)).toEqual([true, false, true])
  expect(await outcome).toMatchObject({ ok: true, value: 'second', source: 'hedge', attempts: 3 })
})

test(`${POLLY}: ExecuteAsync_InfiniteHedgingDelay_EnsureNoConcurrentExecutions`, async () => {
  const { service, hedged } = hedging({ attempts: 3, after: Infinity })
  const outcome = hedged.run(service.task)

  await service.clock.advance(3_600_000)
  expect(service.reached.length).toBe(1)
  service.reached[0]?.fail()
  await service.settle()

  expect(service.reached.length).toBe(2)
  service.reached[1]?.answer()
  expect(await outcome).toMatchObject({ ok: true })
})

test(`${POLLY}: ExecuteAsync_ZeroHedgingDelay_EnsureAllTasksSpawnedAtOnce`, async () => {
  const { service, hedged } = hedging({ attempts: 3, after: 0 })

  void hedged.run(service.task)

  expect(service.reached.map(({ atMs }) => atMs)).toEqual([0, 0, 0])
})

test(`${POLLY}: ExecuteAsync_AllAttemptsFailAndTheOriginalCallIsTheSlowest_EnsureOriginalCallsResultReturned`, async () => {
  const { service, hedged } = hedging({ attempts: 2, after: 10 })
  const outcome = hedged.run(service.task)
  await service.clock.advance(10)

  service.reached[1]?.fail(new Error('of the hedge'))
  await service.clock.advance(10)
  service.reached[0]?.fail(new Error('of the original'))

  expect(await outcome).toMatchObject({ ok: false, error: { message: 'of the original' } })
})

test(`${POLLY}: ExecuteAsync_ExceptionsHandled_ShouldThrowLastException`, async () => {
  const { service, hedged } = hedging({ attempts: 3, after: Infinity })
  let failures = 0
  service.serve = (attempt) => attempt.fail(new Error(`failure ${++failures}`))

  const outcome = await hedged.run(service.task)

  expect(outcome).toMatchObject({ ok: false, attempts: 3, error: { message: 'failure 3' } })
})

test('resilience4j HedgeImplFutureBehaviorsTest.java: slowPrimarySuccessFastHedgeFailureReturnsHedgeFailure; here the primary wins', async () => {
  const { service, hedged } = hedging({ attempts: 2, after: 10 })
  const outcome = hedged.run(service.task)
  await service.clock.advance(10)

  service.reached[1]?.fail()
  await service.clock.advance(100)
  service.reached[0]?.answer('primary')

  expect(await outcome).toMatchObject({ ok: true, value: 'primary', source: 'live' })
})

test('Envoy test/common/router/router_test.cc: HedgedPerTryTimeoutFirstRequestSucceeds', async () => {
  const { service, hedged } = hedging({ attempts: 2, after: 10 })
  const outcome = hedged.run(service.task)
  await service.clock.advance(10)

  expect(service.reached.map(({ aborted }) => aborted)).toEqual([false, false])
  service.reached[0]?.answer('first')

  expect(await outcome).toMatchObject({ ok: true, value: 'first', source: 'live' })
})

test('failsafe-go test/hedgepolicy_test.go: should not hedge with quantile during warmup', async () => {
  const cold = hedging({ attempts: 2, after: 'p95' })
  void cold.hedged.run(cold.service.task)
  await cold.service.clock.advance(60_000)
  expect(cold.service.reached.length).toBe(1)
  const { service, hedged } = hedging({ attempts: 2, after: 'p95' })
  service.serve = (attempt) => service.clock.after(20, () => attempt.answer())
  for (let calls = 0; calls < 200; calls++) {
    const warming = hedged.run(service.task)
    await service.clock.advance(20)
    await warming
  }
  service.serve = () => undefined
  const reached = service.reached.length

  void hedged.run(service.task)
  await service.clock.advance(10_000)

  expect(service.reached.length - reached).toBe(2)
})

test('Finagle BackupRequestFilterTest.scala: Minimum sendBackupAfter of 1ms', async () => {
  const { service, hedged } = hedging({ attempts: 2, after: 'p95' })
  service.serve = (attempt) => attempt.answer()
  for (let calls = 0; calls < 200; calls++) await hedged.run(service.task)
  service.serve = () => undefined
  const reached = service.reached.length

  void hedged.run(service.task)

  expect(service.reached.length - reached).toBe(1)
  await service.clock.advance(0.5)
  expect(service.reached.length - reached).toBe(1)
})

test('failsafe-go test/issues/issue141_test.go: TestIssue141', async () => {
  const budget = new AttemptBudget({ burst: 1, ratio: 0, perSecond: 0 })
  const { service, hedged } = hedging({ attempts: 3, after: 10 }, { budget })

  const outcome = hedged.run(service.task)
  await service.clock.advance(1_000)

  expect(service.reached.map(({ aborted }) => aborted)).toEqual([false, false])
  service.reached[0]?.answer()
  expect(await outcome).toMatchObject({ ok: true })
})

test("Finagle BackupRequestFilterTest.scala: Don't send backup when backup timer fires if cannot withdraw from global retry budget", async () => {
  const budget = new AttemptBudget({ burst: 1, ratio: 0, perSecond: 0 })
  const { service, hedged } = hedging({ attempts: 2, after: 10 }, { budget })
  budget.request(1, 0)

  const outcome = hedged.run(service.task)
  await service.clock.advance(1_000)
  service.reached[0]?.answer()

  expect(service.reached.length).toBe(1)
  expect(budget.denied).toBe(1)
  expect(await outcome).toMatchObject({ ok: true, attempts: 1 })
})

test('grpc-js test/test-retry.ts: Should fail with a fatal status code; it ends hedging too', async () => {
  const { service, hedged } = hedging({ attempts: 3, after: 10 })
  const outcome = hedged.run(service.task)
  await service.clock.advance(10)

  service.reached[1]?.fail(httpError(400))

  expect(await outcome).toMatchObject({ ok: false, errorClass: 'fatal' })
  await service.clock.advance(1_000)
  expect(service.reached.length).toBe(2)
  expect(service.reached[0]?.aborted).toBe(true)
})

test('grpc-js test/test-retry.ts: Should not be able to make more than 5 attempts', () => {
  const six = () => hedging({ attempts: 6 })

  expect(six).toThrow('hedge.attempts is a whole number from 1 to 5, not 6')
})
