import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DeadlineWheel } from './deadline-wheel.ts'

function swept<T>(wheel: DeadlineWheel<T>, nowMs: number): T[] {
  const expired: T[] = []
  wheel.sweep(nowMs, (value) => expired.push(value))
  return expired
}

test('nothing expires early, everything due expires, once', () => {
  const wheel = new DeadlineWheel<string>({ bound: 10, tickMs: 10 })
  wheel.add(25, 'a')
  wheel.add(29, 'b')
  wheel.add(1_000, 'c')

  const sweeps = [24.9, 25, 28, 40, 999, 1_000, 5_000].map((nowMs) => swept(wheel, nowMs))

  expect(sweeps).toEqual([[], ['a'], [], ['b'], [], ['c'], []])
  expect(wheel.length).toBe(0)
})

test('a deadline beyond one revolution waits for its own', () => {
  const wheel = new DeadlineWheel<string>({ bound: 10, tickMs: 1, slots: 8 })
  wheel.add(100, 'late')

  const early = Array.from({ length: 99 }, (_, nowMs) => swept(wheel, nowMs)).flat()

  expect(early).toEqual([])
  expect(swept(wheel, 100)).toEqual(['late'])
})

test('a deadline already past expires in the next sweep', () => {
  const wheel = new DeadlineWheel<string>({ bound: 10 })
  swept(wheel, 10_000)

  wheel.add(5, 'past')

  expect(swept(wheel, 10_000)).toEqual(['past'])
})

test('a cancelled deadline does not expire; cancelling twice or late does nothing', () => {
  const wheel = new DeadlineWheel<string>({ bound: 10 })
  const [first, second] = [wheel.add(5, 'first'), wheel.add(5, 'second')]

  const cancelled = [wheel.cancel(first), wheel.cancel(first)]
  const expired = swept(wheel, 5)
  wheel.add(50, 'in the place of the first')

  expect([cancelled, expired]).toEqual([[true, false], ['second']])
  expect([wheel.cancel(first), wheel.cancel(second), wheel.length]).toEqual([false, false, 1])
})

test('a handle that was never given cancels nothing', () => {
  const wheel = new DeadlineWheel<string>({ bound: 10 })

  expect([0, -1, 1, 17, 2 ** 40].map((handle) => wheel.cancel(handle))).toEqual(
    Array.from({ length: 5 }, () => false),
  )
})

test('at the bound add refuses, and takes again after an expiry', () => {
  const wheel = new DeadlineWheel<number>({ bound: 40 })

  const handles = Array.from({ length: 41 }, (_, index) => wheel.add(index, index))
  swept(wheel, 0)

  expect(handles.filter((handle) => handle === 0).length).toBe(1)
  expect(wheel.add(99, 99)).toBeGreaterThan(0)
})

test('what is due in one sweep expires in its order, whatever the order it was added in', () => {
  const wheel = new DeadlineWheel<number>({ bound: 100, tickMs: 10, slots: 4 })
  const deadlines = [95, 3, 41, 7, 40.5, 40, 3.5, 250, 12, 130, 1]
  for (const deadlineMs of deadlines) wheel.add(deadlineMs, deadlineMs)

  const first = swept(wheel, 41)
  wheel.add(2, 2)

  expect(first).toEqual([1, 3, 3.5, 7, 12, 40, 40.5, 41])
  expect(swept(wheel, 1_000)).toEqual([2, 95, 130, 250])
})

test('what is due at the same moment expires in the order it was added in', () => {
  const wheel = new DeadlineWheel<string>({ bound: 100, tickMs: 10 })
  for (const name of 'abcde') wheel.add(25, name)
  wheel.add(24, 'early')

  expect(swept(wheel, 30)).toEqual(['early', 'a', 'b', 'c', 'd', 'e'])
})

test('what a callback that threw left behind keeps its place before what is due later', () => {
  const wheel = new DeadlineWheel<string>({ bound: 100, tickMs: 10 })
  for (const name of ['thrown', 'a', 'b']) wheel.add(5, name)
  const fail = () => {
    throw new Error('broken')
  }

  expect(() => wheel.sweep(5, fail)).toThrow('broken')
  wheel.add(5, 'c')
  wheel.add(1, 'earlier')

  expect(swept(wheel, 6)).toEqual(['earlier', 'a', 'b', 'c'])
})

test('the callback may cancel what is still to expire and add anew', () => {
  const wheel = new DeadlineWheel<string>({ bound: 10 })
  const handles = new Map<string, number>()
  for (const name of ['a', 'b']) handles.set(name, wheel.add(5, name))
  const expired: string[] = []

  wheel.sweep(5, (name) => {
    expired.push(name)
    wheel.cancel(handles.get(name === 'a' ? 'b' : 'a')!)
    wheel.add(1, 'added')
  })

  expect(expired.length).toBe(1)
  expect(swept(wheel, 5)).toEqual(['added'])
})

test('after a callback threw, the rest expires in the next sweep', () => {
  const wheel = new DeadlineWheel<string>({ bound: 10 })
  wheel.add(1, 'a')
  wheel.add(2, 'b')

  expect(() =>
    wheel.sweep(5, () => {
      throw new Error('broken')
    }),
  ).toThrow('broken')

  expect(swept(wheel, 5).length).toBe(1)
})

test('the earliest deadline is exact within a revolution, else where to ask again', () => {
  const wheel = new DeadlineWheel<string>({ bound: 10, tickMs: 10, slots: 8 })
  const asked = [wheel.earliest()]

  for (const deadlineMs of [400, 77, 73, 12]) {
    wheel.add(deadlineMs, 'any')
    asked.push(wheel.earliest())
  }
  swept(wheel, 50)
  asked.push(wheel.earliest())
  swept(wheel, 79)
  asked.push(wheel.earliest())

  expect(asked).toEqual([Infinity, 80, 77, 73, 12, 73, 150])
})

test('a wheel behaves as a list of deadlines, whatever is done to it', () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 0, max: 3_000 }) }),
    fc.record({ sweep: fc.integer({ min: 0, max: 400 }) }),
    fc.record({ cancel: fc.nat(50) }),
  )

  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.constantFrom(4, 64), (steps, slots) => {
      const wheel = new DeadlineWheel<number>({ bound: 30, tickMs: 7, slots })
      const model = new Map<number, { deadlineMs: number; value: number }>()
      let nowMs = 0
      for (const [value, action] of steps.entries()) {
        if ('add' in action) {
          const handle = wheel.add(nowMs + action.add, value)
          expect(handle > 0).toBe(model.size < 30)
          if (handle > 0) model.set(handle, { deadlineMs: nowMs + action.add, value })
        } else if ('sweep' in action) {
          nowMs += action.sweep
          const due = [...model].filter(([, { deadlineMs }]) => deadlineMs <= nowMs)
          for (const [handle] of due) model.delete(handle)
          const inOrder = due.toSorted(([, one], [, other]) => one.deadlineMs - other.deadlineMs)
          expect(swept(wheel, nowMs)).toEqual(inOrder.map(([, { value: v }]) => v))
        } else {
          const handle = [...model.keys()][action.cancel] ?? 999_999
          expect(wheel.cancel(handle)).toBe(model.delete(handle))
        }
        expect(wheel.length).toBe(model.size)
      }
    }),
  )
})
