import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type HealthInputs, healthScore } from './health-score.ts'

const well: HealthInputs = {
  circuits: [],
  errorRate: 0,
  queueAgeRatio: 0,
  loopLagMs: 1,
  memoryRatio: 0.4,
  flushMs: 2,
  dependencies: [],
  suspects: [],
  unmeasured: [],
}
const essential = { name: 'exchange', essential: true }
const plain = { name: 'news', essential: false }
const others = Array.from({ length: 99 }, (_, index) => ({
  name: `other-${index}`,
  essential: false,
  state: 'CLOSED' as const,
}))

test('where nothing is wrong health is 100 and nothing is said', () => {
  expect(healthScore(well)).toEqual({ score: 100, losses: [] })
})

test('what is not measured takes nothing off', () => {
  const unknown = { errorRate: null, queueAgeRatio: null, loopLagMs: null, memoryRatio: null }

  expect(healthScore({ ...well, ...unknown, flushMs: null }).score).toBe(100)
})

test.each<[string, Partial<HealthInputs>, number, string]>([
  ['circuits', { circuits: [{ ...essential, state: 'OPEN' }] }, 55, 'exchange is OPEN'],
  ['errors', { errorRate: 0.5 }, 70, '50 % of all events fail'],
  ['queue', { queueAgeRatio: 1 }, 55, '100 % of its bound'],
  ['loop', { loopLagMs: 500 }, 75, 'lags by 500 ms'],
  ['memory', { memoryRatio: 0.98 }, 55, 'memory is 98 % used'],
  ['flush', { flushMs: 1_000 }, 75, 'takes 1000 ms'],
  ['dependencies', { dependencies: [{ ...essential, available: 0 }] }, 55, 'answers 0 % of calls'],
  ['suspicion', { suspects: [{ ...essential, phi: 9 }] }, 55, 'exchange is silent (phi 9.0)'],
  ['unmeasured', { unmeasured: ['memory'] }, 90, 'memory could not be measured'],
])('%s at its worst takes its points off and says why', (source, change, score, reason) => {
  const health = healthScore({ ...well, ...change })

  expect(health.score).toBeCloseTo(score)
  expect(health.losses).toHaveLength(1)
  expect(health.losses[0]).toMatchObject({ source, reason: expect.stringContaining(reason) })
})

test('one essential circuit among a hundred healthy ones does not drown, one of the rest does', () => {
  const main = healthScore({ ...well, circuits: [...others, { ...essential, state: 'OPEN' }] })
  const side = healthScore({ ...well, circuits: [...others, { ...plain, state: 'OPEN' }] })

  expect(main.score).toBeCloseTo(77.5)
  expect(side.score).toBeGreaterThan(99)
})

test('an essential one weighs three times as much as another', () => {
  const circuits = (open: string) =>
    ['a', 'b', 'essential'].map((name) => ({
      name,
      essential: name === 'essential',
      state: name === open ? ('OPEN' as const) : ('CLOSED' as const),
    }))
  const one = healthScore({ ...well, circuits: circuits('a') })
  const other = healthScore({ ...well, circuits: circuits('essential') })

  expect(100 - one.score).toBeCloseTo(45 * (1 / 5))
  expect(100 - other.score).toBeCloseTo(45 * (3 / 5))
})

test('several troubles add up, the worst is named first', () => {
  const health = healthScore({ ...well, errorRate: 0.255, queueAgeRatio: 1, memoryRatio: 0.98 })

  expect(health.score).toBe(0)
  expect(health.losses.map(({ source }) => source)).toEqual(['queue', 'memory', 'errors'])
})

test('whatever is measured health is 0 to 100, and worse readings never make it better', () => {
  const badness = fc.double({ min: 0, max: 2, noNaN: true })
  fc.assert(
    fc.property(badness, badness, badness, badness, (errors, queue, memory, more) => {
      const inputs = { ...well, errorRate: errors, queueAgeRatio: queue, memoryRatio: memory }
      const { score } = healthScore(inputs)
      const worse = healthScore({ ...inputs, queueAgeRatio: queue + more }).score

      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(100)
      expect(worse).toBeLessThanOrEqual(score)
    }),
  )
})

test.each<[string, Partial<HealthInputs>]>([
  ['loop', { loopLagMs: Number.NaN }],
  ['memory', { memoryRatio: Number.NaN }],
  ['circuits', { circuits: [{ ...plain, state: 'LAX' as 'OPEN' }] }],
])(
  'a reading of %s that is no number costs what an unmeasured one does, and is named',
  (of, bad) => {
    const { score, losses } = healthScore({ ...well, ...bad })

    expect(score).toBe(90)
    expect(losses).toMatchObject([{ source: of, reason: `${of} is no number` }])
  },
)
