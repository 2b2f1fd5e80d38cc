import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idleSample, type ResourceSample } from '../../runtime/index.ts'
import {
  CALM_MS,
  memoryRatio,
  nextPressure,
  noPressure,
  type PressureLevel,
  pressureLevels,
  type ResourcePressure,
} from './resource-pressure.ts'

const sample = (given: Partial<ResourceSample>): ResourceSample => ({ ...idleSample, ...given })
const at = (level: PressureLevel): ResourcePressure => ({ ...noPressure, level })
const lag = (loopLagMs: number) => sample({ loopLagMs })

test.each<[Partial<ResourceSample>, PressureLevel, string | null]>([
  [{}, 'calm', null],
  [{ loopLagMs: 49 }, 'calm', null],
  [{ loopLagMs: 50 }, 'busy', 'the loop lags by 50 ms'],
  [{ loopLagMs: 230.7 }, 'strained', 'the loop lags by 230 ms'],
  [{ loopLagMs: 1_000 }, 'critical', 'the loop lags by 1000 ms'],
  [{ heapUsedBytes: 80, heapMaxBytes: 100 }, 'busy', 'memory is 80 % used'],
  [{ residentBytes: 90, memoryMaxBytes: 100 }, 'strained', 'memory is 90 % used'],
  [{ heapUsedBytes: 96, heapMaxBytes: 100 }, 'critical', 'memory is 96 % used'],
  [{ loopShare: 1 }, 'busy', 'the loop is at work 100 % of the time'],
  [{ handles: 20_000 }, 'strained', '20000 handles are open'],
  [{ loopLagMs: 60, handles: 20_000 }, 'strained', '20000 handles are open'],
])('a calm process that measures %j is %s at once', (given, level, reason) => {
  expect(nextPressure(noPressure, sample(given), 0)).toMatchObject({ level, reason })
})

test('every level is entered from every easier one at once, and left for the next easier', () => {
  const lags = [0, 50, 200, 1_000]
  for (const [from, level] of pressureLevels.entries()) {
    for (const [to, asked] of pressureLevels.entries()) {
      const first = nextPressure(at(level), lag(lags[to]!), 0)
      const later = nextPressure(first, lag(lags[to]!), CALM_MS)

      expect(first.level).toBe(to > from ? asked : level)
      expect(later.level).toBe(to < from ? pressureLevels[from - 1] : first.level)
    }
  }
})

test('a level is left only when every sample of five seconds was easier by a margin', () => {
  let pressure = at('busy')
  for (const [nowMs, loopLagMs] of [
    [0, 10],
    [4_000, 41],
    [5_000, 10],
    [9_999, 10],
  ] as const) {
    pressure = nextPressure(pressure, lag(loopLagMs), nowMs)
    expect(pressure.level).toBe('busy')
  }

  expect(nextPressure(pressure, lag(10), 10_000)).toEqual(noPressure)
})

test('noise between a threshold and its margin never moves it', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 160, max: 999, noNaN: true })), (lags) => {
      let pressure = at('strained')
      for (const [index, loopLagMs] of lags.entries()) {
        pressure = nextPressure(pressure, lag(loopLagMs), index * 1_000)
      }
      expect(pressure.level).toBe('strained')
    }),
  )
})

test('whatever it measured, it is calm again after three times five calm seconds', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000)), (lags) => {
      let pressure = noPressure
      let nowMs = 0
      for (const loopLagMs of [...lags, ...Array.from({ length: 17 }, () => 0)]) {
        pressure = nextPressure(pressure, lag(loopLagMs), (nowMs += 1_000))
      }
      expect(pressure).toEqual(noPressure)
    }),
  )
})

test('memory is as used as the nearer of its two ends says, and never more than whole', () => {
  const heap = { heapUsedBytes: 30, heapMaxBytes: 100, residentBytes: 20, memoryMaxBytes: 100 }

  expect(memoryRatio(sample(heap))).toBe(0.3)
  expect(memoryRatio(sample({ ...heap, residentBytes: 70 }))).toBe(0.7)
  expect(memoryRatio(sample({ ...heap, residentBytes: 170 }))).toBe(1)
})
