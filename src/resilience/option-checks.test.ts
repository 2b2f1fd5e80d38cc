import { expect, test } from 'vitest'
import { AssertionFailure } from '../runtime/index.ts'
import { circuitBreaker } from './breaker/circuit-breaker.ts'
import { AttemptBudget } from './budget.ts'
import type { Effect } from './effect.ts'
import { faults } from './faults/faults.ts'
import { adaptiveLimiter } from './limits/adaptive-limiter.ts'
import { bulkhead } from './limits/bulkhead.ts'
import { clientThrottle } from './limits/client-throttle.ts'
import { rateLimiter } from './limits/rate-limiter.ts'
import { pipeline } from './pipeline.ts'
import { policy } from './policy.ts'
import type { PolicyOptions } from './policy-options.ts'
import { resilient } from './resilient.ts'
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
  [
    'a hope of more than all',
    { effect: 'read', retry: { abandonBelow: 3 } },
    'retry.abandonBelow is from 0 to 1, not 3',
  ],
  [
    'an order with several places to go',
    { effect: 'once', targets: ['a'] },
    "effect 'once' takes no targets",
  ],
  [
    'an order with time for a fallback',
    { effect: 'once', fallbackMs: 5 },
    "effect 'once' takes no fallbackMs",
  ],
  ['a random that gives nothing', { effect: 'read', random: {} }, 'random has a method next'],
  [
    'a budget that nobody made',
    { effect: 'read', budget: { ratio: 0.2, deposit: () => undefined } },
    'budget.deposit is no option; there are ratio, perSecond, burst',
  ],
  [
    'a budget of another kind',
    { effect: 'read', budget: 3 },
    'budget is an AttemptBudget or the options of one, not 3',
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
  ["deadlineMs is a number, not '5s'", { deadlineMs: '5s' }],
  ['deadlineMs is a number, not NaN', { deadlineMs: NaN }],
  ['key is a text, not 5', { key: 5 }],
  ['deadline is no option of a call; did you mean deadlineMs?', { deadline: 5 }],
  ['colour is no option of a call; there are signal, deadlineMs, key', { colour: 5 }],
  ["options are an object, not 'BTC'", 'BTC' as never],
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
  ['rate is no option; there are limit, perMs', () => rateLimiter({ rate: 1 } as never)],
  ['rat is no option; did you mean rate?', () => faults({ rat: 1 } as never)],
  [
    'rate.latncy is no option; did you mean latency?',
    () => faults({ rate: { latncy: 1 } as never }),
  ],
  [
    'saved is no option; there are ratio, perSecond, burst',
    () => new AttemptBudget({ saved: 2 } as never),
  ],
])('a misspelt option is said, with the one that was meant: %s', (sentence, make) => {
  expect(make).toThrow(sentence)
})

test.each<[string, object]>([
  ['window is { ms } or { calls }, not 10', { window: 10 }],
  ["failureRate is above 0 to 1, not '0.5'", { failureRate: '0.5' }],
  ["breakMs is above 0 and finite, not '1000'", { breakMs: '1000' }],
  ["dwellMs is 0 or more, not '5'", { dwellMs: '5' }],
  ['ramp is a list of percents or false, not 5', { ramp: 5 }],
  ['ramp ends at 100 %, not 10; false is none', { ramp: [5, 10] }],
  ['ramp ends at 100 %, not undefined; false is none', { ramp: [] }],
  ['window is { ms } or { calls }, not both', { window: { ms: 100, calls: 5 } }],
])("a circuit's option of the wrong kind is said: %s", (sentence, breaker) => {
  expect(() => policy('quotes', { effect: 'read', breaker })).toThrow(sentence)
})

test.each<[string, () => unknown]>([
  ['bulkhead takes an object of options, not undefined', () => bulkhead(undefined as never)],
  ['running is a whole number, 1 or more, not undefined', () => bulkhead({} as never)],
  ['rateLimiter takes an object of options, not undefined', () => rateLimiter(undefined as never)],
  ["a rate's limit is a whole number from 1", () => rateLimiter({ perMs: 1 } as never)],
  ['perMs is above 0, not undefined', () => rateLimiter({ limit: 1 } as never)],
  ['adaptiveLimiter takes an object of options, not null', () => adaptiveLimiter(null as never)],
  ["limit is a number, not '5'", () => adaptiveLimiter({ limit: '5' as never })],
  ['clientThrottle takes an object of options, not 5', () => clientThrottle(5 as never)],
  ['random has a method next', () => clientThrottle({ random: {} as never })],
  ['shadow is true or false, not 1', () => bulkhead({ running: 1, shadow: 1 as never })],
  ['faults takes an object of options, not undefined', () => faults(undefined as never)],
  ["latency is ms or [least, most] ms, not '5'", () => faults({ latency: '5' as never })],
  ['rate is 0 to 1, or { latency, error, hang }, not 2', () => faults({ rate: 2 })],
  ['AttemptBudget takes an object of options, not null', () => new AttemptBudget(null as never)],
  ["a budget's ratio is 0 to 2, not '0.1'", () => new AttemptBudget({ ratio: '0.1' as never })],
  ['clock is a clock, with now', () => circuitBreaker({ clock: {} as never })],
  ['circuitBreaker takes an object of options, not null', () => circuitBreaker(null as never)],
])('a part without usable options says so in one sentence: %s', (sentence, make) => {
  expect(make).toThrow(AssertionFailure)
  expect(make).toThrow(sentence)
})

test.each<[string, () => unknown]>([
  ['pipeline takes a list of executors, not undefined', () => pipeline(undefined as never)],
  ['pipeline takes a list of executors, not a(n) object', () => pipeline([{}] as never)],
  ['pipeline takes an object of options, not null', () => pipeline([], null as never)],
  ['deadlineMs is above 0, not -5', () => pipeline([], { deadlineMs: -5 })],
  ['name is a text, not 5', () => pipeline([], { name: 5 as never })],
  ['clock is a clock, with now, monotonicMs', () => pipeline([], { clock: {} as never })],
  ['budget is an AttemptBudget or the', () => pipeline([], { budget: 3 as never })],
  ['targets names at least one text', () => pipeline([], { targets: [] })],
  ['onEvent is a function, not true', () => pipeline([], { onEvent: true as never })],
])('what a pipeline is given is looked at as for a policy: %s', (sentence, make) => {
  expect(make).toThrow(AssertionFailure)
  expect(make).toThrow(sentence)
})

test.each<[string, object]>([
  ['clock is a clock, with now, monotonicMs', { clock: {} }],
  ['random has a method next', { random: {} }],
  ['budget is an AttemptBudget', { budget: 3 }],
  ['retry.baseMs is 0 or more, not -1', { retry: { baseMs: -1 } }],
  ['retry.maxMs is at least baseMs (100), not 5', { retry: { maxMs: 5 } }],
  ['breaker.failureRate is above 0 to 1, not 5', { breaker: { failureRate: 5 } }],
])('what is out of its range is named in full: %s', (sentence, options) => {
  expect(() => make({ effect: 'read', ...options })).toThrow(AssertionFailure)
  expect(() => make({ effect: 'read', ...options })).toThrow(sentence)
})

test.for<Effect>(['read', 'once'])(
  'a task that is no function is a mistake of ours, and nothing is sent: %s',
  async (effect) => {
    const side = new SimulatedSide()
    const quotes = policy('quotes', { effect, ...side.parts })

    const outcome = await quotes.run(undefined as never)

    const message = 'quotes: the task is a function, not undefined'
    expect(outcome).toMatchObject({ errorClass: 'fatal', attempts: 0, error: { message } })
    expect(quotes.counters).toMatchObject({ calls: 1, failed: 1, sent: 0, unknown: 0 })
  },
)

test('what is wrapped is a function, and that is said when it is wrapped', () => {
  const quotes = policy('quotes', { effect: 'read' })

  expect(() => quotes.wrap(5 as never)).toThrow('quotes wraps a function, not 5')
  expect(() => resilient(quotes)(undefined as never)).toThrow('quotes wraps a function')
})
