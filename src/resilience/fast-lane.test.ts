import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CallOptions } from './call-options.ts'
import type { Executor } from './executor.ts'
import { policy } from './policy.ts'
import type { PolicyOptions } from './policy-options.ts'
import { type Behaviour, SimulatedSide, watch } from './simulated-side.ts'

/**
 * The lane is a second way to do what the layers do. Here the same calls, with the same answers at
 * the same instants, go both ways, and nothing anybody can see may differ.
 */
interface ScriptedCall {
  readonly afterMs: number
  readonly options: CallOptions | undefined
}

const errors = {
  transient: Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
  overload: Object.assign(new Error('slow down'), { status: 429, retryAfterMs: 300 }),
  fatal: Object.assign(new Error('no such thing'), { status: 404 }),
  bug: new TypeError('undefined is not a function'),
}

const answer = fc.record({ afterMs: fc.nat(120), value: fc.nat(9) })
const trouble = fc.record({ afterMs: fc.nat(60), error: fc.constantFrom(...Object.values(errors)) })
const behaviour = fc.oneof(
  { weight: 5, arbitrary: answer },
  { weight: 4, arbitrary: trouble },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Behaviour>({ hang: true }, { afterMs: 700, value: 'late' }),
  },
)
const calls = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.nat(40), fc.constantFrom(0, 400, 3_000)),
    options: fc.constantFrom<CallOptions | undefined>(undefined, { key: 'a' }, { criticality: 4 }),
  }),
  { minLength: 1, maxLength: 40 },
)
const options = fc.record({
  retry: fc.constantFrom(false as const, { attempts: 3, baseMs: 20 }),
  timeout: fc.constantFrom('dynamic' as const, 100, false as const),
  breaker: fc.constantFrom(
    false as const,
    { consecutiveFailures: 3, breakMs: 300, minimumThroughput: 5, dwellMs: 100, rampStepMs: 50 },
    { window: { calls: 10 }, slowCallMs: 80, slowCallRate: 0.5, minimumThroughput: 4, breakMs: 50 },
  ),
})

/** Changes nothing, but is a layer: there is no lane beside it. */
const nothing: Executor = { apply: (inner) => inner }

async function seenBy(
  given: Omit<PolicyOptions<'read', never>, 'effect'>,
  script: readonly Behaviour[],
  scripted: readonly ScriptedCall[],
) {
  const side = new SimulatedSide()
  side.script(...script)
  const quotes = policy('quotes', { effect: 'read', ...side.parts, ...given })
  const outcomes = []
  for (const { afterMs, options: ofCall } of scripted) {
    await side.clock.advance(afterMs)
    outcomes.push(watch(quotes.run(side.task, ofCall)))
  }
  await side.clock.advance(60_000)
  const { breaker, latency, counters } = quotes
  const { isWarm, expectedMs, p50Ms, p95Ms, p999Ms, baselineMs, isRising } = latency
  return {
    outcomes,
    events: side.events,
    sent: side.sent.map(({ attempt, key, atMs }) => [attempt, key, atMs]),
    late: counters.late,
    circuit: [breaker?.state, breaker?.counters],
    latency: { isWarm, expectedMs, p50Ms, p95Ms, p999Ms, baselineMs, isRising },
    budget: [side.budget.granted, side.budget.denied],
    metrics: quotes.metrics(),
  }
}

test('calls on the lane come to exactly what the layers come to', async () => {
  await fc.assert(
    fc.asyncProperty(
      options,
      fc.array(behaviour, { minLength: 1, maxLength: 60 }),
      calls,
      async (given, script, scripted) => {
        const onLane = await seenBy(given, script, scripted)
        const throughLayers = await seenBy({ ...given, innermost: [nothing] }, script, scripted)

        expect(onLane).toEqual(throughLayers)
      },
    ),
    { numRuns: 300, seed: 3 },
  )
}, 60_000)

test('calls on the lane that end after the trip are late, as those of the layers are', async () => {
  const breaker = { consecutiveFailures: 2, breakMs: 10_000 }
  const given = { retry: false, timeout: false, breaker } as const
  const slow = { afterMs: 50, value: 'slow' }
  const script = [slow, slow, { error: errors.transient }]
  const together = Array.from({ length: 5 }, () => ({ afterMs: 0, options: undefined }))

  const onLane = await seenBy(given, script, together)

  expect(onLane).toEqual(await seenBy({ ...given, innermost: [nothing] }, script, together))
  expect(onLane.circuit).toMatchObject(['OPEN', { late: 2, settled: 2, refused: 1, duplicates: 0 }])
})
