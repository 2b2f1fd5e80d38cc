import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom, SimulatedClock } from '../../runtime/index.ts'
import { RequestMediator, type RequestMediatorOptions } from './request-mediator.ts'
import type { RequestPolicy } from './request-policies.ts'
import type { RequestTarget } from './request-target.ts'
import type { RequestContext } from '../component-request.ts'
import type { ComponentRequest } from '../component-request.ts'

interface PlannedTarget extends RequestTarget {
  suspended: string | null
  asked: number
}

function setUp(options: Partial<RequestMediatorOptions> = {}) {
  const clock = new SimulatedClock()
  const targets = new Map<string, PlannedTarget>()
  const mediator = new RequestMediator({
    clock,
    random: createRandom('requests'),
    targets: { find: (name) => targets.get(name) },
    ...options,
  })
  const target = (
    name: string,
    answer: (request: ComponentRequest, context: RequestContext) => unknown,
    essential = false,
  ): PlannedTarget => {
    const made: PlannedTarget = {
      name,
      essential,
      suspended: null,
      asked: 0,
      answer: (request, context) => {
        made.asked++
        return answer(request, context)
      },
    }
    targets.set(name, made)
    return made
  }
  return { clock, targets, mediator, target }
}

const balance: ComponentRequest = { name: 'balance', parameters: { asset: 'USDT' } }
const forever = () => new Promise<never>(() => {})

test('an answer is a value that says where it came from', async () => {
  const { mediator, target } = setUp()
  target('account', ({ parameters }) => `100 ${String(parameters['asset'])}`)

  const outcome = await mediator.ask('account', balance, { effect: 'read' })

  expect(outcome).toMatchObject({ ok: true, value: '100 USDT', source: 'live', attempts: 1 })
  expect(mediator.counts()).toMatchObject({ asked: 1, sources: { live: 1 }, waiting: 0 })
})

test('nobody is asked in the middle of the event that makes somebody ask', async () => {
  const { mediator, target } = setUp()
  let state = 'before'
  target('account', () => state)

  const asked = mediator.ask('account', balance, { effect: 'read' })
  state = 'after'

  expect(await asked).toMatchObject({ value: 'after' })
})

test('a request to nobody, or to one that answers nothing, is refused', async () => {
  const { mediator, targets } = setUp()
  const mute = { name: 'mute', essential: false, suspended: null, answer: undefined, asked: 0 }
  targets.set('mute', mute)

  const outcomes = [
    await mediator.ask('nobody', balance, { effect: 'read' }),
    await mediator.ask('mute', balance, { effect: 'read' }),
  ]

  expect(outcomes).toEqual([
    { ok: false, refused: 'unknown-component', reason: 'There is no component "nobody".' },
    { ok: false, refused: 'answers-nothing', reason: 'The component "mute" answers no requests.' },
  ])
})

test('a request to a suspended one is refused, without its being asked', async () => {
  const { mediator, target } = setUp()
  const account = target('account', () => 1)
  account.suspended = 'it is being restored'

  const outcome = await mediator.ask('account', balance, { effect: 'once' })

  expect(outcome).toEqual({
    ok: false,
    refused: 'component-suspended',
    reason: 'The component "account" answers nobody now: it is being restored.',
  })
  expect(account.asked).toBe(0)
})

test('an essential one that is suspended is stood in for by its last good answer', async () => {
  const { clock, mediator, target } = setUp()
  const account = target('account', () => 100, true)
  await mediator.ask('account', balance, { effect: 'read' })
  account.suspended = 'it is being restored'
  await clock.advance(40)

  const known = await mediator.ask('account', balance, { effect: 'read' })
  const other = { name: 'balance', parameters: { asset: 'BTC' } }
  const unknown = await mediator.ask('account', other, { effect: 'read' })

  expect(known).toMatchObject({ ok: true, value: 100, source: 'cache', ageMs: 40 })
  expect(unknown).toMatchObject({ ok: false, refused: 'component-suspended' })
  expect(account.asked).toBe(1)
})

test('what takes effect once is never stood in for, also of an essential one', async () => {
  const { mediator, target } = setUp()
  const account = target('account', () => 100, true)
  await mediator.ask('account', balance, { effect: 'once', key: 'k' })
  account.suspended = 'it is being restored'

  const outcome = await mediator.ask('account', balance, { effect: 'once', key: 'k' })

  expect(outcome).toMatchObject({ ok: false, refused: 'component-suspended' })
})

test("a target's declared fallback answers when the target throws", async () => {
  const policy: RequestPolicy = { read: { retry: false, fallback: () => 'about 100' } }
  const { mediator, target } = setUp({ policyOf: () => policy })
  target('account', () => {
    throw new Error('no')
  })

  const outcome = await mediator.ask('account', balance, { effect: 'read' })

  expect(outcome).toMatchObject({ ok: true, value: 'about 100', source: 'fallback' })
})

test('a read that fails is tried again, what takes effect once is not', async () => {
  const { clock, mediator, target } = setUp()
  const account = target('account', () => {
    throw new Error('no')
  })

  const read = mediator.ask('account', balance, { effect: 'read' })
  await clock.advance(1_000)
  const readAttempts = account.asked
  const once = await mediator.ask('account', balance, { effect: 'once' })

  expect(await read).toMatchObject({ ok: false, attempts: 3 })
  expect(readAttempts).toBe(3)
  expect(account.asked).toBe(4)
  expect(once).toMatchObject({ ok: false, unknown: true })
  expect(mediator.counts()).toMatchObject({ asked: 2, failed: 1, unknown: 1, waiting: 0 })
})

test('an answer that does not come is waited for until the deadline', async () => {
  const { clock, mediator, target } = setUp()
  target('account', forever)
  const settled: string[] = []

  void mediator
    .ask('account', balance, { effect: 'idempotent', deadlineMs: 200 })
    .then((outcome) => settled.push(JSON.stringify(outcome)))
  await clock.advance(199)
  const before = settled.length
  await clock.advance(2)

  expect([before, settled.length]).toEqual([0, 1])
  expect(settled[0]).toContain('"timedOut":true')
})

test('the asked one is told how long anybody waits for its answer', async () => {
  const { mediator, target } = setUp()
  target('account', (_, { deadlineLeftMs, attempt }) => [attempt, deadlineLeftMs()])

  const outcome = await mediator.ask('account', balance, { effect: 'read', deadlineMs: 250 })

  expect(outcome).toMatchObject({ value: [1, 250] })
})

test('a target that hangs holds its own places and nobody else', async () => {
  const { clock, mediator, target } = setUp({ policyOf: () => ({ running: 2, waiting: 1 }) })
  target('hung', forever)
  target('well', () => 'fine')

  const hung = Array.from({ length: 4 }, () => mediator.ask('hung', balance, { effect: 'once' }))
  const well = await mediator.ask('well', balance, { effect: 'read' })
  await clock.advance(1_001)
  const outcomes = await Promise.all(hung)

  expect(well).toMatchObject({ ok: true, value: 'fine' })
  expect(outcomes[3]).toMatchObject({ ok: false, refused: 'queue-full' })
  expect(outcomes.slice(0, 2)).toMatchObject([{ unknown: true }, { unknown: true }])
  expect(outcomes[2]).toMatchObject({ ok: false })
  expect(outcomes[2]).not.toHaveProperty('unknown')
})

test('no more than so many requests are out, over all targets', async () => {
  const { clock, mediator, target } = setUp({ waitingMax: 2 })
  for (const name of ['a', 'b', 'c']) target(name, forever)

  const asked = ['a', 'b', 'c'].map((name) => mediator.ask(name, balance, { effect: 'read' }))
  const refused = await asked[2]
  await clock.advance(1_001)

  const reason = '2 requests wait for an answer, as many as may.'
  expect(refused).toEqual({ ok: false, refused: 'queue-full', reason })
  await Promise.all(asked)
  expect(mediator.waiting).toBe(0)
})

test('a policy that cannot be made is a failure of the request and no rejection', async () => {
  const { mediator, target } = setUp({ policyOf: () => ({ running: 0 }) })
  target('account', () => 1)

  const outcome = await mediator.ask('account', balance, { effect: 'read' })

  expect(outcome).toMatchObject({ ok: false, errorClass: 'fatal', attempts: 0 })
})

test('a request whose parameters are no JSON is asked all the same', async () => {
  const { mediator, target } = setUp()
  target('account', ({ parameters }) => parameters['number'], true)
  const request = { name: 'n', parameters: { number: 5n } }

  expect(await mediator.ask('account', request, { effect: 'read' })).toMatchObject({ value: 5n })
})

test('after a stop requests are refused, and those out have their outcome', async () => {
  const { clock, mediator, target } = setUp()
  target('account', forever)
  const out = mediator.ask('account', balance, { effect: 'read' })

  const stopped = mediator.stop()
  const late = await mediator.ask('account', balance, { effect: 'read' })
  await clock.advance(1_001)
  await stopped

  expect(late).toMatchObject({ ok: false, refused: 'stopped' })
  expect(await out).toMatchObject({ ok: false, timedOut: true })
})

test('every request has one outcome and is counted once; what takes effect once is sent at most once', async () => {
  const step = fc.record({
    name: fc.constantFrom('good', 'bad', 'hung', 'essential', 'nobody'),
    effect: fc.constantFrom('read' as const, 'idempotent' as const, 'once' as const),
    deadlineMs: fc.integer({ min: 1, max: 300 }),
    waitMs: fc.constantFrom(0, 0, 5, 200),
    suspends: fc.constantFrom(null, null, 'it is being restored'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const sent = new Map<number, number>()
      const { clock, targets, mediator, target } = setUp({ waitingMax: 12 })
      const note = ({ parameters }: ComponentRequest) => {
        const index = Number(parameters['index'])
        sent.set(index, (sent.get(index) ?? 0) + 1)
      }
      target('good', note)
      target('essential', note, true)
      target('hung', (request) => (note(request), forever()))
      target('bad', (request) => {
        note(request)
        throw new Error('no')
      })
      const outcomes: unknown[] = []
      for (const [index, { name, effect, deadlineMs, waitMs, suspends }] of steps.entries()) {
        const known = targets.get(name)
        if (known) known.suspended = suspends
        const request = { name: 'do', parameters: { index } }
        void mediator.ask(name, request, { effect, deadlineMs }).then((one) => outcomes.push(one))
        await clock.advance(waitMs)
      }
      await clock.advance(1_000)

      const { asked, sources, failed, unknown, refused, waiting } = mediator.counts()
      const told = [...Object.values(sources), ...Object.values(refused), failed, unknown]
      expect(waiting).toBe(0)
      expect(outcomes).toHaveLength(steps.length)
      expect(told.reduce((sum, count) => sum + count, 0)).toBe(asked)
      const onces = steps.flatMap(({ effect }, index) => (effect === 'once' ? [index] : []))
      for (const index of onces) expect(sent.get(index) ?? 0).toBeLessThanOrEqual(1)
    }),
    { numRuns: 60 },
  )
})
