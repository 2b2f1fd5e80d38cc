import { expect, test } from 'vitest'
import { policy } from './policy.ts'
import { SimulatedSide, watch } from './simulated-side.ts'

test('in ETERNAL nobody waits for a dead side when an answer is stored, however long it is dead', async () => {
  const side = new SimulatedSide()
  const { clock } = side
  const stops = policy('stops', {
    effect: 'read',
    essential: true,
    cache: { maxAgeMs: 1e9 },
    ...side.parts,
  })
  side.script({ afterMs: 20, value: 'good' })
  for (let call = 0; call < 200; call++) {
    void stops.run(side.task, { key: 'BTC' })
    await clock.advance(100)
  }
  await clock.advance(1_000)
  side.script({ hang: true })
  const seen: { readonly atMs: number; readonly outcome: ReturnType<typeof watch> }[] = []
  const callEach100ms = async (calls: number) => {
    for (let call = 0; call < calls; call++) {
      seen.push({
        atMs: clock.monotonicMs(),
        outcome: watch(stops.run(side.task, { key: 'BTC' })),
      })
      await clock.advance(100)
    }
  }
  await callEach100ms(300)
  const stateWhileDead = stops.breaker?.state

  const [before, probesBefore] = [seen.length, side.sent.length]
  await callEach100ms(300)
  const probes = side.sent.length - probesBefore
  await clock.advance(5_000)

  const waited = seen.slice(before).map(({ outcome }) => outcome.outcome)
  expect(stateWhileDead).toBe('ETERNAL')
  expect(waited.every((outcome) => outcome?.ok === true && outcome.source === 'cache')).toBe(true)
  expect(Math.max(...waited.map((outcome) => longest(outcome)))).toBeLessThanOrEqual(1_000)
  expect(probes).toBeGreaterThanOrEqual(10)
})

function longest(outcome: unknown): number {
  return (outcome as { readonly elapsedMs: number }).elapsedMs
}

/** In ETERNAL, with the latency of healthy days. */
function inEternal() {
  const side = new SimulatedSide()
  const stops = policy('stops', { effect: 'read', essential: true, ...side.parts })
  for (let sample = 0; sample < 200; sample++) stops.latency.record(20, 0)
  stops.import({ version: 1, state: 'ETERNAL', ageMs: 0, exportedAt: 0, trips: 1 })
  return { side, stops, clock: side.clock }
}

test('in ETERNAL a call is a probe, hedged perhaps: one that failed is not retried', async () => {
  const { side, stops, clock } = inEternal()
  await clock.advance(2_000)
  side.script({ error: { status: 500 } })

  const seen = watch(stops.run(side.task))
  await clock.advance(10_000)

  expect(seen.outcome).toMatchObject({ ok: false })
  expect(stops.counters).toMatchObject({ sent: 2, hedges: 1, retries: 0 })
})

test('a probe that was cut says nothing of how long calls take', async () => {
  const { side, stops, clock } = inEternal()
  const healthy = [stops.latency.expectedMs, stops.latency.p999Ms]
  side.script({ hang: true })

  for (let probe = 0; probe < 10; probe++) {
    void stops.run(side.task)
    await clock.advance(5_000)
  }

  expect(stops.counters.timeouts).toBeGreaterThan(0)
  expect([stops.latency.expectedMs, stops.latency.p999Ms]).toEqual(healthy)
})
