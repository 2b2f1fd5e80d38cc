import { expect, test } from 'vitest'
import { FailedError } from './outcome.ts'
import { keyedPolicy } from './keyed-policy.ts'
import { policy } from './policy.ts'
import { resilient } from './resilient.ts'
import { SimulatedSide } from './simulated-side.ts'

const broken = { error: new Error('broken') }

test('a deadline that is no number is a failure in words, not an exception, and leaves nothing out', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', ...side.parts })

  const outcome = await quotes.run(side.task, { deadlineMs: NaN })

  expect(outcome).toMatchObject({ errorClass: 'fatal', attempts: 0 })
  expect(outcome).toHaveProperty('error.message', 'quotes: deadlineMs is a number, not NaN')
  expect(quotes.counters).toMatchObject({ calls: 1, failed: 1, out: 0 })
})

test('an error whose own getters throw is a failure like any other', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', retry: false, ...side.parts })
  const nasty = {
    get status(): number {
      throw new Error('from the getter')
    },
  }
  const throws = () => {
    throw nasty
  }

  const outcomes = [
    await quotes.run(throws),
    await quotes.run(() => Promise.reject(nasty as unknown as Error)),
  ]

  expect(outcomes).toMatchObject([{ errorClass: 'transient' }, { errorClass: 'transient' }])
  expect(quotes.counters).toMatchObject({ failed: 2, out: 0 })
})

test('a function of a key or of options that throws makes a failure, not an exception', async () => {
  const side = new SimulatedSide()
  const options = { effect: 'read', ...side.parts } as const
  const keyOf = (): string => {
    throw broken.error
  }
  const keyed = keyedPolicy('keyed', options).wrap(keyOf, () => 1)
  const wrapped = policy('wrapped', options).wrap(
    () => 1,
    () => ({ key: keyOf() }),
  )

  const outcomes = [await keyed(), await wrapped()]

  expect(outcomes).toMatchObject([{ error: broken.error }, { error: broken.error }])
})

test("a function that makes a key's options and throws makes a failure, not an exception", async () => {
  const quotes = keyedPolicy<'read'>('quotes', () => {
    throw broken.error
  })

  const outcome = await quotes.run(() => 1, { key: 'BTC' })

  expect(outcome).toMatchObject({ ok: false, error: broken.error, attempts: 0 })
})

test('an async listener that throws is reported and does not end the process', async () => {
  const side = new SimulatedSide()
  const told: string[] = []
  const quotes = policy('quotes', {
    effect: 'read',
    retry: false,
    ...side.parts,
    onEvent: async () => {
      throw broken.error
    },
  })
  quotes.events.on(async ({ type }) => {
    told.push(type)
    throw broken.error
  })

  await quotes.run(side.task, { signal: AbortSignal.abort() })
  await side.clock.settle()

  expect(told).toContain('listener.failed')
  expect(quotes.events.isolated).toBeGreaterThanOrEqual(2)
})

test('an async predicate does not make every value a failure, and is reported', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', {
    effect: 'read',
    retry: false,
    ...side.parts,
    isFailure: async () => {
      throw broken.error
    },
    classify: (async () => 'fatal') as unknown as () => 'fatal',
  })
  side.script({ value: 'fine' }, broken)

  const outcomes = [await quotes.run(side.task), await quotes.run(side.task)]
  await side.clock.settle()

  expect(outcomes).toMatchObject([{ value: 'fine' }, { errorClass: 'transient' }])
  expect(quotes.events.isolated).toBeGreaterThanOrEqual(2)
})

test('an async proof that nothing was sent proves nothing', async () => {
  const side = new SimulatedSide()
  const isUnsent = (async () => true) as unknown as () => boolean
  const place = policy('place', { effect: 'once', retry: { isUnsent }, ...side.parts })
  side.script(broken)

  const outcome = await place.run(side.task)

  expect(outcome).toMatchObject({ unknown: true, attempts: 1 })
})

test('a predicate may name the type of its values, and value() throws an Error with it', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', {
    effect: 'read',
    retry: false,
    isFailure: (reply: { ok: boolean }) => !reply.ok,
    ...side.parts,
  })
  const reply = { ok: false, status: 503 }

  const thrown = await quotes.value(() => reply).catch((error: unknown) => error)

  expect(thrown).toBeInstanceOf(FailedError)
  expect(thrown).toHaveProperty('cause', reply)
})

test('a wrapped call of one symbol is never answered with the price of another', async () => {
  const side = new SimulatedSide()
  let isDown = false
  const price = (symbol: string) => {
    if (isDown) throw broken.error
    return `price of ${symbol}`
  }
  const quotes = policy('quotes', { effect: 'read', retry: false, cache: {}, ...side.parts })
  const keyless = quotes.wrap((_context, symbol: string) => price(symbol))
  const keyed = quotes.wrap(
    (_context, symbol: string) => price(symbol),
    (symbol) => ({ key: symbol }),
  )
  const decorated = resilient(quotes, (symbol: string) => ({ key: symbol }))(
    async (symbol: string) => price(symbol),
  )
  for (const symbol of ['BTC', 'ETH']) await Promise.all([keyless(symbol), keyed(symbol)])

  isDown = true
  const answers = [await keyless('BTC'), await keyed('BTC'), await decorated('ETH')]

  expect(answers).toMatchObject([
    { ok: false, error: broken.error },
    { value: 'price of BTC', source: 'cache' },
    'price of ETH',
  ])
})
