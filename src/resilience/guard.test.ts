import { expect, test } from 'vitest'
import { GenesisError, SimulatedClock } from '../runtime/index.ts'
import type { CallContext } from './call-context.ts'
import type { OnceOutcome } from './outcome.ts'
import { pipeline } from './pipeline.ts'

function setup() {
  const clock = new SimulatedClock()
  const guarded = pipeline([], { clock })
  const answerAfter = (delayMs: number) => () => clock.sleep(delayMs).then(() => 'answer')
  return { clock, guarded, answerAfter }
}

/** The outcome, or undefined while there is none. */
function watch(outcome: Promise<OnceOutcome<unknown>>) {
  const seen: { outcome?: OnceOutcome<unknown> } = {}
  void outcome.then((value) => (seen.outcome = value))
  return seen
}

test('an answer in time is a live success', async () => {
  const { clock, guarded, answerAfter } = setup()

  const seen = watch(guarded.run(answerAfter(50), { deadlineMs: 100 }))
  await clock.advance(60)

  expect(seen.outcome).toEqual({
    ok: true,
    value: 'answer',
    source: 'live',
    attempts: 1,
    elapsedMs: 50,
  })
})

test('the caller hears at the deadline, whatever the task does, and the reply counts late', async () => {
  const { clock, guarded, answerAfter } = setup()

  const seen = watch(guarded.run(answerAfter(5_000), { deadlineMs: 100 }))
  await clock.advance(100)
  const atDeadline = seen.outcome
  await clock.advance(10_000)

  expect(atDeadline).toMatchObject({ ok: false, timedOut: true, elapsedMs: 100 })
  expect(atDeadline).toHaveProperty('error', expect.any(GenesisError))
  expect(guarded.counters).toMatchObject({ calls: 1, failed: 1, late: 1, deadlines: 1, out: 0 })
})

test('the task is told by its signal, also when it asks only afterwards', async () => {
  const { clock, guarded } = setup()
  const contexts: CallContext[] = []

  void guarded.run(
    (context) => {
      contexts.push(context)
      return clock.sleep(5_000)
    },
    { deadlineMs: 100 },
  )
  await clock.advance(200)

  expect(contexts[0]!.signal().aborted).toBe(true)
  expect(contexts[0]!.signal().reason).toBeInstanceOf(GenesisError)
})

test('the members of the context may be taken apart', async () => {
  const { guarded } = setup()

  const outcome = await guarded.run(({ signal, deadlineLeftMs }) => [
    signal().aborted,
    deadlineLeftMs(),
  ])

  expect(outcome).toMatchObject({ value: [false, Infinity] })
})

test("the caller's abort is a refusal, not a failure, and reaches the task", async () => {
  const { clock, guarded } = setup()
  const caller = new AbortController()
  const reasons: unknown[] = []

  const seen = watch(
    guarded.run(
      ({ signal }) => {
        const own = signal()
        own.addEventListener('abort', () => reasons.push(own.reason))
        return clock.sleep(5_000)
      },
      { signal: caller.signal },
    ),
  )
  await clock.advance(10)
  caller.abort('changed my mind')
  await clock.settle()

  expect(seen.outcome).toMatchObject({ ok: false, refused: 'aborted' })
  expect(reasons).toEqual(['changed my mind'])
  expect(guarded.counters).toMatchObject({ refused: 1, failed: 0 })
})

test('a call under an aborted signal, or without time left, is not sent', async () => {
  const { guarded } = setup()
  const sent: string[] = []

  const outcomes = [
    await guarded.run(() => sent.push('aborted'), { signal: AbortSignal.abort() }),
    await guarded.run(() => sent.push('no time'), { deadlineMs: 0 }),
  ]

  expect(outcomes).toMatchObject([{ refused: 'aborted' }, { refused: 'no-time' }])
  expect(sent).toEqual([])
})

test('after 300 ms of our own stall, 20 replies that were in time are 20 successes', async () => {
  const { clock, guarded } = setup()
  const replies: (() => void)[] = []
  const calls = Array.from({ length: 20 }, () =>
    guarded.run(() => new Promise<void>((resolve) => replies.push(resolve)), { deadlineMs: 100 }),
  )
  await clock.settle()

  void clock.turn().then(() => replies.forEach((reply) => reply()))
  clock.setTime(350)
  clock.runDueTimers()
  const outcomes = await Promise.all(calls)

  expect(outcomes.filter(({ ok }) => ok).length).toBe(20)
  expect(guarded.counters).toMatchObject({ deadlines: 0, late: 0 })
})

test('the wall clock an hour back changes nothing', async () => {
  const { clock, guarded, answerAfter } = setup()

  const seen = watch(guarded.run(answerAfter(5_000), { deadlineMs: 100 }))
  clock.stepWallClock(-3_600_000)
  await clock.advance(100)

  expect(seen.outcome).toMatchObject({ ok: false, timedOut: true, elapsedMs: 100 })
})

test('a task that answers at once, throws at once or gives a mere thenable is served alike', async () => {
  const { guarded } = setup()
  // oxlint-disable-next-line unicorn/no-thenable -- what a foreign promise looks like
  const thenable: PromiseLike<number> = { then: (onValue) => Promise.resolve(3).then(onValue) }

  const outcomes = [
    await guarded.run(() => undefined),
    await guarded.run(() => {
      throw new Error('at once')
    }),
    await guarded.run(() => thenable),
    await guarded.run(() => Promise.reject(new Error('later'))),
  ]

  expect(outcomes).toMatchObject([
    { ok: true, value: undefined },
    { ok: false, error: { message: 'at once' } },
    { ok: true, value: 3 },
    { ok: false, error: { message: 'later' } },
  ])
})

test('a listener that throws changes no outcome and is told to the others', async () => {
  const { clock, guarded, answerAfter } = setup()
  const types: string[] = []
  guarded.events.on(() => {
    throw new Error('broken listener')
  })
  guarded.events.on(({ type }) => types.push(type))

  const seen = watch(guarded.run(answerAfter(5_000), { deadlineMs: 100 }))
  await clock.advance(100)

  expect(seen.outcome).toMatchObject({ timedOut: true })
  expect(types).toContain('listener.failed')
  expect(types).toContain('deadline.passed')
})
