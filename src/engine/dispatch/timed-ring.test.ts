import { expect, test } from 'vitest'
import { Priority } from '../event.ts'
import { passing } from './dispatch-fixture.ts'
import { TimedRing } from './timed-ring.ts'

test('it keeps order and times however it grows and wherever its oldest stands', () => {
  const ring = new TimedRing()
  const left: [string, number][] = []
  let came = 0
  const push = (count: number) => {
    for (; count > 0; count -= 1, came += 1) ring.push(passing(Priority.LOW, `${came}`), came * 10)
  }
  const shift = (count: number) => {
    for (; count > 0; count -= 1) left.push([ring.shift().key, ring.shiftedTime])
  }

  push(12)
  shift(7)
  push(60)
  const oldest = [ring.peek()?.key, ring.oldestTime, ring.length]
  shift(65)

  expect(oldest).toEqual(['7', 70, 65])
  expect(left).toEqual(Array.from({ length: 72 }, (_, index) => [`${index}`, index * 10]))
  expect([ring.length, ring.peek(), ring.oldestTime]).toEqual([0, undefined, Infinity])
})

test('taking from an empty one is a bug of the caller', () => {
  const ring = new TimedRing()

  expect(() => ring.shift()).toThrow('only what waits can be taken')
})
