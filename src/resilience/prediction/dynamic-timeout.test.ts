import { expect, test } from 'vitest'
import type { CircuitState } from '../circuit.ts'
import { dynamicTimeoutMs } from './dynamic-timeout.ts'
import { LatencyPredictor } from './latency-predictor.ts'

function fed(ms: number): LatencyPredictor {
  const latency = new LatencyPredictor()
  for (let sample = 0; sample < 20_000; sample++) latency.record(ms, sample)
  return latency
}

test.each<[CircuitState, number]>([
  ['CLOSED', 1_000],
  ['RESILIENT', 1_500],
  ['ULTRA_RESILIENT', 3_000],
  ['HALF_OPEN', 1_000],
  ['ETERNAL', 1_000],
])('for a fast service %s has its floor', (state, floorMs) => {
  expect(dynamicTimeoutMs(state, fed(10))).toBe(floorMs)
})

test('a slow service has two and a half times what is expected', () => {
  expect(dynamicTimeoutMs('CLOSED', fed(2_000))).toBeCloseTo(5_000, 0)
})

test('a heavy tail has its p99.9 with a margin', () => {
  const latency = { ...figures, expectedMs: 100, p999Ms: 2_000 }

  expect(dynamicTimeoutMs('CLOSED', latency)).toBe(2_500)
  expect(dynamicTimeoutMs('CLOSED', latency, { margin: 2 })).toBe(4_000)
})

test('a cold predictor has the widest floor', () => {
  expect(dynamicTimeoutMs('CLOSED', new LatencyPredictor())).toBe(3_000)
})

test('floors and a maximum may be given', () => {
  const floorMs = { steady: 50, resilient: 60, ultra: 70 }

  expect(dynamicTimeoutMs('CLOSED', fed(10), { floorMs })).toBeCloseTo(50, 0)
  expect(dynamicTimeoutMs('CLOSED', fed(2_000), { maxMs: 1_500 })).toBe(1_500)
})

test('it never shrinks because of its own cuts', () => {
  const latency = fed(10)
  let timeoutMs = dynamicTimeoutMs('CLOSED', latency)

  for (let call = 0; call < 200; call++) {
    latency.recordCensored(timeoutMs, call)
    const nextMs = dynamicTimeoutMs('CLOSED', latency)
    expect(nextMs).toBeGreaterThanOrEqual(timeoutMs)
    timeoutMs = nextMs
  }

  expect(timeoutMs).toBeGreaterThan(2_000)
})

const figures = {
  isWarm: true,
  isRising: false,
  p50Ms: 80,
  p95Ms: 200,
  baselineMs: 100,
  record: () => undefined,
  recordCensored: () => undefined,
  freezeBaseline: () => undefined,
}

test.each<CircuitState>(['ETERNAL', 'HALF_OPEN'])(
  'a probe in %s does not grow by its own cuts',
  (state) => {
    const latency = fed(100)
    latency.freezeBaseline(true, 20_000)

    for (let call = 0; call < 200; call++) latency.recordCensored(20_000, 20_000 + call)

    expect(dynamicTimeoutMs(state, latency)).toBe(1_000)
  },
)

test('no attempt takes more than a minute unless somebody said so', () => {
  expect(dynamicTimeoutMs('CLOSED', fed(100_000))).toBe(60_000)
})
