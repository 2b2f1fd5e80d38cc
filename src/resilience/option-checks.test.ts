import { expect, test } from 'vitest'
import { circuitBreaker } from './breaker/circuit-breaker.ts'
import { adaptiveLimiter } from './limits/adaptive-limiter.ts'
import { bulkhead } from './limits/bulkhead.ts'
import { clientThrottle } from './limits/client-throttle.ts'
import { rateLimiter } from './limits/rate-limiter.ts'
import { policy } from './policy.ts'
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
  [
    'a typo',
    { effect: 'read', deadlineMS: 5 },
    'deadlineMS is no option; did you mean deadlineMs?',
  ],
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

test.each<[string, object]>([
  ['deadlineMs is a number, not 5s', { deadlineMs: '5s' }],
  ['deadlineMs is a number, not NaN', { deadlineMs: NaN }],
  ['key is a text, not a(n) number', { key: 5 }],
  ['signal is an AbortSignal, not a(n) object', { signal: new AbortController() }],
])(
  'what is wrong with a call is its failure, and it is not sent: %s',
  async (sentence, options) => {
    const side = new SimulatedSide()
    const quotes = policy('quotes', { effect: 'read', ...side.parts })

    const outcome = await quotes.run(side.task, options)

    const message: unknown = expect.stringContaining(sentence)
    expect(outcome).toMatchObject({ errorClass: 'fatal', attempts: 0, error: { message } })
    expect(side.sent).toEqual([])
  },
)

test.each<[string, () => unknown]>([
  [
    'breaker.failureRat is no option; did you mean failureRate?',
    () => policy('quotes', { effect: 'read', breaker: { failureRat: 0.3 } as never }),
  ],
  [
    'consecutiveFailure is no option; did you mean consecutiveFailures?',
    () => circuitBreaker({ consecutiveFailure: 3 } as never),
  ],
  [
    'retry.attempt is no option; did you mean attempts?',
    () => policy('quotes', { effect: 'read', retry: { attempt: 3 } as never }),
  ],
  [
    'deadlineMS is no option; did you mean deadlineMs?',
    () => policy('quotes', { effect: 'read', deadlineMS: 3 } as never),
  ],
  ['runing is no option; did you mean running?', () => bulkhead({ runing: 3 } as never)],
  [
    'perMS is no option; did you mean perMs?',
    () => rateLimiter({ limit: 1, perMS: 1_000 } as never),
  ],
  [
    'tolerence is no option; did you mean tolerance?',
    () => adaptiveLimiter({ tolerence: 2 } as never),
  ],
  ['colour is no option; there are k, windowMs', () => clientThrottle({ colour: 2 } as never)],
])('a misspelt option is said, with the one that was meant: %s', (sentence, make) => {
  expect(make).toThrow(sentence)
})

test.each<[string, object]>([
  ['window is { ms } or { calls }, not 10', { window: 10 }],
  ["failureRate is above 0 to 1, not '0.5'", { failureRate: '0.5' }],
  ["breakMs is above 0 and finite, not '1000'", { breakMs: '1000' }],
  ["dwellMs is 0 or more, not '5'", { dwellMs: '5' }],
  ['ramp is a list of percents or false, not 5', { ramp: 5 }],
])("a circuit's option of the wrong kind is said: %s", (sentence, breaker) => {
  expect(() => policy('quotes', { effect: 'read', breaker })).toThrow(sentence)
})
