import { expect, test } from 'vitest'
import type { Quantity } from '../../trading/index.ts'
import { type QueueModel, QueuePosition } from './queue-position.ts'
import { HeardMatching } from './test-orders.ts'

function queued(displayed: number, model: QueueModel = 'proportional') {
  const order = new HeardMatching().order({ limit: 100 })
  const position = new QueuePosition(order, displayed as Quantity, model)
  return {
    position,
    trade: (size: number) => position.afterTrade(size as Quantity),
    depth: (size: number) => position.afterDepth(size as Quantity),
  }
}

test('A trade takes from those ahead first, and the rest reaches us.', () => {
  const { position, trade } = queued(10)

  expect([trade(4), position.ahead]).toEqual([0, 6])
  expect([trade(9), position.ahead]).toEqual([3, 0])
  expect(trade(2)).toBe(2)
})

test('What a trade took is not counted again when the level is told.', () => {
  const { position, trade, depth } = queued(10)
  trade(4)

  depth(6)

  expect(position.ahead).toBe(6)
})

test('Cancellations come from ahead and behind in proportion, rounded against us.', () => {
  const { position, depth } = queued(10)
  depth(20)
  expect(position.ahead).toBe(10)

  depth(13)

  expect(position.ahead).toBe(7)
})

test('Conservatively, cancellations come from behind as far as there is something behind.', () => {
  const { position, depth } = queued(10, 'conservative')
  depth(20)

  depth(12)
  expect(position.ahead).toBe(10)

  depth(5)
  expect(position.ahead).toBe(5)
})

test('A level that vanished and came back leaves us at its front.', () => {
  const { position, depth } = queued(10)

  depth(0)
  depth(8)

  expect(position.ahead).toBe(0)
})
