import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CircuitCounters } from './breaker/circuit-counters.ts'
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
  /** Made so often, at once. Default once. */
  readonly times?: number
  /** Has a signal of its own, which is aborted so much later. */
  readonly abortAfterMs?: number
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
/** Most take the lane, some cannot; now and then a crowd overtakes who is out. */
const calls = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        afterMs: fc.oneof(fc.nat(40), fc.constantFrom(0, 400, 3_000)),
        options: fc.constantFrom<CallOptions | undefined>(
          undefined,
          { key: 'a' },
          { criticality: 4 },
          { deadlineMs: 50 },
          { deadlineMs: 5_000 },
        ),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        afterMs: fc.nat(20),
        options: fc.constantFrom<CallOptions | undefined>(undefined, { deadlineMs: 2_000 }),
        abortAfterMs: fc.constantFrom(0, 30, 500, 1e9),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        afterMs: fc.nat(20),
        options: fc.constant(undefined),
        times: fc.integer({ min: 100, max: 200 }),
      }),
    },
  ),
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

/** Calls whose outcome the circuit never heard of, or heard twice. */
function lost(circuit: CircuitCounters | undefined, out: number): number {
  if (circuit === undefined) return 0
  const { admitted, settled, late, duplicates } = circuit
  return admitted - settled - late - out + duplicates
}

async function seenBy(
  given: Omit<PolicyOptions<'read', never>, 'effect'>,
  script: readonly Behaviour[],
  scripted: readonly ScriptedCall[],
) {
  const side = new SimulatedSide()
  side.script(...script)
  const quotes = policy('quotes', { effect: 'read', ...side.parts, ...given })
  const outcomes = []
  for (const { afterMs, options: ofCall, times = 1, abortAfterMs } of scripted) {
    await side.clock.advance(afterMs)
    const caller = new AbortController()
    if (abortAfterMs !== undefined) side.clock.after(abortAfterMs, () => caller.abort('enough'))
    const signal = abortAfterMs === undefined ? undefined : { signal: caller.signal }
    for (let call = 0; call < times; call++) {
      outcomes.push(watch(quotes.run(side.task, signal ? { ...ofCall, ...signal } : ofCall)))
    }
  }
  await side.clock.advance(60_000)
  const { breaker, latency, counters } = quotes
  const { isWarm, expectedMs, p50Ms, p95Ms, p999Ms, baselineMs, isRising } = latency
  return {
    outcomes,
    events: side.events,
    sent: side.sent.map(({ attempt, key, atMs }) => [attempt, key, atMs]),
    late: counters.late,
    lost: lost(breaker?.counters, counters.out),
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
      async (given, behaviours, scripted) => {
        const script = Array.from({ length: 40 }, () => behaviours).flat()
        const onLane = await seenBy(given, script, scripted)
        const throughLayers = await seenBy({ ...given, innermost: [nothing] }, script, scripted)

        expect(onLane).toEqual(throughLayers)
        expect(onLane.lost).toBe(0)
      },
    ),
    { numRuns: 150 },
  )
}, 60_000)

test('a slow call with a signal is not lost among hundreds that pass it on the lane', async () => {
  const given = { retry: false, timeout: false } as const
  const script = [
    { afterMs: 1_000, error: errors.transient },
    ...Array.from({ length: 300 }, () => ({ value: 1 })),
  ]
  const scripted = [
    { afterMs: 0, options: undefined, abortAfterMs: 1e9 },
    { afterMs: 10, options: undefined, times: 300 },
  ]

  const { circuit } = await seenBy(given, script, scripted)

  expect(circuit[1]).toMatchObject({ admitted: 301, settled: 301, duplicates: 0 })
})

test('a circuit trips on slow failures among the quick successes of the lane', async () => {
  const breaker = { failureRate: 0.3, minimumThroughput: 10, consecutiveFailures: Infinity }
  const given = { retry: false, timeout: false, breaker } as const
  const slow = { afterMs: 1_000, error: errors.transient }
  const script = Array.from({ length: 800 }, (_, call) => (call < 400 ? slow : { value: 1 }))
  const scripted = [
    { afterMs: 0, options: { deadlineMs: 5_000 }, times: 400 },
    { afterMs: 10, options: undefined, times: 400 },
  ]

  const { events } = await seenBy(given, script, scripted)

  expect(events).toContainEqual(
    expect.objectContaining({ type: 'circuit.changed', from: 'CLOSED', to: 'OPEN' }),
  )
})

test('what was sent on the lane before a trip is late, also when the circuit has recovered', async () => {
  const breaker = { consecutiveFailures: 2, breakMs: 100, ramp: false, probeSuccesses: 1 } as const
  const given = { retry: false, timeout: false, breaker } as const
  const fails = { error: errors.transient }
  const script = [
    { afterMs: 500, value: 'old' },
    fails,
    fails,
    { value: 'probe' },
    { value: 'new' },
  ]
  const scripted = [0, 1, 1, 150, 10].map((afterMs) => ({ afterMs, options: undefined }))

  const { circuit } = await seenBy(given, script, scripted)

  expect(circuit).toMatchObject(['CLOSED', { admitted: 5, settled: 4, late: 1, duplicates: 0 }])
})

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
