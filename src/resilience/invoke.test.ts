import { expect, test } from 'vitest'
import { policy } from './policy.ts'
import { SimulatedSide, watch } from './simulated-side.ts'

/* oxlint-disable unicorn/no-thenable -- what foreign promises look like */

test('a thenable that answers twice does not hand one caller the value of another', async () => {
  const side = new SimulatedSide()
  const [bad, first, second] = ['bad', 'first', 'second'].map((name) =>
    policy(name, { effect: 'read', retry: false, ...side.parts }),
  )
  const twice = {
    then(onValue: (value: number) => void, onError: (error: unknown) => void) {
      onValue(1)
      onError(new Error('and again'))
    },
  } as PromiseLike<number>

  const answered = await bad!.run(() => twice)
  const firstSeen = watch(first!.run(() => side.clock.sleep(10).then(() => 'of the first')))
  const secondSeen = watch(second!.run(() => side.clock.sleep(20).then(() => 'of the second')))
  await side.clock.advance(100)

  expect(answered).toMatchObject({ ok: true, value: 1 })
  expect(firstSeen.outcome).toMatchObject({ ok: true, value: 'of the first' })
  expect(secondSeen.outcome).toMatchObject({ ok: true, value: 'of the second' })
})

test('a promise with a then of its own that answers twice answers once', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', retry: false, ...side.parts })
  class Twice extends Promise<number> {
    override then(onValue?: unknown): never {
      const answer = onValue as (value: number) => void
      answer(1)
      answer(2)
      return undefined as never
    }
  }

  expect(await quotes.run(() => new Twice(() => undefined))).toMatchObject({ ok: true, value: 1 })
  expect(quotes.counters).toMatchObject({ succeeded: 1, late: 0 })
})

test('a thenable that answers with a rejected promise failed', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', { effect: 'read', retry: false, ...side.parts })
  const rejected = {
    then: (onValue: (value: unknown) => void) => onValue(Promise.reject(new Error('lost'))),
  } as unknown as PromiseLike<number>

  expect(await quotes.run(() => rejected)).toMatchObject({ ok: false, error: { message: 'lost' } })
})
