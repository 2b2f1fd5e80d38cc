import { expect, test } from 'vitest'
import { UnknownOutcomeError } from './outcome.ts'
import { policy } from './policy.ts'
import { resilient } from './resilient.ts'
import { SimulatedSide } from './simulated-side.ts'

const reset = { error: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) }

function orders() {
  const side = new SimulatedSide()
  side.script(reset)
  return { side, place: policy('place', { effect: 'once', ...side.parts }) }
}

test('an order whose reply is lost is placed once by whoever tries again what is retryable', async () => {
  const { side, place } = orders()

  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await place.value(side.task)
    } catch (error) {
      if ((error as { readonly retryable?: boolean }).retryable !== true) break
    }
  }

  expect(side.sent.length).toBe(1)
})

test.each(['read', 'idempotent'] as const)(
  'an outer policy (%s) does not place an order again whose reply is lost',
  async (effect) => {
    const { side, place } = orders()
    const checkout = policy('checkout', { effect, hedge: { after: 10 }, ...side.parts })

    const outcome = await checkout.run(() => place.value(side.task))

    expect(outcome).toMatchObject({ errorClass: 'fatal', attempts: 1 })
    expect(outcome).toHaveProperty('error', expect.any(UnknownOutcomeError))
    expect(side.sent.length).toBe(1)
  },
)

test('an outer circuit counts lost replies', async () => {
  const { side, place } = orders()
  const checkout = policy('checkout', { effect: 'read', retry: false, ...side.parts })

  for (let call = 0; call < 10; call++) await checkout.run(() => place.value(side.task))

  expect(checkout.breaker?.state).toBe('OPEN')
})

test('a decorated order whose reply is lost can be reconciled from what it throws', async () => {
  const { side, place } = orders()
  const send = resilient(place)(() => side.task(contextless))

  const thrown = await send().catch((error: unknown) => error)
  const found = await (thrown as UnknownOutcomeError).reconcile(() => undefined)

  expect(thrown).toBeInstanceOf(UnknownOutcomeError)
  expect(found).toMatchObject({ ok: true, value: undefined })
})

const contextless = { attempt: 1, target: undefined, key: undefined } as never

/** Its circuit is open. */
async function shutOut() {
  const side = new SimulatedSide()
  const inner = policy('inner', { effect: 'read', retry: false, ...side.parts })
  side.script({ error: new Error('down') })
  for (let call = 0; call < 10; call++) await inner.run(side.task)
  return { side, inner }
}

test("an inner policy's refusal is the outer's, and is neither retried nor hedged", async () => {
  const { side, inner } = await shutOut()
  const outer = policy('outer', { effect: 'read', hedge: { after: 10 }, ...side.parts })
  let asked = 0

  const outcome = await outer.run(() => {
    asked++
    return inner.value(side.task)
  })

  expect(outcome).toMatchObject({ refused: 'circuit-open', sent: false })
  expect(outcome).toHaveProperty('retryAfterMs', expect.any(Number))
  expect(outer.counters).toMatchObject({ retries: 0, refused: 1, failed: 0 })
  expect(asked).toBe(1)
})

test("an inner policy's refusals do not open the outer circuit", async () => {
  const { side, inner } = await shutOut()
  const outer = policy('outer', { effect: 'read', ...side.parts })

  for (let call = 0; call < 20; call++) await outer.run(() => inner.value(side.task))

  expect(outer.breaker?.state).toBe('CLOSED')
})

test('an order that an inner policy refused was not sent, and is not in doubt', async () => {
  const { side, inner } = await shutOut()
  const place = policy('place', { effect: 'once', ...side.parts })

  const outcome = await place.run(() => inner.value(side.task))

  expect(outcome).toMatchObject({ refused: 'circuit-open', sent: false })
})

test('what an inner policy knows of a failure that is no Error, the outer goes by', async () => {
  const side = new SimulatedSide()
  side.script({ error: { status: 400 } })
  const inner = policy('inner', { effect: 'read', ...side.parts })
  const outer = policy('outer', { effect: 'read', ...side.parts })

  const outcome = await outer.run(() => inner.value(side.task))

  expect(outcome).toMatchObject({ errorClass: 'fatal', attempts: 1 })
})

test.each<[string, () => unknown]>([
  ['AbortError', () => new DOMException('This operation was aborted', 'AbortError')],
  ['ABORT_ERR', () => Object.assign(new Error('aborted'), { name: 'AbortError' })],
])("an %s of the task is its caller's abort: not retried, not counted", async (_name, make) => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', hedge: { after: 10 }, ...side.parts })
  const error = make()
  side.script({ error })

  const outcome = await quotes.run(side.task)
  const retries = quotes.counters.retries
  for (let call = 0; call < 20; call++) await quotes.run(side.task)

  expect(outcome).toMatchObject({ refused: 'aborted', sent: true, cause: error })
  expect(retries).toBe(0)
  expect(quotes.breaker?.state).toBe('CLOSED')
})

test('an order whose task was aborted is in doubt', async () => {
  const side = new SimulatedSide()
  const place = policy('place', { effect: 'once', ...side.parts })
  side.script({ error: new DOMException('aborted', 'AbortError') })

  expect(await place.run(side.task)).toMatchObject({ unknown: true })
})

test("the user's own classification of an abort comes first", async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', classify: () => 'fatal', ...side.parts })
  side.script({ error: new DOMException('aborted', 'AbortError') })

  expect(await quotes.run(side.task)).toMatchObject({ errorClass: 'fatal' })
})

test('a refusal says whether the call that its caller aborted had been sent', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', ...side.parts })
  side.script({ hang: true })
  const caller = new AbortController()

  const underWay = quotes.run(side.task, { signal: caller.signal })
  caller.abort('changed my mind')
  const before = quotes.run(side.task, { signal: caller.signal })

  expect(await underWay).toMatchObject({ refused: 'aborted', sent: true })
  expect(await before).toMatchObject({ refused: 'aborted', sent: false })
})
