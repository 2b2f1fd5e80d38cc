import { expect, test } from 'vitest'
import { createRandom } from '../../runtime/index.ts'
import { firstRegime, nextRegime, regimes, type RegimeName } from './regime.ts'

test('All regimes come, each for a bounded time, and a crash is never followed by a crash.', () => {
  const random = createRandom(1)
  const seen = new Map<RegimeName, number>()
  let regime = firstRegime(random)

  for (let changes = 0; changes < 2_000; changes++) {
    seen.set(regime.name, (seen.get(regime.name) ?? 0) + 1)
    const { meanMs } = regimes[regime.name]
    expect(regime.leftMs).toBeGreaterThan(meanMs / 4)
    expect(regime.leftMs).toBeLessThanOrEqual(3 * meanMs)
    expect(regime.direction === 0).toBe(regime.name === 'ranging' || regime.name === 'volatile')
    const next = nextRegime(regime, regime.leftMs, random)
    expect(next.name === regime.name).toBe(false)
    regime = next
  }

  expect([...seen.keys()].sort()).toEqual(['crash', 'ranging', 'trending', 'volatile'])
})

test('A regime lasts until its time is over.', () => {
  const random = createRandom(2)
  const regime = firstRegime(random)

  const later = nextRegime(regime, 1_000, random)

  expect(later).toEqual({ ...regime, leftMs: regime.leftMs - 1_000 })
})
