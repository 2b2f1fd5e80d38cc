import { expect, test } from 'vitest'
import { createRandom, SimulatedClock } from '../runtime/index.ts'
import type { CircuitBreakerOptions } from './breaker/circuit-breaker.ts'
import type { OnceOutcome } from './outcome.ts'
import { pipeline } from './pipeline.ts'
import { policy } from './policy.ts'
import type { PolicyOptions } from './policy-options.ts'
import { circuitBreaker } from './breaker/circuit-breaker.ts'

/** A service under one call a second: how long it takes, and whether it is there at all. */
class Service {
  readonly clock = new SimulatedClock()
  readonly random = createRandom(1)
  tookMs = 100
  trouble: 'none' | 'refuses' | 'hangs' = 'none'

  readonly task = async (): Promise<string> => {
    const { trouble, tookMs } = this
    if (trouble === 'hangs') return new Promise(() => undefined)
    if (trouble === 'refuses') throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' })
    await this.clock.sleep(tookMs)
    return 'live'
  }

  /** The outcomes of a call a second, with a key that is remembered. */
  async callFor(
    seconds: number,
    run: (task: () => Promise<string>) => Promise<OnceOutcome<unknown>>,
  ) {
    const outcomes: OnceOutcome<unknown>[] = []
    for (let second = 0; second < seconds; second++) {
      void run(this.task).then((outcome) => outcomes.push(outcome))
      await this.clock.advance(1_000)
    }
    return outcomes
  }
}

/** Ten healthy minutes, a minute without the service, then an hour of it, slow or not. */
async function afterAnOutage(
  options: Partial<PolicyOptions<'read', string>>,
  { beforeMs, afterMs }: { readonly beforeMs: number; readonly afterMs: number },
) {
  const service = new Service()
  const { clock, random } = service
  const quotes = policy<'read', string>('quotes', { effect: 'read', clock, random, ...options })
  const run = (task: () => Promise<string>) => quotes.run(task, { key: 'BTC' })
  service.tookMs = beforeMs
  await service.callFor(600, run)
  service.trouble = 'refuses'
  await service.callFor(60, run)
  service.trouble = 'none'
  service.tookMs = afterMs
  await service.callFor(3_600, run)
  const outcomes = await service.callFor(600, run)
  const live = outcomes.filter((outcome) => outcome.ok && outcome.value === 'live')
  return { state: quotes.breaker?.state, liveShare: live.length / outcomes.length }
}

test.each([800, 1_200, 2_000, 4_000, 8_000])(
  'a service that comes back for good at %d ms instead of 100 is served again',
  async (afterMs) => {
    for (const more of [{}, { essential: true, fallback: () => 'stored' }, { essential: true }]) {
      const options = { deadlineMs: 10_000, ...more }

      const { state, liveShare } = await afterAnOutage(options, { beforeMs: 100, afterMs })

      expect(state).not.toBe('OPEN')
      expect(state).not.toBe('HALF_OPEN')
      expect(state).not.toBe('ETERNAL')
      if (!('fallback' in more)) expect(liveShare).toBeGreaterThan(0.95)
    }
  },
)

test.each<[string, Partial<PolicyOptions<'read', string>>]>([
  ['by its own latency', {}],
  ['by a timeout of 30 s', { timeout: 30_000 }],
  ['without a timeout', { timeout: false }],
  ['essential', { essential: true, cache: {} }],
  ['essential, by a timeout of 30 s', { essential: true, timeout: 30_000, cache: {} }],
  ['essential, without a timeout', { essential: true, timeout: false, cache: {} }],
])('a service that takes 6 s in health gets its circuit back: %s', async (_label, options) => {
  const slow = { beforeMs: 6_000, afterMs: 6_000 }

  const { state } = await afterAnOutage({ retry: false, ...options }, slow)

  expect(state).toBe('CLOSED')
})

test('a slow service gets back a circuit that stands alone in a pipeline', async () => {
  const service = new Service()
  const { clock, random } = service
  const breaker = circuitBreaker({ random })
  const calls = pipeline([breaker], { clock })
  service.tookMs = 20_000
  service.trouble = 'refuses'
  await service.callFor(60, (task) => calls.run(task))
  service.trouble = 'none'

  await service.callFor(600, (task) => calls.run(task))

  expect(breaker.state).toBe('CLOSED')
})

test('a lease lasts as long as its probe may take, and no probe goes meanwhile', async () => {
  const { service, breaker, probes } = await hanging({ timeout: 30_000 })

  await service.clock.advance(29_999)
  const while30s = probes()
  await service.clock.advance(2)

  expect(while30s).toBe(3)
  expect(breaker.state).toBe('OPEN')
  expect(breaker.counters.expiredProbes).toBe(0)
})

async function hanging(options: Partial<PolicyOptions<'read', string>>) {
  const service = new Service()
  const { clock, random } = service
  const rules: CircuitBreakerOptions = { random, clock }
  const breaker = circuitBreaker(rules)
  const quotes = policy<'read', string>('quotes', {
    effect: 'read',
    clock,
    random,
    breaker,
    retry: false,
    ...options,
  })
  service.trouble = 'refuses'
  await service.callFor(10, (task) => quotes.run(task))
  service.trouble = 'hangs'
  await clock.advance(11_000)
  const before = quotes.counters.sent
  for (let call = 0; call < 10; call++) void quotes.run(service.task)
  return { service, breaker, probes: () => quotes.counters.sent - before }
}
