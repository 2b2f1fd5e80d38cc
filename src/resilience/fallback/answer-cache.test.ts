import { expect, test } from 'vitest'
import { AnswerCache } from './answer-cache.ts'

test('an answer is recalled with its age, until it is too old', () => {
  const cache = new AnswerCache({ maxAgeMs: 100 })
  cache.remember('BTC', 7, 1_000)

  expect(cache.recall('BTC', 1_100)).toEqual({ value: 7, ageMs: 100 })
  expect(cache.recall('BTC', 1_101)).toBeUndefined()
  expect(cache.recall('ETH', 1_000)).toBeUndefined()
})

test('undefined is an answer too', () => {
  const cache = new AnswerCache()
  cache.remember('', undefined, 0)

  expect(cache.recall('', 5)).toEqual({ value: undefined, ageMs: 5 })
})

test('at its bound the key answered longest ago leaves', () => {
  const cache = new AnswerCache({ keysMax: 2 })
  cache.remember('a', 1, 0)
  cache.remember('b', 2, 1)
  cache.remember('a', 3, 2)

  cache.remember('c', 4, 3)

  expect(['a', 'b', 'c'].map((key) => cache.recall(key, 3)?.value)).toEqual([3, undefined, 4])
})
