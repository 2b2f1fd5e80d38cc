import { expect, test } from 'vitest'
import { policy } from '../policy.ts'
import { SimulatedSide, watch } from '../simulated-side.ts'

const broken = { error: new Error('broken') }

test('a fallback that never answers does not outlast the deadline', async () => {
  const side = new SimulatedSide()
  const fallback = () => new Promise<never>(() => undefined)
  const quotes = policy('quotes', { effect: 'read', deadlineMs: 200, fallback, ...side.parts })
  side.script({ hang: true })

  const seen = watch(quotes.run(side.task))
  await side.clock.advance(201)

  expect(seen.outcome).toMatchObject({ ok: false, timedOut: true })
})

test('past the deadline a promise that is there already is still an answer', async () => {
  const side = new SimulatedSide()
  const fallback = async () => 'stored'
  const quotes = policy('quotes', { effect: 'read', deadlineMs: 200, fallback, ...side.parts })
  side.script({ hang: true })

  const seen = watch(quotes.run(side.task))
  await side.clock.advance(201)

  expect(seen.outcome).toMatchObject({ value: 'stored', source: 'fallback' })
})

test("the caller's abort is heard while the fallback works", async () => {
  const side = new SimulatedSide()
  const caller = new AbortController()
  const fallback = () => new Promise<never>(() => undefined)
  const quotes = policy('quotes', { effect: 'read', retry: false, fallback, ...side.parts })
  side.script(broken)

  const seen = watch(quotes.run(side.task, { signal: caller.signal }))
  await side.clock.advance(10)
  caller.abort()
  await side.clock.settle()

  expect(seen.outcome).toMatchObject({ refused: 'aborted' })
})

test('a fallback of a foreign promise answers with its value, not with the promise', async () => {
  const side = new SimulatedSide()
  // oxlint-disable-next-line unicorn/no-thenable -- what a foreign promise looks like
  const foreign: PromiseLike<string> = { then: (take) => Promise.resolve('stored').then(take) }
  const fallback = () => foreign
  const quotes = policy('quotes', { effect: 'read', retry: false, fallback, ...side.parts })
  side.script(broken)

  expect(await quotes.run(side.task)).toMatchObject({ value: 'stored', source: 'fallback' })
})
