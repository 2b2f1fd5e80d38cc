import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Ring } from './ring.ts'

test('values leave in the order they came, across growth and wrap-around', () => {
  const ring = new Ring<number>(1_000, 2)

  ring.push(1)
  ring.push(2)
  ring.shift()
  for (let value = 3; value <= 100; value++) ring.push(value)

  expect(ring.length).toBe(99)
  expect(Array.from({ length: 99 }, () => ring.shift())).toEqual(
    Array.from({ length: 99 }, (_, index) => index + 2),
  )
})

test('push is refused at the bound and taken again after a shift', () => {
  const ring = new Ring<string>(3)
  for (const value of ['a', 'b', 'c']) ring.push(value)

  const refused = ring.push('d')
  ring.shift()
  const taken = ring.push('e')

  expect([refused, taken, ring.length, ring.peek()]).toEqual([false, true, 3, 'b'])
})

test('an empty ring gives nothing', () => {
  const ring = new Ring<number>(1)

  expect([ring.peek(), ring.shift(), ring.length]).toEqual([undefined, undefined, 0])
})

test('a cleared ring is empty and usable', () => {
  const ring = new Ring<number>(4)
  for (let value = 0; value < 4; value++) ring.push(value)

  ring.clear()
  ring.push(9)

  expect([ring.length, ring.shift(), ring.shift()]).toEqual([1, 9, undefined])
})

test('a bound of nothing is a programmer error', () => {
  expect(() => new Ring(0)).toThrow('a bound is 1 to 2^30')
})

test('a ring behaves as an array with a limit, whatever is done to it', () => {
  const steps = fc.array(
    fc.oneof(fc.integer({ min: 0, max: 99 }), fc.constantFrom('shift', 'peek', 'clear')),
    { maxLength: 300 },
  )

  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), steps, (bound, actions) => {
      const ring = new Ring<number>(bound, 1)
      const model: number[] = []
      for (const action of actions) {
        if (typeof action === 'number') {
          expect(ring.push(action)).toBe(model.length < bound)
          if (model.length < bound) model.push(action)
        } else if (action === 'shift') expect(ring.shift()).toBe(model.shift())
        else if (action === 'peek') expect(ring.peek()).toBe(model[0])
        else {
          ring.clear()
          model.length = 0
        }
        expect(ring.length).toBe(model.length)
      }
    }),
  )
})
