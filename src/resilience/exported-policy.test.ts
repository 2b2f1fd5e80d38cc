import { expect, test } from 'vitest'
import { type Random, SimulatedClock } from '../runtime/index.ts'
import type { CircuitSnapshot } from './breaker/circuit-snapshot.ts'
import { circuitBreaker } from './breaker/circuit-breaker.ts'
import { keyedPolicy } from './keyed-policy.ts'
import { policy } from './policy.ts'
import type { RepeatableOptions, CommonOptions } from './policy-options.ts'

const breaker = { breakMs: 10_000, consecutiveFailures: 2 } as const
/** The monotonic clock of each process starts at 0, the wall's goes on. */
const morning = 1_800_000_000_000

function setup(
  startTime: number,
  options: Partial<CommonOptions<'read'> & RepeatableOptions<never>> = {},
) {
  const clock = new SimulatedClock(startTime)
  const quotes = policy('quotes', {
    effect: 'read',
    retry: false,
    breaker,
    clock,
    random: zero,
    ...options,
  })
  return { clock, quotes }
}

const zero = { next: () => 0 } as never as Random
const fails = () => {
  throw Object.assign(new Error('down'), { code: 'ECONNREFUSED' })
}

async function tripped(options = {}) {
  const before = setup(morning, options)
  await before.clock.advance(60_000)
  for (let call = 0; call < 2; call++) await before.quotes.run(fails)
  await before.clock.advance(3_000)
  return { ...before, json: JSON.stringify(before.quotes.export()) }
}

const parsed = (json: string) => JSON.parse(json) as CircuitSnapshot

test("an exported policy's age is a number by the policy's own clock, and not null", async () => {
  const { json } = await tripped()

  expect(parsed(json)).toMatchObject({ state: 'OPEN', ageMs: 3_000, exportedAt: morning + 63_000 })
})

test('an imported OPEN circuit has aged by the wall time between export and import', async () => {
  const { json } = await tripped()
  const after = setup(morning + 63_000 + 5_000)

  after.quotes.import(parsed(json))

  expect(await after.quotes.run(() => 'answer')).toMatchObject({ refused: 'circuit-open' })
  expect(after.quotes.export()).toMatchObject({ state: 'OPEN', ageMs: 8_000 })
  await after.clock.advance(2_000)
  expect(await after.quotes.run(() => 'answer')).toMatchObject({ value: 'answer' })
})

test('an imported OPEN circuit that lay longer than its break lets the first call probe', async () => {
  const { json } = await tripped()
  const after = setup(morning + 3_600_000)

  after.quotes.import(parsed(json))

  expect(await after.quotes.run(() => 'answer')).toMatchObject({ value: 'answer' })
})

test('a wall clock set back between export and import gives no negative age', async () => {
  const { json } = await tripped()
  const after = setup(morning - 3_600_000)

  after.quotes.import(parsed(json))

  expect(after.quotes.export()).toMatchObject({ state: 'OPEN', ageMs: 3_000 })
  await after.clock.advance(7_000)
  expect(await after.quotes.run(() => 'answer')).toMatchObject({ value: 'answer' })
})

test("a circuit passed in is exported by the policy's clock, not the process's", async () => {
  const { json } = await tripped({ breaker: circuitBreaker({ ...breaker, random: zero }) })

  expect(parsed(json)).toMatchObject({ state: 'OPEN', ageMs: 3_000, exportedAt: morning + 63_000 })
})

test('a policy without a circuit exports nothing', () => {
  const { quotes } = setup(morning, { breaker: false })

  expect(quotes.export()).toBeUndefined()
})

test('a keyed policy exports the circuits that tripped, and imports them by key', async () => {
  const options = { effect: 'read', retry: false, breaker } as const
  const clock = new SimulatedClock(morning)
  const before = keyedPolicy('venues', { ...options, clock })
  await before.run(() => 'answer', { key: 'binance' })
  for (let call = 0; call < 2; call++) await before.run(fails, { key: 'kraken' })

  const exported = JSON.parse(JSON.stringify(before.export())) as Record<string, CircuitSnapshot>
  const after = keyedPolicy('venues', { ...options, clock })
  after.import(exported)

  expect(Object.keys(exported)).toEqual(['kraken'])
  expect(after.of('kraken').breaker!.state).toBe('OPEN')
  expect(after.of('binance').breaker!.state).toBe('CLOSED')
})

const sound = { version: 1, state: 'OPEN', ageMs: 1, exportedAt: morning, trips: 1, breakMs: 5 }

test.each<[string, unknown]>([
  ['A circuit is an object, not null.', null],
  ['A circuit is an object, not a(n) object.', [sound]],
  ["A circuit's state is one of CLOSED", { ...sound, state: ['OPEN'] }],
  ["A circuit's ageMs is 0 to 1000000000000, not '5'.", { ...sound, ageMs: '5' }],
  ["A circuit's ageMs is 0 to 1000000000000, not 1e+300.", { ...sound, ageMs: 1e300 }],
  ["A circuit's trips is a whole number, 0 or more, not 1e+300.", { ...sound, trips: 1e300 }],
  ["A circuit's breakMs is 0 to 31536000000, not 1e+300.", { ...sound, breakMs: 1e300 }],
  ["A circuit's breakMs is 0 to 31536000000, not undefined.", { ...sound, breakMs: undefined }],
])('a damaged circuit is bad input, and changes nothing: %s', (sentence, damaged) => {
  const { quotes } = setup(morning)
  const venues = keyedPolicy('venues', { effect: 'read', breaker, clock: new SimulatedClock() })
  const code = 'bad-input'
  const message = expect.stringContaining(sentence) as unknown

  expect(thrownBy(() => quotes.import(damaged as never))).toMatchObject({ code, message })
  expect(quotes.breaker!.state).toBe('CLOSED')
  const both = { good: sound, bad: damaged } as never
  expect(thrownBy(() => venues.import(both))).toMatchObject({ code, message })
  expect([venues.size, venues.export()]).toEqual([0, {}])
})

test('what a keyed policy imports is an object of circuits', () => {
  const venues = keyedPolicy('venues', { effect: 'read', clock: new SimulatedClock() })

  expect(thrownBy(() => venues.import(null as never))).toMatchObject({
    code: 'bad-input',
    message: 'venues imports an object of circuits by key, not null.',
  })
})

test('a key whose policy cannot be made keeps all the others as they were', () => {
  const venues = keyedPolicy('venues', (key) => {
    if (key === 'gone') throw new Error('no such venue')
    return { effect: 'read', breaker, clock: new SimulatedClock() }
  })

  expect(() => venues.import({ kraken: sound, gone: sound } as never)).toThrow('no such venue')
  expect(venues.export()).toEqual({})
})

function thrownBy(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
