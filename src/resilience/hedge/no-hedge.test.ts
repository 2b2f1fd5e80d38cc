import { expect, test } from 'vitest'
import type { CircuitState } from '../circuit.ts'
import { policy } from '../policy.ts'
import { SimulatedSide } from '../simulated-side.ts'

/** The most attempts of one call to a side that answers ever later. */
async function mostAttempts(state: CircuitState, hedge: false | undefined): Promise<number> {
  const side = new SimulatedSide()
  const { clock } = side
  const essential = state === 'ETERNAL'
  const quotes = policy('quotes', { effect: 'read', retry: false, essential, hedge, ...side.parts })
  for (let sample = 0; sample < 50; sample++) quotes.latency.record(500, 0)
  quotes.import({ version: 1, state, ageMs: 0, exportedAt: clock.now(), trips: 0 })
  side.script({ afterMs: 1_200 })
  await clock.advance(2_000)

  const outcome = quotes.run(side.task)
  await clock.advance(10_000)

  const answer = await outcome
  return answer.ok ? answer.attempts : NaN
}

test.each(['RESILIENT', 'ULTRA_RESILIENT', 'ETERNAL'] as const)(
  'hedge: false sends one attempt also in %s',
  async (state) => {
    expect(await mostAttempts(state, false)).toBe(1)
  },
)

test('where nobody said false ULTRA_RESILIENT sends more', async () => {
  expect(await mostAttempts('ULTRA_RESILIENT', undefined)).toBeGreaterThan(1)
})
