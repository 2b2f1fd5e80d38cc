import { expect, test } from 'vitest'
import { type Generation, superseded } from './generations.ts'

const inline = (number: number): Generation => ({ number, parts: new Set() })
const onSet = (number: number, set: number): Generation => ({
  number,
  parts: new Set([`${set}-a`, `${set}-b`]),
})

test('no more than the newest stay', () => {
  expect(superseded([1, 2, 3, 4, 5].map(inline), 3)).toEqual([1, 2])
  expect(superseded([1, 2].map(inline), 3)).toEqual([])
})

test('where the newest all stand on one set, the newest that does not stays too', () => {
  const generations = [onSet(1, 1), onSet(2, 1), onSet(3, 3), onSet(4, 3), onSet(5, 3)]

  expect(superseded(generations, 3)).toEqual([1])
})

test('a damaged one is no spare', () => {
  const generations = [onSet(1, 1), { number: 2, parts: null }, onSet(3, 3), onSet(4, 3)]

  expect(superseded(generations, 2)).toEqual([2])
})

test('one among the newest that needs nothing of the set is spare enough', () => {
  expect(superseded([onSet(1, 1), onSet(2, 2), inline(3), onSet(4, 2)], 3)).toEqual([1])
})
