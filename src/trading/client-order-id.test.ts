import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientOrderId, ClientOrderIds } from './client-order-id.ts'

test('a short plain name can be read in the id', () => {
  const id = clientOrderId({ run: 'k3x9', strategy: 'sma-cross', decision: 42 })

  expect(id).toBe('g-k3x9-sma-cross-16')
})

test('the longest id has 36 characters', () => {
  const id = clientOrderId({
    run: '2024-08-09T00:05:04Z',
    strategy: 'mean reversion on the hour',
    decision: Number.MAX_SAFE_INTEGER,
  })

  expect(id).toHaveLength(36)
})

test('every id is one that exchanges take', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.maxSafeNat(), (run, strategy, decision) => {
      const id = clientOrderId({ run, strategy, decision })

      expect(id).toMatch(/^[A-Za-z0-9_-]{1,36}$/)
      expect(clientOrderId({ run, strategy, decision })).toBe(id)
    }),
  )
})

test('distinct decisions have distinct ids', () => {
  const name = fc.oneof(fc.string({ maxLength: 12 }), fc.stringMatching(/^[a-z0-9_-]{0,14}$/))
  const decision = fc.nat({ max: 2000 })
  const input = fc.record({ run: name, strategy: name, decision })

  fc.assert(
    fc.property(
      fc.uniqueArray(input, { minLength: 2, selector: (one) => JSON.stringify(one) }),
      (all) => {
        expect(new Set(all.map(clientOrderId)).size).toBe(all.length)
      },
    ),
  )
})

test('ids of one strategy in one run know their own and no other', () => {
  const mine = new ClientOrderIds({ run: 'k3x9', strategy: 'sma-cross/BTC/USDT' })
  const others = { run: 'k3x9', strategy: 'sma-cross/ETH/USDT', decision: 42 }

  const id = mine.of(42)

  expect(id).toBe(clientOrderId({ run: 'k3x9', strategy: 'sma-cross/BTC/USDT', decision: 42 }))
  expect(mine.includes(id)).toBe(true)
  expect(mine.includes(clientOrderId(others))).toBe(false)
})
