import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Keyed } from './keyed.ts'

const keys = <V>(keyed: Keyed<V>) => [...keyed.entries()].map(([key]) => key)

test('a value is made when its key is first asked for, and kept', () => {
  let made = 0
  const keyed = new Keyed({ make: (key) => ({ key, number: ++made }) })

  const first = keyed.get('a')

  expect(keyed.get('a')).toBe(first)
  expect(first).toEqual({ key: 'a', number: 1 })
})

test('the key asked for longest ago leaves first', () => {
  const keyed = new Keyed({ make: (key) => key, keysMax: 2 })
  for (const key of ['a', 'b', 'a', 'c']) keyed.get(key)

  expect(keys(keyed)).toEqual(['a', 'c'])
  expect(keyed.evicted).toBe(1)
})

test('a value in use stays while another is not', () => {
  const inUse = new Set(['a', 'b'])
  const keyed = new Keyed({ make: (key) => key, keysMax: 3, isInUse: (key) => inUse.has(key) })

  for (const key of ['a', 'b', 'c', 'd']) keyed.get(key)

  expect(keys(keyed)).toEqual(['a', 'b', 'd'])
})

test('when all are in use the oldest leaves all the same', () => {
  const keyed = new Keyed({ make: (key) => key, keysMax: 2, isInUse: () => true })

  for (const key of ['a', 'b', 'c']) keyed.get(key)

  expect(keys(keyed)).toEqual(['b', 'c'])
})

test('a key whose value cannot be made changes nothing', () => {
  const keyed = new Keyed({
    make: (key) => {
      if (key === 'bad') throw new Error('bad')
      return key
    },
    keysMax: 1,
  })
  keyed.get('a')

  expect(() => keyed.get('bad')).toThrow('bad')
  expect(keys(keyed)).toEqual(['a'])
})

test('property: never more than its bound, and the last keys asked for are there', () => {
  const asked = fc.array(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 300 })

  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), asked, (keysMax, all) => {
      const keyed = new Keyed({ make: (key) => key, keysMax })
      all.forEach((key) => keyed.get(key))

      const last = [...new Set(all.toReversed())].slice(0, keysMax).toReversed()
      expect(keys(keyed)).toEqual(last)
      expect(keyed.size).toBeLessThanOrEqual(keysMax)
    }),
  )
})
