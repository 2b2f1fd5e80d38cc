import { expect, test } from 'vitest'
import { KeyGate } from './key-gate.ts'

test('a closed key opens when its pause is over; others never closed', () => {
  const gate = new KeyGate()
  gate.close('BTC', 30_000, 1_000)

  expect(gate.waitMs('BTC', 2_000)).toBe(29_000)
  expect(gate.waitMs('ETH', 2_000)).toBe(0)
  expect(gate.waitMs('BTC', 31_000)).toBe(0)
  expect(gate.size).toBe(0)
})

test('a shorter pause does not shorten a longer one', () => {
  const gate = new KeyGate()
  gate.close('BTC', 30_000, 0)

  gate.close('BTC', 10, 5)

  expect(gate.waitMs('BTC', 100)).toBe(29_900)
})

test('memory is bounded: the pause that ends first makes room', () => {
  const gate = new KeyGate(2)
  gate.close('long', 1_000, 0)
  gate.close('short', 10, 0)

  gate.close('new', 500, 0)

  expect(gate.size).toBe(2)
  expect(['long', 'short', 'new'].map((key) => gate.waitMs(key, 5) > 0)).toEqual([
    true,
    false,
    true,
  ])
})
