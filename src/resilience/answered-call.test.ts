import { expect, test } from 'vitest'
import { bulkhead } from './limits/bulkhead.ts'
import { policy } from './policy.ts'
import { SimulatedSide, watch } from './simulated-side.ts'

/** A policy in RESILIENT, whose fallback answers before the live side does. */
async function setup() {
  const side = new SimulatedSide()
  const { clock } = side
  const limit = bulkhead({ running: 10 })
  const quotes = policy('quotes', {
    effect: 'read',
    deadlineMs: 800,
    fallback: () => 'stored',
    cache: { maxAgeMs: 100_000 },
    retry: false,
    bulkhead: limit,
    ...side.parts,
  })
  quotes.import({ version: 1, state: 'RESILIENT', ageMs: 0, exportedAt: 0, trips: 0 })
  return { side, clock, limit, quotes }
}

test('a live call that lost to the fallback is ended by the deadline and gives its permit back', async () => {
  const { side, clock, limit, quotes } = await setup()
  side.script({ hang: true })

  const seen = Array.from({ length: 10 }, () => watch(quotes.run(side.task, { key: 'BTC' })))
  await clock.advance(790)
  const [running, sources] = [limit.running, seen.map(({ outcome }) => outcome)]
  await clock.advance(20)

  expect(sources).toMatchObject(Array.from({ length: 10 }, () => ({ source: 'fallback' })))
  expect([running, limit.running]).toEqual([10, 0])
  expect(side.sent.every(({ context }) => context.signal().aborted)).toBe(true)
  expect(quotes.breaker!.counters).toMatchObject({ admitted: 10, settled: 10 })
  expect(quotes.counters).toMatchObject({ succeeded: 10, failed: 0, deadlines: 0, out: 0 })
})

test('the caller who aborts after the fallback answered ends the live call too', async () => {
  const { side, clock, limit, quotes } = await setup()
  const caller = new AbortController()
  side.script({ hang: true })

  const seen = watch(quotes.run(side.task, { key: 'BTC', signal: caller.signal }))
  await clock.advance(500)
  caller.abort('enough')
  await clock.settle()

  expect(seen.outcome).toMatchObject({ source: 'fallback' })
  expect(limit.running).toBe(0)
  expect(side.sent[0]!.context.signal().reason).toBe('enough')
})

test('the value of a live call that lost to the fallback keeps the cache young', async () => {
  const { side, clock, quotes } = await setup()
  side.script({ afterMs: 500, value: 'fresh' }, { error: { status: 500 } })

  const first = watch(quotes.run(side.task, { key: 'BTC' }))
  await clock.advance(600)
  quotes.import({ version: 1, state: 'CLOSED', ageMs: 0, exportedAt: 600, trips: 0 })
  const second = watch(quotes.run(side.task, { key: 'BTC' }))
  await clock.settle()

  expect(first.outcome).toMatchObject({ source: 'fallback' })
  expect(second.outcome).toMatchObject({ source: 'cache', value: 'fresh' })
})
