import { expect, test } from 'vitest'
import type { CircuitState } from '../circuit.ts'
import { type BreakerState, edges, initial, type Input, next } from './next.ts'
import { startOver } from './recovery.ts'
import { rulesOf } from './rules.ts'

const rules = rulesOf({})
const essential = rulesOf({ essential: true })
const inputs: readonly Input[] = [
  'well',
  'fair',
  'degraded',
  'extreme',
  'failing',
  'asked',
  'succeeded',
  'failed',
]

const served = { sinceMs: 0, servingSinceMs: 0, trips: 1 }
const closed: BreakerState = { state: 'CLOSED', ...served }
const resilient: BreakerState = { state: 'RESILIENT', ...served }
const ultra: BreakerState = { state: 'ULTRA_RESILIENT', ...served }
const open: BreakerState = { state: 'OPEN', sinceMs: 0, trips: 1, untilMs: 10_000 }
const halfOpen: BreakerState = {
  state: 'HALF_OPEN',
  sinceMs: 0,
  trips: 1,
  recovery: startOver(0),
}
const eternal: BreakerState = { ...halfOpen, state: 'ETERNAL' }

/** At the last step of the ramp, its time over. */
const ramped = { step: rules.ramp.length, stepSinceMs: 0, successes: 9, failures: 0 }

const after = (state: BreakerState, input: Input, nowMs: number, by = rules) =>
  next(state, input, nowMs, by).state

test.each<[CircuitState, Input, BreakerState, CircuitState]>([
  ['CLOSED', 'degraded', closed, 'RESILIENT'],
  ['CLOSED', 'extreme', closed, 'RESILIENT'],
  ['CLOSED', 'failing', closed, 'OPEN'],
  ['RESILIENT', 'well', resilient, 'CLOSED'],
  ['RESILIENT', 'extreme', resilient, 'ULTRA_RESILIENT'],
  ['RESILIENT', 'failing', resilient, 'OPEN'],
  ['ULTRA_RESILIENT', 'degraded', ultra, 'RESILIENT'],
  ['ULTRA_RESILIENT', 'fair', ultra, 'RESILIENT'],
  ['ULTRA_RESILIENT', 'well', ultra, 'RESILIENT'],
  ['ULTRA_RESILIENT', 'failing', ultra, 'OPEN'],
  ['OPEN', 'asked', open, 'HALF_OPEN'],
  ['HALF_OPEN', 'failed', halfOpen, 'OPEN'],
])('%s leads on %s', (_from, input, state, to) => {
  expect(after(state, input, 10_000)).toBe(to)
})

test.each([closed, resilient, ultra])(
  'an essential circuit goes from $state to ETERNAL',
  (state) => {
    expect(after(state, 'failing', 0, essential)).toBe('ETERNAL')
  },
)

test('HALF_OPEN closes at the end of the ramp, and ETERNAL leaves by itself the same way', () => {
  expect(after({ ...halfOpen, recovery: ramped }, 'succeeded', 2_000)).toBe('CLOSED')
  expect(after({ ...eternal, recovery: ramped }, 'succeeded', 2_000, essential)).toBe('CLOSED')
})

test('a failed probe leaves ETERNAL where it is, and its recovery starts over', () => {
  const probed = next(eternal, 'succeeded', 1_000, essential)

  const failed = next(probed, 'failed', 2_000, essential)

  expect(failed).toEqual({ ...eternal, recovery: startOver(2_000) })
})

test('whatever is asked of any state, no edge is outside the table', () => {
  const ordinary = [closed, resilient, ultra, open, halfOpen].map(
    (state) => [state, rules] as const,
  )
  const others = [closed, resilient, ultra, eternal].map((state) => [state, essential] as const)

  for (const [from, by] of [...ordinary, ...others]) {
    for (const recovery of [startOver(0), ramped]) {
      const state = 'recovery' in from ? { ...from, recovery } : from
      const reached = inputs.map((input) => after(state, input, 20_000, by))

      expect([from.state, ...edges[from.state]]).toEqual(expect.arrayContaining(reached))
    }
  }
})

test('a grade is kept for its dwell, but a trip waits for nothing', () => {
  expect(next(resilient, 'well', 9_999, rules)).toBe(resilient)
  expect(next(resilient, 'extreme', 9_999, rules)).toBe(resilient)
  expect(after(resilient, 'failing', 1)).toBe('OPEN')
})

test('a circuit that has just been made need not dwell', () => {
  expect(after(initial, 'degraded', 0)).toBe('RESILIENT')
})

test('a fair score changes neither CLOSED nor RESILIENT', () => {
  expect(next(closed, 'fair', 20_000, rules)).toBe(closed)
  expect(next(resilient, 'fair', 20_000, rules)).toBe(resilient)
})

test('OPEN stays open until its break is over', () => {
  expect(next(open, 'asked', 9_999, rules)).toBe(open)
})

test('the break doubles with every trip, up to its maximum, and does not overflow', () => {
  const breaks = [1, 2, 3, 4, 5, 2_000].map((trips) => {
    const state = next({ ...halfOpen, trips: trips - 1 }, 'failed', 0, rules)
    return state.state === 'OPEN' ? state.untilMs : Number.NaN
  })

  expect(breaks).toEqual([10_000, 20_000, 40_000, 80_000, 120_000, 120_000])
})

test('chance makes a break up to a tenth longer and never shorter', () => {
  const drawn = [0, 0.5, 1].map((chance) => next(closed, 'failing', 0, rules, chance))

  const lengths = drawn.map((state) => (state.state === 'OPEN' ? state.untilMs : 0))
  expect(lengths).toEqual([20_000, 21_000, 22_000])
})

test('trips of long ago are forgiven: the next break is the shortest again', () => {
  const before = next({ ...closed, trips: 5 }, 'failing', 1_000, rules)
  const later = next({ ...closed, trips: 5 }, 'failing', 120_001, rules)

  expect([before.trips, later.trips]).toEqual([6, 1])
})
