import { expect, test } from 'vitest'
import { pageOf, RecentList } from './recent-list.ts'

function listOf(count: number, keep: number): RecentList<number> {
  const list = new RecentList<number>(keep)
  for (let item = 1; item <= count; item += 1) list.push(item)
  return list
}

test.each([0, 1, 3, 4, 5, 6, 7, 100])('of %i items the latest three are kept in order', (count) => {
  const { items } = listOf(count, 3)

  const all = Array.from({ length: count }, (_, index) => index + 1)
  expect(items).toEqual(all.slice(-3))
})

test('the last item can be replaced, and of an empty list nothing', () => {
  const [list, empty] = [listOf(3, 2), listOf(0, 2)]

  list.replaceLast(9)
  empty.replaceLast(9)

  expect(list.items).toEqual([2, 9])
  expect(list.last).toBe(9)
  expect(empty.items).toEqual([])
})

test('a restored list goes on as the one it was taken from', () => {
  const first = listOf(5, 3)
  const second = new RecentList<number>(3)

  second.restore(first.items)
  for (const list of [first, second]) list.push(6)

  expect(second.items).toEqual(first.items)
})

test('a page is the newest, or after a cursor the oldest', () => {
  const items = [1, 2, 3, 4, 5]
  const page = (after: number | null, limit: number) =>
    pageOf(items, { after, limit }, (item) => item)

  expect(page(null, 2)).toEqual([4, 5])
  expect(page(1, 2)).toEqual([2, 3])
  expect(page(5, 2)).toEqual([])
  expect(page(null, 99)).toEqual(items)
})
