import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConcurrencyLimit, type ConcurrencyLimitOptions } from './concurrency-limit.ts'

const defaults: ConcurrencyLimitOptions = {
  limit: 20,
  limitMin: 1,
  limitMax: 100,
  tolerance: 1.5,
  windowMs: 100,
  random: { next: () => 0.5 },
}

/** Feeds whole windows to a limit; every call is of its present epoch unless said otherwise. */
class Windows {
  readonly limit: ConcurrencyLimit
  #nowMs = 0

  constructor(options: Partial<ConcurrencyLimitOptions> = {}) {
    this.limit = new ConcurrencyLimit({ ...defaults, ...options })
  }

  /** `inFlight` defaults to all that the limit allows. */
  pass(
    count: number,
    {
      latencyMs = 10,
      inFlight = 0,
      drops = 0,
    }: { latencyMs?: number; inFlight?: number; drops?: number },
  ): this {
    for (let window = 0; window < count; window++) {
      const end = this.limit.windows + 1
      for (let call = 0; this.limit.windows < end; call++) {
        const { limit, epoch } = this.limit
        this.#nowMs += 5
        if (call % 20 < drops) this.limit.dropped(inFlight || limit, epoch, this.#nowMs)
        else this.limit.answered(latencyMs, inFlight || limit, epoch, this.#nowMs)
      }
    }
    return this
  }
}

test('it grows while it is used and nothing queues', () => {
  const windows = new Windows().pass(5, {})

  windows.pass(20, { latencyMs: 10 })

  expect(windows.limit.limit).toBeGreaterThan(35)
})

test('it does not grow while it is not used', () => {
  const windows = new Windows().pass(5, {})

  windows.pass(40, { inFlight: 10 })

  expect(windows.limit.limit).toBe(20)
})

test('it falls when calls take longer than tolerated, and comes back when they do not', () => {
  const windows = new Windows().pass(5, {})

  windows.pass(20, { latencyMs: 40 })
  const low = windows.limit.limit
  windows.pass(20, { latencyMs: 10 })

  expect(low).toBeLessThan(10)
  expect(windows.limit.limit).toBeGreaterThanOrEqual(20)
})

test('every call takes exactly the timeout: the limit falls to its least', () => {
  const windows = new Windows()

  windows.pass(12, { drops: 20 })

  expect(windows.limit.limit).toBe(1)
})

test('a few drops lower it to where they stop mattering, and not to nothing', () => {
  const windows = new Windows({ limit: 100 }).pass(5, {})

  windows.pass(200, { drops: 6 })

  expect(windows.limit.limit).toBeGreaterThan(35)
  expect(windows.limit.limit).toBeLessThan(60)
})

test('it falls under drops also when it is hardly used', () => {
  const windows = new Windows()

  windows.pass(12, { drops: 20, inFlight: 1 })

  expect(windows.limit.limit).toBe(1)
})

test('tasks that take no time by our clock leave it within its bounds, and comparable later', () => {
  const windows = new Windows().pass(400, { latencyMs: 0 })
  const { limit: atRest, baselineMs } = windows.limit

  windows.pass(400, { latencyMs: 10 }).pass(20, { latencyMs: 40 })

  expect([atRest, baselineMs]).toEqual([100, 0])
  expect(windows.limit.baselineMs).toBeGreaterThan(5)
  expect(windows.limit.limit).toBeLessThan(50)
})

test('a sample of an earlier epoch changes nothing', () => {
  const { limit } = new Windows().pass(5, {}).pass(1, { drops: 20 })
  const { limit: before, windows, baselineMs } = limit
  expect(limit.epoch).toBe(1)

  for (let call = 0; call < 1_000; call++) {
    limit.dropped(20, 0, 10_000 + call)
    limit.answered(5_000, 20, 0, 10_000 + call)
  }

  expect([limit.limit, limit.windows, limit.baselineMs]).toEqual([before, windows, baselineMs])
})

test('the baseline does not drift up under a load that never ends', () => {
  const windows = new Windows().pass(5, { latencyMs: 10 })

  // Modestly slower, within tolerance: an average over time would take this for normal. A probe
  // runs at half the limit and finds the true cost.
  for (let round = 0; round < 2_000; round++) {
    windows.pass(1, { latencyMs: windows.limit.isProbing ? 10 : 14 })
  }

  expect(windows.limit.probes).toBeGreaterThan(30)
  expect(windows.limit.baselineMs).toBeLessThanOrEqual(10)
})

test('a side that has become slower for good is found out by probes', () => {
  const windows = new Windows().pass(5, { latencyMs: 10 })

  windows.pass(60, { latencyMs: 30 })
  const low = windows.limit.limit
  windows.pass(400, { latencyMs: 30 })

  expect(low).toBeLessThan(10)
  expect(windows.limit.baselineMs).toBeGreaterThan(25)
  expect(windows.limit.limit).toBeGreaterThan(50)
})

test('a half empty window moves the baseline either way', () => {
  const windows = new Windows().pass(5, { latencyMs: 10 })

  windows.pass(50, { latencyMs: 20, inFlight: 5 })
  const slower = windows.limit.baselineMs
  windows.pass(50, { latencyMs: 5, inFlight: 5 })

  expect(slower).toBeGreaterThan(19)
  expect(windows.limit.baselineMs).toBeLessThan(6)
})

test('a probe gives the limit back', () => {
  const windows = new Windows().pass(5, { latencyMs: 10 })
  let before = 0
  while (!windows.limit.isProbing) {
    before = windows.limit.limit
    windows.pass(1, { latencyMs: 10 })
  }
  expect(windows.limit.limit).toBe(Math.floor(before / 2))

  windows.pass(1, { latencyMs: 10 })

  expect(windows.limit.limit).toBe(before)
})

test('a window waits for slow calls, too', () => {
  const limit = new ConcurrencyLimit(defaults)
  const answer = (nowMs: number) => limit.answered(1_000, 20, limit.epoch, nowMs)
  for (let call = 0; call < 10; call++) answer(0)
  answer(100)
  expect(limit.windows).toBe(1)

  for (let call = 0; call < 100; call++) answer(3_000)

  expect(limit.windows).toBe(1)
  answer(4_100)
  expect(limit.windows).toBe(2)
})

test.each([
  { limit: 0 },
  { limit: 2.5 },
  { limit: 200 },
  { limitMin: 0 },
  { tolerance: 0.9 },
  { windowMs: 0 },
])('it refuses to be made of %j', (wrong) => {
  expect(() => new Windows(wrong)).toThrow('not')
})

test('property: whatever happens, the limit stays within its bounds', () => {
  const window = fc.record({
    latencyMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
    inFlight: fc.integer({ min: 0, max: 50 }),
    drops: fc.integer({ min: 0, max: 20 }),
  })

  fc.assert(
    fc.property(fc.array(window, { maxLength: 150 }), (all) => {
      const windows = new Windows({ limit: 5, limitMin: 3, limitMax: 30 })
      for (const one of all) {
        windows.pass(1, one)
        expect(windows.limit.limit).toBeGreaterThanOrEqual(3)
        expect(windows.limit.limit).toBeLessThanOrEqual(30)
      }
    }),
    { numRuns: 50 },
  )
})
