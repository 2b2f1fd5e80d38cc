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
