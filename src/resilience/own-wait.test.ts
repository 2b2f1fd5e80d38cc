import { expect, test } from 'vitest'
import { AttemptBudget } from './budget.ts'
import { bulkhead } from './limits/bulkhead.ts'
import { rateLimiter } from './limits/rate-limiter.ts'
import { policy } from './policy.ts'
import { SimulatedSide, watch } from './simulated-side.ts'

test('waiting for our own rate limit is not a slow call of the other side', async () => {
  const side = new SimulatedSide()
  const { clock } = side
  const quotes = policy('quotes', {
    effect: 'read',
    breaker: { slowCallMs: 100, slowCallRate: 0.5 },
    rateLimit: rateLimiter({ limit: 1, perMs: 200, waiting: 100 }),
    ...side.parts,
  })

  const seen = Array.from({ length: 40 }, () => watch(quotes.run(side.task)))
  await clock.advance(10_000)

  expect(quotes.breaker!.state).toBe('CLOSED')
  expect(seen.every(({ outcome }) => outcome?.ok === true)).toBe(true)
})

test('a call that is never sent pays nothing into the budget', async () => {
  const side = new SimulatedSide()
  const budget = new AttemptBudget({ ratio: 1, perSecond: 0, burst: 10 })
  budget.request(10, 0)
  const quotes = policy('quotes', {
    effect: 'read',
    bulkhead: bulkhead({ running: 1, waiting: 0 }),
    ...side.parts,
    budget,
  })
  side.script({ hang: true })

  for (let call = 0; call < 10; call++) void quotes.run(side.task)
  await side.clock.settle()

  expect(side.sent.length).toBe(1)
  expect(budget.level(0)).toBe(0.1)
})

test('retries pay nothing into the budget that granted them', async () => {
  const side = new SimulatedSide()
  const budget = new AttemptBudget({ ratio: 1, perSecond: 0, burst: 10 })
  budget.request(5, 0)
  const quotes = policy('quotes', { effect: 'read', ...side.parts, budget })
  side.script({ error: { status: 500 } }, { value: 'second' })

  const seen = watch(quotes.run(side.task))
  await side.clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ attempts: 2 })
  expect(budget.level(0)).toBe(0.5)
})

test('a pause the other side asked for holds without retries too', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', retry: false, ...side.parts })
  side.script({ error: { status: 429, retryAfterMs: 30_000 } })

  const outcomes = []
  for (let call = 0; call < 3; call++) outcomes.push(await quotes.run(side.task, { key: 'BTC' }))

  expect(side.sent.length).toBe(1)
  expect(outcomes[2]).toMatchObject({ refused: 'gated', retryAfterMs: 30_000 })
})

test('a pause without end ends after an hour', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', ...side.parts })
  side.script({ error: { status: 429, retryAfterMs: Infinity } }, { value: 'back' })
  await quotes.run(side.task)

  await side.clock.advance(3_600_000)

  expect(await quotes.run(side.task)).toMatchObject({ value: 'back' })
})
