import { expect, test } from 'vitest'
import { rateLimiter } from './limits/rate-limiter.ts'
import { policy } from './policy.ts'
import type { PolicyOptions } from './policy-options.ts'
import { SimulatedSide, watch } from './simulated-side.ts'

/**
 * Our loop was busy, a little (more, and I/O gets a turn first): several timers are due when it
 * looks again. What was due first happens first, and nothing starts whose time has passed.
 */
async function wokenAt(side: SimulatedSide, nowMs: number): Promise<void> {
  const { clock } = side
  await clock.settle()
  clock.setTime(clock.now() + nowMs - clock.monotonicMs())
  clock.runDueTimers()
  await clock.settle()
}

function setup(options: Partial<PolicyOptions<'read', never>>) {
  const side = new SimulatedSide()
  const calls = policy('calls', {
    effect: 'read',
    retry: false,
    timeout: false,
    ...side.parts,
    ...options,
  })
  return { side, calls }
}

test('a turn at the rate limit that comes after the deadline is not used, and not used up', async () => {
  const rateLimit = rateLimiter({ limit: 1, perMs: 100, waiting: 5 })
  const { side, calls } = setup({ rateLimit })
  await calls.run(side.task)
  const hasty = watch(calls.run(side.task, { deadlineMs: 105 }))
  const patient = watch(calls.run(side.task))

  await wokenAt(side, 112)

  expect(hasty.outcome).toMatchObject({ refused: 'no-time' })
  expect(patient.outcome).toMatchObject({ ok: true })
  expect(side.sent.map(({ atMs }) => atMs)).toEqual([0, 112])
  expect([rateLimit.started, rateLimit.left]).toEqual([2, 1])
})

test('a retry whose wait ends after the deadline is not sent; the failure is the answer', async () => {
  const error = new Error('broken')
  const { side, calls } = setup({ retry: { baseMs: 100, jitter: 'none' } })
  side.script({ error }, { value: 'answer' })
  const seen = watch(calls.run(side.task, { deadlineMs: 105 }))

  await wokenAt(side, 112)

  expect(seen.outcome).toMatchObject({ error, attempts: 1, elapsedMs: 112 })
  expect(side.sent.length).toBe(1)
})

test('a hedge whose delay ends after the deadline is not sent', async () => {
  const { side, calls } = setup({ hedge: { after: 100 } })
  side.script({ hang: true })
  const seen = watch(calls.run(side.task, { deadlineMs: 105 }))

  await wokenAt(side, 112)

  expect(seen.outcome).toMatchObject({ timedOut: true, attempts: 1 })
  expect(calls.counters).toMatchObject({ sent: 1, hedges: 0, hedgesSuppressed: 1 })
})

test("an attempt's timeout that came before the deadline is what ended it", async () => {
  const { side, calls } = setup({ timeout: 50 })
  side.script({ hang: true })
  const seen = watch(calls.run(side.task, { deadlineMs: 60 }))

  await wokenAt(side, 65)

  expect(seen.outcome).toMatchObject({ error: { message: 'No answer within 50 ms.' } })
  expect(calls.counters).toMatchObject({ timeouts: 1, deadlines: 0 })
})
