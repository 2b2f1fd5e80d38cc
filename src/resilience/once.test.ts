import { expect, test } from 'vitest'
import type { Effect } from './effect.ts'
import { isUnsent } from './known-errors.ts'
import { policy } from './policy.ts'
import type { PolicyOptions } from './policy-options.ts'
import { SimulatedSide, watch } from './simulated-side.ts'

const refused = { error: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) }

/** As plain JavaScript would hand it over. */
const untyped = (options: object) => options as PolicyOptions<'once', never>

test('an order that was sent is never reported as not sent because an earlier attempt was not', async () => {
  const side = new SimulatedSide()
  const place = policy('place', {
    effect: 'once',
    retry: { isUnsent, baseMs: 1 },
    deadlineMs: 1_000,
    ...side.parts,
  })
  side.script(refused, { hang: true })

  const seen = watch(place.run(side.task))
  await side.clock.advance(5_000)

  expect(seen.outcome).toMatchObject({ unknown: true, attempts: 2, elapsedMs: 1_000 })
})

test("a read's earlier failure that answers at the deadline tells all attempts and all time", async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', {
    effect: 'read',
    retry: { baseMs: 1 },
    deadlineMs: 1_000,
    ...side.parts,
  })
  side.script(refused, { hang: true })

  const seen = watch(quotes.run(side.task))
  await side.clock.advance(5_000)

  expect(seen.outcome).toMatchObject({ error: refused.error, attempts: 2, elapsedMs: 1_000 })
})

test('an order is not sent again without a proof, also when nobody checks the types', () => {
  expect(() => policy('place', untyped({ effect: 'once', retry: { baseMs: 1 } }))).toThrow(
    'retry.isUnsent',
  )
})

test('an order whose class is ambiguous is not sent again, whatever the proof says', async () => {
  const side = new SimulatedSide()
  const place = policy('place', {
    effect: 'once',
    retry: { isUnsent: () => true, baseMs: 1 },
    classify: () => 'ambiguous',
    ...side.parts,
  })
  side.script(refused)

  const seen = watch(place.run(side.task))
  await side.clock.advance(5_000)

  expect(seen.outcome).toMatchObject({ unknown: true, attempts: 1 })
})

test('an order proven not to have been sent, aborted before it is sent again, is not unknown', async () => {
  const side = new SimulatedSide()
  const caller = new AbortController()
  const retry = { isUnsent, baseMs: 500, jitter: 'none' } as const
  const place = policy('place', { effect: 'once', retry, ...side.parts })
  side.script(refused, { hang: true })

  const waiting = watch(place.run(side.task, { signal: caller.signal }))
  await side.clock.advance(100)
  caller.abort('enough')
  await side.clock.settle()

  expect(side.sent.length).toBe(1)
  expect(waiting.outcome).toMatchObject({ refused: 'aborted', cause: 'enough' })
})

test('an order that was sent again is unknown when it is aborted then', async () => {
  const side = new SimulatedSide()
  const caller = new AbortController()
  const retry = { isUnsent, baseMs: 500, jitter: 'none' } as const
  const place = policy('place', { effect: 'once', retry, ...side.parts })
  side.script(refused, { hang: true })

  const sent = watch(place.run(side.task, { signal: caller.signal }))
  await side.clock.advance(600)
  caller.abort('enough')
  await side.clock.settle()

  expect(sent.outcome).toMatchObject({ unknown: true, attempts: 2 })
})

test("an order is never answered with another order's receipt or a fallback", () => {
  const receipts = untyped({ effect: 'once', cache: {} })
  const excuses = untyped({ effect: 'once', fallback: () => 'placed' })

  expect(() => policy('place', receipts)).toThrow("effect 'once'")
  expect(() => policy('place', excuses)).toThrow("effect 'once'")
})

test.for<[string, unknown, string]>([
  ['a mistake while reading the reply', new TypeError('x is undefined'), 'unknown'],
  ['HTTP 408', { status: 408 }, 'unknown'],
  ['HTTP 503 with a pause', { status: 503, retryAfterMs: 1_000 }, 'unknown'],
  ['HTTP 500', { status: 500 }, 'unknown'],
  ['a refused connection', refused.error, 'transient'],
  ['HTTP 400', { status: 400 }, 'fatal'],
  ['HTTP 429', { status: 429, retryAfterMs: 1_000 }, 'overload'],
])('an order that met %s', async ([, error, expected]) => {
  const side = new SimulatedSide()
  const place = policy('place', { effect: 'once', ...side.parts })
  side.script({ error })

  const outcome = await place.run(side.task)

  const isUnknown = 'unknown' in outcome
  const met = isUnknown ? 'unknown' : 'errorClass' in outcome ? outcome.errorClass : 'neither'
  expect(met).toBe(expected)
})

/** Never called: the compiler is the test. */
export function whatDoesNotCompile(effect: Effect): void {
  // @ts-expect-error -- it may be an order, so no blind retry
  policy('place', { effect, retry: { attempts: 3 } })
  // @ts-expect-error -- it may be an order, so no hedge
  policy('place', { effect, hedge: true })
  // @ts-expect-error -- another order's receipt is no answer
  policy('place', { effect: 'once', cache: {} })
  // @ts-expect-error -- nothing else is an answer either
  policy('place', { effect: 'once', fallback: () => 'placed' })
}
