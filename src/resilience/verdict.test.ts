import { expect, test } from 'vitest'
import { policy } from './policy.ts'
import { SimulatedSide, watch } from './simulated-side.ts'

/** What the user's own functions may say of a reply or an error, and what is not believed. */
const reset = { error: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) }

function setup(options: object) {
  const side = new SimulatedSide()
  const calls = policy('calls', {
    effect: 'read',
    retry: false,
    ...side.parts,
    ...options,
  })
  return { side, calls }
}

test.for([[null], [0], [''], [NaN], [false], [undefined]])(
  'a reply of which isFailure says %s is a success',
  async ([answer]) => {
    const { side, calls } = setup({ isFailure: () => answer })

    expect(await calls.run(side.task)).toMatchObject({ ok: true, value: 'answer' })
  },
)

test.for<[unknown, unknown]>([
  [true, 'answer'],
  ['too late', 'too late'],
  [2, 2],
  [reset.error, reset.error],
])('a reply of which isFailure says %s is a failure with that error', async ([answer, error]) => {
  const { side, calls } = setup({ isFailure: () => answer })

  expect(await calls.run(side.task)).toMatchObject({ ok: false, error })
})

test.for([
  ['banana'],
  [{}],
  [5],
  [true],
  [{ errorClass: 'zzz' }],
  [{ errorClass: null }],
  [['fatal', 'transient']],
])(
  'classify answers %j, which is no class: it is as if it had not been asked, and told',
  async ([answer]) => {
    const { side, calls } = setup({ effect: 'once', retry: undefined, classify: () => answer })
    side.script(reset)

    const outcome = await calls.run(side.task)

    expect(outcome).toMatchObject({ unknown: true })
    expect(calls.counters.unknown).toBe(1)
    expect(side.events).toMatchObject([{ type: 'isolated', what: 'classify' }])
  },
)

test('classify that answers null has nothing to say, and nothing is told', async () => {
  const { side, calls } = setup({ classify: () => null })
  side.script(reset)

  expect(await calls.run(side.task)).toMatchObject({ errorClass: 'ambiguous' })
  expect(side.events).toEqual([])
})

test.for<[string, object]>([
  ['the class', { classify: () => ({ errorClass: 'transient', retryAfterMs: NaN }) }],
  ['the class, as text', { classify: () => ({ errorClass: 'transient', retryAfterMs: '5' }) }],
  ['the class, below 0', { classify: () => ({ errorClass: 'transient', retryAfterMs: -5 }) }],
  ['the error', {}],
])('a pause of no time in %s does not keep the call from being retried', async ([, options]) => {
  const { side, calls } = setup({ retry: { attempts: 2, baseMs: 10 }, ...options })
  const error = { error: Object.assign(new Error('busy'), { status: 429, retryAfterMs: NaN }) }
  side.script(error, { value: 'answer' })

  const seen = watch(calls.run(side.task))
  await side.clock.advance(1_000)

  expect(seen.outcome).toMatchObject({ value: 'answer', attempts: 2 })
})

test.for<[string, object]>([
  ['read', { classify: () => 'fatal' }],
  ['once', { classify: () => 'fatal' }],
  ['read', {}],
  ['once', {}],
])('a %s call whose error cannot be looked at ends all the same', async ([effect, options]) => {
  const { side, calls } = setup({ effect, retry: undefined, deadlineMs: 1_000, ...options })
  const trap = () => {
    throw new Error('from the proxy')
  }
  const error = new Proxy({}, { get: trap, has: trap, getPrototypeOf: trap })

  const seen = watch(calls.run(() => Promise.reject(error as Error)))
  await side.clock.advance(2_000)

  expect(seen.outcome?.ok).toBe(false)
  expect(calls.breaker?.counters.settled).toBe(calls.counters.sent)
  expect(calls.counters.out).toBe(0)
})

test.for<[string, () => object]>([
  [
    'a signal that throws',
    () => ({
      get signal() {
        throw new Error('from the getter')
      },
    }),
  ],
  ['a criticality that has no text', () => ({ criticality: Object.create(null) as object })],
  ['a deadline that has no text', () => ({ deadlineMs: Object.create(null) as object })],
  ['a proxy', () => new Proxy({}, { ownKeys: () => ['key'], get: () => Symbol('key') })],
])('options with %s are a failure in words, not an exception', async ([, options]) => {
  const { side, calls } = setup({})

  const outcome = await calls.run(side.task, options())

  expect(outcome).toMatchObject({ ok: false, errorClass: 'fatal', attempts: 0 })
  expect(calls.counters).toMatchObject({ calls: 1, failed: 1, out: 0 })
})

test.for<[string, unknown, object]>([
  ['throws', new Error('from then'), { ok: false }],
  ['calls back twice', undefined, { ok: true, value: 'first', source: 'fallback' }],
])('a fallback whose promise has a then of its own that %s', async ([, thrown, expected]) => {
  const promise = Promise.resolve('stored')
  const then = (take: (value: string) => void) => {
    if (thrown !== undefined) throw thrown
    take('first')
    take('second')
  }
  // oxlint-disable-next-line unicorn/no-thenable -- what a broken promise looks like
  const { side, calls } = setup({ fallback: () => Object.assign(promise, { then }) })
  side.script(reset)

  const seen = watch(calls.run(side.task))
  await side.clock.settle()

  expect(seen.outcome).toMatchObject(expected)
})
