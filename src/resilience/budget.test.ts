import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AttemptBudget } from './budget.ts'
import { pipeline } from './pipeline.ts'
import { policy } from './policy.ts'
import { retry } from './retry/retry.ts'
import { SimulatedSide } from './simulated-side.ts'

test('grants what was saved up, then nothing more than was asked to suppress', () => {
  const budget = new AttemptBudget({ ratio: 0, perSecond: 0, burst: 3 })

  const grants = [budget.request(2, 0), budget.request(2, 0), budget.request(2, 0)]

  expect(grants).toEqual([2, 1, 0])
  expect([budget.granted, budget.denied]).toEqual([3, 3])
})

test('first attempts pay in their ratio', () => {
  const budget = new AttemptBudget({ ratio: 0.1, perSecond: 0, burst: 10 })
  budget.request(10, 0)

  for (let call = 0; call < 25; call++) budget.deposit()

  expect(budget.request(10, 0)).toBe(2)
})

test('a quiet client saves up by time, never more than the burst', () => {
  const budget = new AttemptBudget({ ratio: 0, perSecond: 2, burst: 5 })
  budget.request(5, 0)

  const grants = [budget.request(9, 499), budget.request(9, 1_000), budget.request(9, 60_000)]

  expect(grants).toEqual([0, 2, 5])
})

test('time that goes back or stands still pays nothing', () => {
  const budget = new AttemptBudget({ ratio: 0, perSecond: 1, burst: 2 })
  budget.request(2, 10_000)

  expect([budget.request(1, 4_000), budget.request(1, 10_000)]).toEqual([0, 0])
})

test('in no window more is granted than burst, ratio and time allow', () => {
  const step = fc.record({
    afterMs: fc.integer({ min: 0, max: 500 }),
    firsts: fc.integer({ min: 0, max: 5 }),
    wanted: fc.integer({ min: 0, max: 3 }),
  })

  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const budget = new AttemptBudget({ ratio: 0.2, perSecond: 3, burst: 4 })
      let nowMs = 0
      const log = steps.map(({ afterMs, firsts, wanted }) => {
        nowMs += afterMs
        for (let first = 0; first < firsts; first++) budget.deposit()
        return { nowMs, firsts, granted: budget.request(wanted, nowMs) }
      })
      for (let from = 0; from < log.length; from++) {
        let [granted, firsts] = [0, 0]
        for (let to = from; to < log.length; to++) {
          granted += log[to]!.granted
          firsts += log[to]!.firsts
          const seconds = (log[to]!.nowMs - log[from]!.nowMs) / 1_000
          expect(granted).toBeLessThanOrEqual(4 + 0.2 * firsts + 3 * seconds + 1e-9)
        }
      }
    }),
  )
})

test('a policy makes a budget of its own of plain options', async () => {
  const side = new SimulatedSide()
  const budget = { ratio: 0, perSecond: 0, burst: 1 }
  const quotes = policy('quotes', { effect: 'read', ...side.parts, budget, retry: { baseMs: 1 } })
  side.script({ error: new Error('down') })

  for (let call = 0; call < 3; call++) {
    void quotes.run(side.task)
    await side.clock.advance(100)
  }

  expect(quotes.budget).toMatchObject({ ...budget, granted: 1, denied: 3 })
})

test('a pipeline takes the plain options of a budget, too', async () => {
  const side = new SimulatedSide()
  const calls = pipeline([retry({ baseMs: 1 })], {
    effect: 'read',
    clock: side.clock,
    budget: { ratio: 0, perSecond: 0, burst: 1 },
  })
  side.script({ error: new Error('down') })

  void calls.run(side.task)
  await side.clock.advance(100)

  expect(side.sent.length).toBe(2)
})
