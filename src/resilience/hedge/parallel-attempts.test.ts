import { expect, test } from 'vitest'
import { runServers } from './simulated-servers.ts'

const seeds = [1, 2, 3]
const calls = 60_000

test.for([0.2, 0.6, 0.8])(
  'at %f load ULTRA_RESILIENT answers no fewer calls in time than single attempts',
  (load) => {
    for (const seed of seeds) {
      const single = runServers({ load, calls, seed, state: 'CLOSED' })
      const ultra = runServers({ load, calls, seed, state: 'ULTRA_RESILIENT' })

      expect(ultra.inTime).toBeGreaterThanOrEqual(single.inTime)
    }
  },
)

test('at 60 % load its p99 is at least 1.4 times better', () => {
  for (const seed of seeds) {
    const single = runServers({ load: 0.6, calls, seed, state: 'CLOSED' })
    const ultra = runServers({ load: 0.6, calls, seed, state: 'ULTRA_RESILIENT' })

    expect(single.p99Ms / ultra.p99Ms).toBeGreaterThanOrEqual(1.4)
  }
})

test('extra attempts stay within the budget at any load', () => {
  for (const load of [0.2, 0.6, 0.8]) {
    const { attempts } = runServers({ load, calls, seed: 4, state: 'ULTRA_RESILIENT' })

    expect(attempts).toBeLessThanOrEqual(1 + 0.1 + 0.01)
  }
})

test('where servers ignore that an attempt was given up, overload is not fed', () => {
  const world = { load: 0.8, calls, seed: 1, leavesQueue: false } as const
  const single = runServers({ ...world, state: 'CLOSED' })
  const ultra = runServers({ ...world, state: 'ULTRA_RESILIENT' })

  expect(ultra.inTime).toBeGreaterThan(single.inTime - 0.01)
  expect(ultra.attempts).toBeLessThan(1.02)
})
