import { expect, test } from 'vitest'
import { durableEvent, type Event, Priority } from './event.ts'
import { LateDecisions } from './late-decisions.ts'

const decision = (key: string): Event =>
  durableEvent('order.requested', { priority: Priority.HIGH, time: 1, key, payload: null })

function setUp() {
  const published: string[] = []
  return { published, late: new LateDecisions(({ key }) => published.push(key)) }
}

test('what was never recorded is published, once', () => {
  const { late, published } = setUp()

  late.add([decision('a'), decision('b')])
  late.publish()
  late.publish()

  expect(published).toEqual(['a', 'b'])
  expect(late.waiting).toBe(0)
})

test('what was on its way and is recorded meanwhile is not published again', () => {
  const { late, published } = setUp()
  late.add([decision('a'), decision('b')])

  late.recorded(decision('a'))
  late.publish()

  expect(published).toEqual(['b'])
})

test('what a start handed out is not published by a restoration too, until it is recorded', () => {
  const { late, published } = setUp()
  late.handOut([decision('a')])

  late.add([decision('a')])
  late.publish()
  late.recorded(decision('a'))
  late.add([decision('a')])
  late.publish()

  expect(published).toEqual(['a'])
})
