import fc from 'fast-check'
import { expect, test } from 'vitest'
import { restartDelayMs } from './restart-backoff.ts'
import { nextRestart, recentRestarts } from './restart-intensity.ts'

const threeInTen = { restarts: 3, withinMs: 10_000 }

test('three restarts within the time are allowed, the fourth is not', () => {
  let recent: readonly number[] = []
  const allowed = [0, 1, 2, 3].map((now) => {
    const verdict = nextRestart(recent, now, threeInTen)
    recent = verdict.recent
    return verdict.allowed
  })

  expect(allowed).toEqual([true, true, true, false])
})

test('a restart stops counting when its time is over', () => {
  const early = nextRestart([0, 5_000, 9_000], 9_999, threeInTen)
  const late = nextRestart([0, 5_000, 9_000], 10_000, threeInTen)

  expect([early.allowed, late]).toEqual([false, { allowed: true, recent: [5_000, 9_000, 10_000] }])
})

test('no window of the given length ever holds more restarts than allowed', () => {
  const faults = fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 60 })
  const intensity = fc.record({
    restarts: fc.integer({ min: 1, max: 5 }),
    withinMs: fc.integer({ min: 1, max: 20_000 }),
  })

  fc.assert(
    fc.property(faults, intensity, (gaps, limits) => {
      const restarted: number[] = []
      let recent: readonly number[] = []
      let now = 0
      for (const gap of gaps) {
        now += gap
        const verdict = nextRestart(recent, now, limits)
        recent = verdict.recent
        if (verdict.allowed) restarted.push(now)
        expect(recent.length).toBeLessThanOrEqual(limits.restarts)
      }

      for (const at of restarted) {
        const window = recentRestarts(
          restarted.filter((other) => other <= at),
          at,
          limits.withinMs,
        )
        expect(window.length).toBeLessThanOrEqual(limits.restarts)
      }
    }),
  )
})

test('the first restart waits for nothing, the others twice as long each, up to a bound', () => {
  const delays = [0, 1, 2, 3, 4, 1_000].map((before) =>
    restartDelayMs(before, { firstMs: 100, maxMs: 500 }),
  )

  expect(delays).toEqual([0, 100, 200, 400, 500, 500])
})
