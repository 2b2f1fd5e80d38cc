import { expect, test } from 'vitest'
import { passingEvent, Priority } from './event.ts'
import { PriorityRings } from './priority-rings.ts'

const event = (key: string, priority: Priority) =>
  passingEvent('some.topic', { priority, time: 0, key, payload: null })

test('the most important level leaves first, and the oldest of a level before the next', () => {
  const rings = new PriorityRings(10)
  rings.push(event('low', Priority.LOW), 1)
  rings.push(event('normal-1', Priority.NORMAL), 2)
  rings.push(event('critical', Priority.CRITICAL), 3)
  rings.push(event('normal-2', Priority.NORMAL), 4)
  rings.push(event('background', Priority.BACKGROUND), 5)
  rings.push(event('high', Priority.HIGH), 6)

  const order = Array.from({ length: 7 }, () => rings.shift()?.key)

  expect(order).toEqual([
    'critical',
    'high',
    'normal-1',
    'normal-2',
    'low',
    'background',
    undefined,
  ])
})

test('the time an event was pushed with comes out with it', () => {
  const rings = new PriorityRings(10)
  rings.push(event('a', Priority.LOW), 11)
  rings.push(event('b', Priority.CRITICAL), 12)

  rings.shift()
  const first = rings.shiftedPushTime
  rings.shift()

  expect([first, rings.shiftedPushTime]).toEqual([12, 11])
})

test('a full level refuses with a sentence and leaves the others open', () => {
  const rings = new PriorityRings(1)
  rings.push(event('a', Priority.LOW), 0)

  const refusal = rings.push(event('b', Priority.LOW), 0)
  const other = rings.push(event('c', Priority.HIGH), 0)

  expect(refusal).toEqual({
    ok: false,
    refused: 'queue-full',
    reason: '1 LOW events wait already, which is the bound',
  })
  expect(other).toBeUndefined()
  expect(rings.length).toBe(2)
})
