import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExactSum } from './exact-sum.ts'

test('sums and products are those of bigints', () => {
  const factor = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })

  fc.assert(
    fc.property(fc.array(fc.tuple(factor, factor)), (pairs) => {
      const sum = new ExactSum()
      for (const [a, b] of pairs) {
        sum.add(a)
        sum.addProduct(a, b)
      }

      const expected = pairs.reduce(
        (total, [a, b]) => total + BigInt(a) + BigInt(a) * BigInt(b),
        0n,
      )
      expect(sum.value).toBe(expected)
    }),
  )
})
