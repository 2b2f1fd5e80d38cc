import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseUnits } from '../../trading/index.ts'
import { parseUnitsFast } from './parse-units-fast.ts'

const digits = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength })
const decimalText = fc
  .tuple(digits(18), fc.boolean(), digits(12))
  .map(([whole, point, fraction]) => `${whole}${point ? '.' : ''}${fraction}`)
const anyText = fc.oneof(
  { weight: 8, arbitrary: decimalText },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'0123456789.+-eE, ') }) },
  { weight: 1, arbitrary: fc.string() },
)

test('for every text it gives the value or the refusal of parseUnits', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 0, max: 18 }), (text, decimals) => {
      expect(outcome(() => parseUnitsFast(text, decimals, 'price'))).toEqual(
        outcome(() => parseUnits(text, decimals, 'price')),
      )
    }),
    { numRuns: 5000 },
  )
})

test('the recorded form with its eight decimals is read at two', () => {
  expect(parseUnitsFast('61837.63000000', 2, 'price')).toBe(6_183_763)
})

test('a decimal beyond the instrument is refused, never rounded', () => {
  expect(() => parseUnitsFast('1.234', 2, 'price')).toThrow('at most 2 decimals')
})

function outcome(run: () => number): number | string {
  try {
    return run()
  } catch (error) {
    return String(error)
  }
}
