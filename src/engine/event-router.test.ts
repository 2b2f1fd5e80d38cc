import { expect, test } from 'vitest'
import { EventRouter, matches } from './event-router.ts'

test.each([
  ['order.filled', 'order.filled', true],
  ['order.*', 'order.filled', true],
  ['order.*', 'order.cancel-requested', true],
  ['order.*', 'order', false],
  ['order.*', 'orders.filled', false],
  ['*', 'anything.at.all', true],
  ['order.filled', 'order.filled.twice', false],
])('pattern %s on topic %s is %s', (pattern, topic, expected) => {
  expect(matches(pattern, topic)).toBe(expected)
})

test('subscribers get a topic in the order of their registration, each once', () => {
  const router = new EventRouter<string>()
  router.subscribe('bar.closed', 'portfolio')
  router.subscribe('*', 'journal-view')
  router.subscribe('bar.*', 'portfolio')

  const subscribers = router.subscribersOf('bar.closed')

  expect(subscribers).toEqual(['portfolio', 'journal-view'])
})

test('a subscription made after a topic was routed is still seen', () => {
  const router = new EventRouter<string>()
  router.subscribersOf('bar.closed')
  router.subscribe('bar.closed', 'late')

  expect(router.subscribersOf('bar.closed')).toEqual(['late'])
})

test('a pattern that is not words and dots is a programmer error', () => {
  const router = new EventRouter<string>()

  expect(() => router.subscribe('bar..closed', 'x')).toThrow('topic pattern')
})

test('topics made of data are routed too, and do not fill the memory', () => {
  const router = new EventRouter<string>()
  router.subscribe('trade.*', 'x')

  for (let index = 0; index < 20_000; index += 1) router.subscribersOf(`trade.${index}`)

  expect(router.subscribersOf('trade.20001')).toEqual(['x'])
  expect(router.known).toBeLessThanOrEqual(10_000)
})
