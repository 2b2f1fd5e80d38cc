import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../runtime/index.ts'
import { AttemptBudget } from '../budget.ts'
import { policy } from '../policy.ts'
import type { RetryOptions } from '../policy-options.ts'
import { Backoff } from '../retry/backoff.ts'
import { httpError, sick, SimulatedService } from './simulated-service.ts'

/** Named cases of other people's suites: file, case, and what of it holds here. */
const RETRY_HELPER = 'Polly RetryHelperTests.cs'

const COCKATIEL = 'cockatiel src/RetryPolicy.test.ts'

const random = createRandom(1)

/** Cockatiel abandons nothing. */
function retrying(retry: RetryOptions, more: { budget?: AttemptBudget } = {}) {
  const service = new SimulatedService()
  const alone = { breaker: false, timeout: false } as const
  const given = { ...service.parts, ...more }
  const asked = { abandonBelow: 0, ...retry }
  const options = { effect: 'read', ...alone, retry: asked, ...given } as const
  return { service, retried: policy('retried', options) }
}

test(`${RETRY_HELPER}: GetRetryDelay_Overflow_ReturnsMaxTimeSpan`, () => {
  const backoff = new Backoff({ baseMs: 1_000, maxMs: 30_000, jitter: 'none', random })

  expect([1, 5, 1_000, 1e9].map((failures) => backoff.delayMs(failures, 0))).toEqual([
    1_000, 16_000, 30_000, 30_000,
  ])
})

test(`${RETRY_HELPER}: GetRetryDelay_Exponential_Does_Not_Exceed_MaxDelay`, () => {
  const jitters = fc.constantFrom('full', 'decorrelated', 'none')

  fc.assert(
    fc.property(jitters, fc.nat(10_000), fc.nat(10_000), fc.nat(40), (jitter, a, b, failures) => {
      const [baseMs, maxMs] = [Math.min(a, b), Math.max(a, b)]
      const backoff = new Backoff({ baseMs, maxMs, jitter, random })
      let delayMs = 0
      for (let failure = 1; failure <= failures; failure++) {
        delayMs = backoff.delayMs(failure, delayMs)
        expect(delayMs).toBeGreaterThanOrEqual(0)
        expect(delayMs).toBeLessThanOrEqual(maxMs)
      }
    }),
  )
})

test(`${RETRY_HELPER}: ExponentialWithJitter_EnsureRandomness`, () => {
  const backoff = new Backoff({ baseMs: 100, maxMs: 10_000, random })

  const delays = Array.from({ length: 2_000 }, () => backoff.delayMs(3, 0))

  const mean = delays.reduce((sum, delay) => sum + delay) / delays.length
  expect(new Set(delays).size).toBeGreaterThan(1_990)
  expect(Math.min(...delays)).toBeLessThan(20)
  expect(Math.max(...delays)).toBeGreaterThan(380)
  expect(mean).toBeGreaterThan(190)
  expect(mean).toBeLessThan(210)
})

test('cockatiel src/backoff/ExponentialBackoffGenerators.test.ts: fixes issue #86', () => {
  const timing = { baseMs: 45_000, maxMs: 900_000, jitter: 'decorrelated' } as const
  const backoff = new Backoff({ ...timing, random })
  const delays = [0]

  for (let failure = 1; failure < 3_000; failure++) {
    delays.push(backoff.delayMs(failure, delays[failure - 1]!))
  }

  expect(delays.filter((delay) => !(delay >= 0 && delay <= 900_000))).toEqual([])
})

test(`${COCKATIEL}: permits specifying exponential backoffs`, async () => {
  const { service, retried } = retrying({ attempts: 4, baseMs: 100, jitter: 'none' })
  service.serve = (attempt) => (service.reached.length < 4 ? attempt.fail() : attempt.answer())

  const outcome = retried.run(service.task)
  await service.clock.advance(1_000)

  expect(await outcome).toMatchObject({ ok: true, attempts: 4 })
  expect(service.reached.map(({ atMs }) => atMs)).toEqual([0, 100, 300, 700])
})

test(`${COCKATIEL}: bubbles errors when retry attempts exceeded`, async () => {
  const { service, retried } = retrying({ attempts: 5, baseMs: 1 })
  service.serve = (attempt) => attempt.fail(sick)

  const outcome = retried.run(service.task)
  await service.clock.advance(1_000)

  expect(await outcome).toMatchObject({ ok: false, error: sick, attempts: 5 })
})

test(`${COCKATIEL}: stops retries if cancellation is requested`, async () => {
  const { service, retried } = retrying({ attempts: 5, baseMs: 100, jitter: 'none' })
  const caller = new AbortController()
  service.serve = (attempt) => attempt.fail()

  const outcome = retried.run(service.task, { signal: caller.signal })
  await service.clock.advance(150)
  caller.abort()
  await service.clock.advance(10_000)

  expect(await outcome).toMatchObject({ ok: false, refused: 'aborted' })
  expect(service.reached.length).toBe(2)
})

test('grpc-js test/test-retry.ts: Should fail with a fatal status code', async () => {
  const { service, retried } = retrying({ attempts: 3 })
  service.serve = (attempt) => attempt.fail(httpError(401))

  const outcome = await retried.run(service.task)

  expect(outcome).toMatchObject({ ok: false, errorClass: 'fatal', attempts: 1 })
})

test('grpc-js test/test-retry.ts: Should not be able to make more than 5 attempts; here 10', () => {
  expect(() => retrying({ attempts: 11 })).toThrow('whole number from 1 to 10, not 11')
})

test('failsafe-go test/budget_test.go: when retries exceeded', async () => {
  const budget = new AttemptBudget({ burst: 1, ratio: 0, perSecond: 0 })
  const { service, retried } = retrying({ attempts: 5, baseMs: 1 }, { budget })
  service.serve = (attempt) => attempt.fail()

  const outcome = retried.run(service.task)
  await service.clock.advance(1_000)

  expect(await outcome).toMatchObject({ ok: false, error: sick, attempts: 2 })
  expect(budget).toMatchObject({ granted: 1, denied: 1 })
})
