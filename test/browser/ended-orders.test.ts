import { expect, test } from 'vitest'
import type { OrderView, Update } from '../../src/server/protocol.ts'
import { EndedOrders } from '../../web/src/model/ended-orders.ts'
import { sampleOrder } from './samples.ts'

const ended = (number: number, updatedAt: number, change: Partial<OrderView> = {}): OrderView =>
  sampleOrder(number, { open: false, state: 'filled', updatedAt, ...change })

const updates = (...orders: OrderView[]): Update[] =>
  orders.map((order) => ({ type: 'order', order }))

function endedOrders(answer: readonly OrderView[]): EndedOrders {
  return new EndedOrders(async <Item>() => answer as unknown as readonly Item[])
}

const numbers = (orders: EndedOrders) => orders.list.value.map(({ number }) => number)

test('what ended last stands first, whichever order is older', async () => {
  const orders = endedOrders([ended(1, 30), ended(2, 10)])

  await orders.reload()
  orders.apply(updates(ended(3, 20, { state: 'refused', reason: 'too small' })))

  expect(numbers(orders)).toEqual([1, 3, 2])
})

test('an order that ends while the answer is on its way is there once', async () => {
  const orders = endedOrders([ended(1, 10), ended(2, 20)])

  const answered = orders.reload()
  orders.apply(updates(ended(2, 20), ended(3, 30)))
  await answered

  expect(numbers(orders)).toEqual([3, 2, 1])
})

test('working orders are not ended, and only twenty are kept', () => {
  const orders = endedOrders([])

  orders.apply(updates(sampleOrder(1)))
  for (let number = 2; number <= 40; number += 1) orders.apply(updates(ended(number, number)))

  expect(numbers(orders)).toEqual(Array.from({ length: 20 }, (_, at) => 40 - at))
})

test('what a server before knew is forgotten with it', async () => {
  const orders = endedOrders([ended(1, 10)])
  orders.apply(updates(ended(7, 70)))

  await orders.reload()

  expect(numbers(orders)).toEqual([1])
})
