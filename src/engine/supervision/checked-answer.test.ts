import { expect, test } from 'vitest'
import { durableEvent, Priority } from '../event.ts'
import { checkedAnswer } from './checked-answer.ts'
import { eventFault } from './event-fault.ts'

const validate = (answer: unknown) => (typeof answer === 'number' ? null : 'a price is a number')

test('an answer its component calls sound is passed on, also where nothing is said', () => {
  expect(checkedAnswer({ name: 'prices', validate }, 5)).toBe(5)
  expect(checkedAnswer({ name: 'prices' }, 'anything')).toBe('anything')
})

test('garbage is a fault of the component, in one sentence', () => {
  const check = () => checkedAnswer({ name: 'prices', validate }, 'five')

  expect(check).toThrow('prices answered garbage: a price is a number')
})

test('an answer that cannot even be looked at is garbage', () => {
  const price = (answer: unknown) => ((answer as { price: number }).price > 0 ? null : 'none')

  const check = () => checkedAnswer({ name: 'prices', validate: price }, null)

  expect(check).toThrow(/^prices answered garbage: Cannot read/)
})

const event = durableEvent('order.filled', {
  priority: Priority.HIGH,
  time: 1,
  key: 'a',
  payload: 1,
})

test('an event is taken for one', () => {
  expect(eventFault(event)).toBe(null)
})

test.each([
  [null, 'an event that is no object'],
  [{ ...event, topic: 'Order Filled' }, 'an event with the topic "Order Filled"'],
  [{ ...event, topic: undefined }, 'an event with the topic undefined'],
  [{ ...event, priority: 7 }, 'order.filled with the priority 7'],
  [{ ...event, time: Number.NaN }, 'order.filled with the time null'],
  [{ ...event, key: 3 }, 'order.filled with the key 3'],
  [{ ...event, durable: 'yes' }, 'order.filled that is neither durable nor passing'],
])('%j is told as "%s"', (value, fault) => {
  expect(eventFault(value)).toBe(fault)
})
