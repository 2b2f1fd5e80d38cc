import { expect, test } from 'vitest'
import { circuitBreaker } from './breaker/circuit-breaker.ts'
import { AttemptBudget } from './budget.ts'
import { fallback } from './fallback/fallback.ts'
import { faults } from './faults/faults.ts'
import { hedge } from './hedge/hedge.ts'
import { adaptiveLimiter } from './limits/adaptive-limiter.ts'
import { bulkhead } from './limits/bulkhead.ts'
import { clientThrottle } from './limits/client-throttle.ts'
import { rateLimiter } from './limits/rate-limiter.ts'
import { keyedPolicy } from './keyed-policy.ts'
import { pipeline } from './pipeline.ts'
import { policy } from './policy.ts'
import { retry } from './retry/retry.ts'
import { SimulatedSide } from './simulated-side.ts'

/** That these compile is half of what is tested: a setting that may be missing is handed on. */
const not = undefined

test('an option that is undefined is the default, as if it were not there', async () => {
  const side = new SimulatedSide()
  const { clock, random, budget, onEvent } = side.parts
  const quotes = policy('quotes', {
    effect: 'read',
    ...{ essential: not, criticality: not, deadlineMs: not, bulkhead: not, limiter: not },
    ...{ throttle: not, rateLimit: not, innermost: not, timeout: not, classify: not },
    ...{ isFailure: not, shadow: not, fallback: not, fallbackMs: not, cache: not, targets: not },
    breaker: { name: not, events: not, latency: not, random: not, clock: not, failureRate: not },
    retry: { attempts: not, baseMs: not, maxMs: not, jitter: not, abandonBelow: not },
    hedge: { attempts: not, after: not, afterMsMin: not },
    ...{ clock, random, budget, onEvent },
  })
  side.script({ error: Object.assign(new Error('down'), { code: 'ECONNREFUSED' }) })

  for (let call = 0; call < 10; call++) {
    void quotes.run(side.task, { key: not, signal: not, deadlineMs: not, criticality: not })
    await clock.advance(1_000)
  }

  expect(quotes.breaker?.name).toBe('quotes')
  expect(quotes.breaker?.state).toBe('OPEN')
  expect(quotes.counters.retries).toBeGreaterThan(0)
  expect(side.eventTypes()).toContain('circuit.changed')
})

test('also what may happen once takes options that are not there', () => {
  const never = { fallback: not, fallbackMs: not, cache: not, hedge: not, targets: not } as const

  expect(policy('order', { effect: 'once', retry: not, ...never }).name).toBe('order')
})

test('and every part', () => {
  const limit = { name: not, shadow: not, events: not } as const
  const parts = [
    retry({ attempts: not, random: not, isUnsent: not }),
    hedge({ attempts: not }),
    fallback(() => 1, { withinMs: not, cache: not, essential: not }),
    circuitBreaker({ window: not, breakMs: not, ramp: not, essential: not, shadow: not }),
    bulkhead({ running: 1, waiting: not, ...limit }),
    rateLimiter({ limit: 1, perMs: 1, waiting: not, ...limit }),
    adaptiveLimiter({ limit: not, random: not, ...limit }),
    clientThrottle({ k: not, random: not, ...limit }),
    faults({ latency: not, error: not, hang: not, rate: not, seed: not, only: not, events: not }),
  ]

  const calls = pipeline(parts, {
    effect: 'read',
    ...{ name: not, clock: not, budget: not, onEvent: not, classify: not, isFailure: not },
    ...{ deadlineMs: not, targets: not },
  })
  const keyed = keyedPolicy('venues', { effect: 'read', deadlineMs: not }, { keysMax: not })

  expect([calls.name, keyed.name]).toEqual(['pipeline', 'venues'])
  expect(new AttemptBudget({ ratio: not, perSecond: not, burst: not }).ratio).toBe(0.1)
})
