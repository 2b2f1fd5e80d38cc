import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CallKind, callKinds, type CallWindow } from './call-window.ts'
import { CountWindow } from './count-window.ts'
import { TimeWindow } from './time-window.ts'

const { success, failure, timeout, slow } = callKinds

const counts = ({ total, failures, timeouts, slow }: CallWindow) => ({
  total,
  failures,
  timeouts,
  slow,
})

const windows = [
  ['time', () => new TimeWindow(10_000)],
  ['count', () => new CountWindow(1_000)],
] as const

test.each(windows)('a %s window tells failures, timeouts and slow calls apart', (_name, make) => {
  const window = make()

  for (const kind of [success, failure, timeout, slow, success]) window.record(kind, 0)

  expect(counts(window)).toEqual({ total: 5, failures: 2, timeouts: 1, slow: 1 })
})

test.each(windows)('old failures leave a %s window after an idle gap', (_name, make) => {
  const window = make()
  for (let call = 0; call < 9; call++) window.record(failure, 0)

  window.record(success, 3_600_000)

  expect(counts(window)).toEqual({ total: 1, failures: 0, timeouts: 0, slow: 0 })
})

test('a time window lets go of a slice at a time', () => {
  const window = new TimeWindow(10_000)
  window.record(failure, 0)
  window.record(failure, 5_500)

  window.passTo(9_999)
  expect(window.failures).toBe(2)

  window.passTo(10_000)
  expect(window.failures).toBe(1)

  window.passTo(15_999)
  expect(counts(window)).toEqual({ total: 0, failures: 0, timeouts: 0, slow: 0 })
})

test('a count window holds the latest calls and no more', () => {
  const window = new CountWindow(3)

  for (const kind of [failure, timeout, slow, success, success]) window.record(kind, 0)

  expect(counts(window)).toEqual({ total: 3, failures: 0, timeouts: 0, slow: 1 })
})

const recorded = fc.array(
  fc.record({
    kind: fc.constantFrom<CallKind>(success, failure, timeout, slow),
    afterMs: fc.oneof(fc.constant(0), fc.nat(1_500), fc.nat(40_000)),
  }),
  { maxLength: 200 },
)

test('a time window counts what a list of slices would', () => {
  fc.assert(
    fc.property(recorded, (calls) => {
      const window = new TimeWindow(10_000)
      const all: { kind: CallKind; slice: number }[] = []
      let nowMs = 0
      for (const { kind, afterMs } of calls) {
        nowMs += afterMs
        window.record(kind, nowMs)
        const startMs = all.length === 0 ? nowMs : firstMs
        if (all.length === 0) firstMs = nowMs
        all.push({ kind, slice: Math.floor((nowMs - startMs) / 1_000) })
      }

      const last = all.at(-1)?.slice ?? 0
      const kept = all.filter(({ slice }) => slice > last - 10)
      const of = (...kinds: CallKind[]) => kept.filter(({ kind }) => kinds.includes(kind)).length
      expect(counts(window)).toEqual({
        total: kept.length,
        failures: of(failure, timeout),
        timeouts: of(timeout),
        slow: of(slow),
      })
    }),
  )
})

let firstMs = 0
