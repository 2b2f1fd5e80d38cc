import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseScaled } from '../../trading/index.ts'
import { DecimalReader, explainDecimal } from './decimal-reader.ts'

test('what it reads is exactly what was written', () => {
  const text = fc
    .tuple(
      fc.integer({ min: 0, max: 999_999 }),
      fc.string({ unit: fc.constantFrom(...'0012345678900'), minLength: 1, maxLength: 9 }),
    )
    .map(([whole, fraction]) => `${whole}.${fraction}`)

  fc.assert(
    fc.property(text, (written) => {
      const reader = readerOf(written)

      expect(BigInt(reader.mantissa)).toBe(parseScaled(written, reader.decimals))
      expect(reader.decimals === 0 || reader.mantissa % 10 !== 0).toBe(true)
    }),
  )
})

test('trailing zeros do not count as decimals that are used', () => {
  const reader = readerOf('61837.63000000')

  expect(reader).toMatchObject({ mantissa: 6_183_763, decimals: 2, writtenDecimals: 8 })
})

test.each([
  ['', 'is empty'],
  ['NaN', 'is not a number'],
  ['inf', 'is not finite'],
  ['1.5e-7', 'is in exponent notation; write it as a plain decimal'],
  ['46,319.0', 'has thousands separators; write it without them'],
  ['46319,5', 'has a decimal comma; write it with a point'],
  ['-1.5', 'is negative'],
  ['12.', 'ends in its decimal point; it looks cut short'],
  ['12345678901234567890', 'has more digits than can be kept exactly (15)'],
  ['0.00000000000000000000001', 'has more digits than can be kept exactly (15)'],
  ['abc', 'is not a plain decimal number such as 12.5'],
  ['1.2.3', 'is not a plain decimal number such as 12.5'],
])('%s is refused and the reason is told', (text, reason) => {
  const bytes = Buffer.from(text)

  expect(new DecimalReader().read(bytes, 0, bytes.length)).toBe(false)
  expect(explainDecimal(text)).toBe(reason)
})

function readerOf(text: string): DecimalReader {
  const reader = new DecimalReader()
  const bytes = Buffer.from(text)
  expect(reader.read(bytes, 0, bytes.length)).toBe(true)
  return reader
}
