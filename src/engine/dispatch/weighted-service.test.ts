import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Priority } from '../event.ts'
import { levels } from './dispatch-fixture.ts'
import { bitOf } from './priority-rings.ts'
import { WAIT_BOUNDS, WeightedService } from './weighted-service.ts'

const { CRITICAL, HIGH, NORMAL, LOW, BACKGROUND } = Priority

/** How often each level is served in `turns` while those named always wait. */
function served(turns: number, ...waiting: readonly Priority[]): number[] {
  const service = new WeightedService()
  for (const level of waiting) service.begin(level)
  const mask = maskOf(waiting)
  const counts = levels.map(() => 0)
  for (let turn = 0; turn < turns; turn += 1) counts[service.next(mask)]! += 1
  return counts
}

const maskOf = (waiting: readonly Priority[]) =>
  waiting.reduce<number>((mask, level) => mask | bitOf(level), 0)

test('a level that waits alone is always served', () => {
  const counts = levels.map((level) => served(1_000, level)[level])

  expect(counts).toEqual([1_000, 1_000, 1_000, 1_000, 1_000])
})

test('CRITICAL is served but for the one in 17 that ageing gives HIGH', () => {
  const [critical, high] = served(1_700, CRITICAL, HIGH)

  expect([critical, high]).toEqual([1_600, 100])
})

test('HIGH is served nearly always: 95 of 100, and what NORMAL leaves of the rest', () => {
  const [, high, normal] = served(10_000, HIGH, NORMAL)

  expect([high, normal]).toEqual([9_600, 400])
})

test('NORMAL takes 80 of 100 chances, LOW half of the rest, and what is left goes back', () => {
  const [, , normal, low] = served(10_000, NORMAL, LOW)

  expect([normal, low]).toEqual([9_000, 1_000])
})

test('BACKGROUND takes 30 of 100 of what LOW leaves', () => {
  const [, , , low, background] = served(10_000, LOW, BACKGROUND)

  expect([low, background]).toEqual([8_500, 1_500])
})

test.each([CRITICAL, HIGH, NORMAL])(
  'BACKGROUND gets no more than its age earns while level %i waits',
  (level) => {
    const background = served(10_250, level, BACKGROUND)[BACKGROUND]

    expect(background).toBe(10)
  },
)

test('what a level was served while it was alone counts as served', () => {
  const service = new WeightedService()
  for (const level of [NORMAL, BACKGROUND]) service.begin(level)
  for (let turn = 0; turn < 1_024; turn += 1) service.next(maskOf([NORMAL, BACKGROUND]))

  service.next(maskOf([BACKGROUND]))
  service.begin(NORMAL)
  const next = service.next(maskOf([NORMAL, BACKGROUND]))

  expect(next).toBe(NORMAL)
})

test('the same calls give the same order', () => {
  const order = () => {
    const service = new WeightedService()
    for (const level of levels) service.begin(level)
    return Array.from({ length: 5_000 }, () => service.next(maskOf(levels)))
  }

  expect(order()).toEqual(order())
})

test('no level waits longer than its bound, whatever else comes and goes', () => {
  const steps = fc.array(fc.record({ mask: fc.integer({ min: 0, max: 31 }), turns: fc.nat(300) }), {
    minLength: 1,
    maxLength: 30,
  })

  fc.assert(
    fc.property(steps, fc.constantFrom(...levels), (plan, watched) => {
      const worst = longestWait(plan, watched)

      expect(worst).toBeLessThanOrEqual(WAIT_BOUNDS[watched]!)
    }),
    { numRuns: 300 },
  )
})

test('the bounds are nearly reached, so that they say something', () => {
  const flood = [{ mask: 31, turns: 20_000 }]
  const worst = levels.map((level) => longestWait(flood, level))

  expect(worst[CRITICAL]).toBeGreaterThanOrEqual(2)
  expect(worst[HIGH]).toBeGreaterThanOrEqual(16)
  expect(worst[NORMAL]).toBeGreaterThanOrEqual(64)
  expect(worst[LOW]).toBeGreaterThanOrEqual(256)
  expect(worst[BACKGROUND]).toBeGreaterThanOrEqual(1024)
})

/** The most events of others in a row while `watched`, which always waits, is passed over. */
function longestWait(
  plan: readonly { readonly mask: number; readonly turns: number }[],
  watched: Priority,
): number {
  const service = new WeightedService()
  let before = 0
  let passedOver = 0
  let worst = 0
  for (const { mask, turns } of plan) {
    const waiting = maskOf(levels.filter((level) => (mask >>> level) & 1 || level === watched))
    for (const level of levels) if (waiting & ~before & bitOf(level)) service.begin(level)
    before = waiting
    for (let turn = 0; turn < turns; turn += 1) {
      passedOver = service.next(waiting) === watched ? 0 : passedOver + 1
      worst = Math.max(worst, passedOver)
    }
  }
  return worst
}
