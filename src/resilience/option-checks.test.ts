import { expect, test } from 'vitest'
import { policy } from './policy.ts'
import { bulkhead } from './limits/bulkhead.ts'
import type { PolicyOptions } from './policy-options.ts'
import { SimulatedSide } from './simulated-side.ts'

/** As plain JavaScript would hand it over. */
const make = (options: unknown) => policy('x', options as PolicyOptions<'read', never>)

test.for<[string, unknown, string]>([
  ['no options at all', undefined, "policy('x', options) takes at least { effect }, not undefined"],
  ['no effect', {}, "effect is 'read', 'idempotent' or 'once', not undefined"],
  [
    'a bulkhead that nobody made',
    { effect: 'read', bulkhead: { running: 3 } },
    'bulkhead({ running',
  ],
  ['a number of retries', { effect: 'read', retry: 3 }, 'retry is an object or false, not 3'],
  ['a timeout in words', { effect: 'read', timeout: '5s' }, "timeout is 'dynamic', false or"],
  ['a fallback that is a value', { effect: 'read', fallback: 5 }, 'fallback is a function, not 5'],
  [
    'no number for a time',
    { effect: 'read', fallbackMs: NaN },
    'fallbackMs is above 0 ms, not NaN',
  ],
  ['a typo', { effect: 'read', deadlineMS: 5 }, 'deadlineMS is no option; there are effect'],
  ['a typo inside', { effect: 'read', retry: { attempt: 2 } }, 'retry.attempt is no option'],
  [
    'a sixth level',
    { effect: 'read', criticality: 9 },
    'criticality is a whole number from 0 to 4',
  ],
])('%s is named in one clear sentence', ([, options, sentence]) => {
  expect(() => make(options)).toThrow(sentence)
})

test('a call of a level there is not fails at once and does not wait for ever', async () => {
  const side = new SimulatedSide()
  const quotes = policy('quotes', {
    effect: 'read',
    bulkhead: bulkhead({ running: 1, waiting: 1 }),
    ...side.parts,
  })
  void quotes.run(() => new Promise(() => undefined))

  const outcome = await quotes.run(side.task, { criticality: 5 as 4 })

  expect(outcome).toMatchObject({
    errorClass: 'fatal',
    attempts: 0,
    error: { message: expect.stringContaining('criticality is a whole number from 0 to 4, not 5') },
  })
  expect(side.sent.length).toBe(0)
})
