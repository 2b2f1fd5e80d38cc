import { expect, test } from 'vitest'
import { createRandom } from '../../runtime/index.ts'
import { LatencyPredictor } from './latency-predictor.ts'

function fed(count: number, latencyMs: (sample: number) => number): LatencyPredictor {
  const latency = new LatencyPredictor()
  for (let sample = 0; sample < count; sample++) latency.record(latencyMs(sample), sample)
  return latency
}

test('before the first sample it knows nothing and says so', () => {
  const latency = new LatencyPredictor()

  const { isWarm, isRising, expectedMs, p50Ms, p95Ms, p999Ms, baselineMs } = latency

  expect([isWarm, isRising]).toEqual([false, false])
  expect([expectedMs, p50Ms, p95Ms, p999Ms, baselineMs].every(Number.isNaN)).toBe(true)
})

test('it is cold until it has seen twenty samples', () => {
  expect([fed(19, () => 10).isWarm, fed(20, () => 10).isWarm]).toEqual([false, true])
})

test('its quantiles and means are those of the distribution', () => {
  const random = createRandom(3)
  const sums = { p50: 0, p95: 0, p999: 0, expected: 0 }
  const latency = fed(20_000, () => random.exponential(10))

  for (let sample = 0; sample < 200_000; sample++) {
    latency.record(random.exponential(10), sample)
    sums.p50 += latency.p50Ms / 200_000
    sums.p95 += latency.p95Ms / 200_000
    sums.p999 += latency.p999Ms / 200_000
    sums.expected += latency.expectedMs / 200_000
  }

  expect(Math.abs(sums.p50 / 6.93 - 1)).toBeLessThan(0.1)
  expect(Math.abs(sums.p95 / 29.96 - 1)).toBeLessThan(0.15)
  expect(Math.abs(sums.p999 / 69.1 - 1)).toBeLessThan(0.2)
  expect(Math.abs(sums.expected / 10 - 1)).toBeLessThan(0.02)
})

test('p99.9 follows a tenfold jump within ten samples, the others within fifty', () => {
  const latency = fed(500, () => 10)

  for (let sample = 0; sample < 10; sample++) latency.record(100, 500 + sample)
  expect(latency.p999Ms).toBeGreaterThan(90)

  for (let sample = 0; sample < 40; sample++) latency.record(100, 510 + sample)
  expect(latency.p50Ms).toBeGreaterThan(80)
  expect(latency.expectedMs).toBeGreaterThan(80)
})

test('quantiles never cross', () => {
  const random = createRandom(4)
  const latency = new LatencyPredictor()

  for (let sample = 0; sample < 5_000; sample++) {
    latency.record(sample % 1_000 < 500 ? random.exponential(500) : 0.01, sample)

    expect(latency.p95Ms).toBeGreaterThanOrEqual(latency.p50Ms)
    expect(latency.p999Ms).toBeGreaterThanOrEqual(latency.p95Ms)
  }
})

test('no latency at all is a latency too, and what comes after it is seen', () => {
  const latency = fed(100_000, () => 0)
  expect(latency.p50Ms).toBeGreaterThan(0)

  for (let sample = 0; sample < 200; sample++) latency.record(50, sample)

  expect(latency.p50Ms).toBeGreaterThan(40)
})

test('a censored sample never makes anything shorter', () => {
  const latency = fed(500, () => 10)
  const before = [latency.expectedMs, latency.p50Ms, latency.p95Ms, latency.p999Ms]

  for (let sample = 0; sample < 500; sample++) latency.recordCensored(1, sample)

  expect([latency.expectedMs, latency.p50Ms, latency.p95Ms, latency.p999Ms]).toEqual(before)
})

test('timeouts push what is expected up, though no reply ever came', () => {
  const latency = fed(500, () => 10)

  for (let sample = 0; sample < 60; sample++) latency.recordCensored(1_000, sample)

  expect(latency.expectedMs).toBeGreaterThan(900)
  expect(latency.p999Ms).toBeGreaterThan(1_000)
})

test('latency rises after three samples on the way up, not after two, and not when it stays', () => {
  const latency = fed(500, () => 10)
  const seen: boolean[] = []

  for (const ms of [30, 60, 90]) {
    latency.record(ms, 0)
    seen.push(latency.isRising)
  }
  for (let sample = 0; sample < 200; sample++) latency.record(90, sample)

  expect([...seen, latency.isRising]).toEqual([false, false, true, false])
})

test('the baseline is frozen while the circuit is not CLOSED', () => {
  const latency = fed(500, () => 10)
  latency.freezeBaseline(true, 0)

  for (let sample = 0; sample < 1_000; sample++) latency.record(100, sample)
  expect(latency.baselineMs).toBeCloseTo(10, 6)

  latency.freezeBaseline(false, 1_000)
  for (let sample = 0; sample < 1_000; sample++) latency.record(100, sample)
  expect(latency.baselineMs).toBeGreaterThan(90)
})

test('after ten minutes the new normal is the normal', () => {
  const latency = fed(500, () => 10)
  latency.freezeBaseline(true, 0)
  latency.freezeBaseline(true, 500_000)

  for (let sample = 0; sample < 1_000; sample++) latency.record(100, 600_001 + sample)

  expect(latency.baselineMs).toBeGreaterThan(90)
})

test('a pause of the other side is no new baseline', () => {
  const latency = fed(500, () => 10)

  latency.record(60_000, 0)

  expect(latency.baselineMs).toBeLessThan(10.2)
})

test('asking after every sample gives the same figures as asking at the end', () => {
  const [asked, left] = [new LatencyPredictor(), new LatencyPredictor()]
  const random = createRandom(11)

  for (let index = 0; index < 1_003; index++) {
    const ms = 10 + 40 * random.next()
    if (index === 500) for (const each of [asked, left]) each.freezeBaseline(true, index)
    if (index === 700) for (const each of [asked, left]) each.freezeBaseline(false, index)
    for (const each of [asked, left]) {
      if (index % 97 === 5) each.recordCensored(ms, index)
      else each.record(ms, index)
    }
    expect(asked.expectedMs).toBeGreaterThan(0)
  }

  const figures = ({ expectedMs, p50Ms, p95Ms, p999Ms, baselineMs }: LatencyPredictor) => {
    return { expectedMs, p50Ms, p95Ms, p999Ms, baselineMs }
  }
  expect(figures(left)).toEqual(figures(asked))
})
