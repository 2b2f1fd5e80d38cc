import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BUDDIES_MAX, chooseBuddies, holdersOf } from './buddies.ts'

test('buddies are the nearest in the ring of names, and the one across', () => {
  const buddies = chooseBuddies(['f', 'b', 'a', 'd', 'c', 'e'], 3)

  expect(buddies.get('a')).toEqual(['b', 'f', 'd'])
  expect(buddies.get('d')).toEqual(['e', 'c', 'a'])
})

test('nobody is alone with itself', () => {
  expect(chooseBuddies([])).toEqual(new Map())
  expect(chooseBuddies(['a'])).toEqual(new Map([['a', []]]))
  expect(chooseBuddies(['a', 'b']).get('a')).toEqual(['b'])
})

test('whatever the names, buddies are mutual, others, equally many, and as many as can be', () => {
  const names = fc.uniqueArray(fc.string(), { maxLength: 40 })
  const counts = fc.integer({ min: 0, max: BUDDIES_MAX + 2 })
  fc.assert(
    fc.property(names, counts, (all, count) => {
      const buddies = chooseBuddies(all, count)
      const wanted = Math.max(0, Math.min(count, BUDDIES_MAX, all.length - 1))
      const isOdd = wanted % 2 === 1 && all.length % 2 === 1
      for (const name of all) {
        const mine = buddies.get(name)!
        expect(new Set(mine).size).toBe(isOdd ? wanted - 1 : wanted)
        expect(mine).not.toContain(name)
        for (const other of mine) expect(buddies.get(other)).toContain(name)
      }
    }),
  )
})

test('the order in which names are given changes nothing', () => {
  const names = ['risk', 'orders', 'account', 'feed', 'page']

  expect(chooseBuddies(names.toReversed())).toEqual(chooseBuddies(names))
})

test('a group with a corner of its own is held by the buddies of that corner', () => {
  const holders = holdersOf(['account', 'risk'], ['account', 'feed', 'risk'], 2)

  expect(holders.get('account')).toEqual(['feed', 'risk'])
  expect(holders.get('risk')).toEqual(['account', 'feed'])
})

test('groups without one are spread over the holders', () => {
  const holders = holdersOf(['a', 'b', 'c'], ['x', 'y', 'z'], 1)

  expect([...holders.values()]).toEqual([['x'], ['y'], ['z']])
  expect(holdersOf(['a'], [])).toEqual(new Map([['a', []]]))
})
