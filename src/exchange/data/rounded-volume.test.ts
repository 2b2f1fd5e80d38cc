import { expect, test } from 'vitest'
import { roundVolume } from './rounded-volume.ts'

test.each([
  ['218102.59507500002', 218_102_595_075, 6],
  ['380591.00179999997', 3_805_910_018, 4],
  ['134918704.76320001', 1_349_187_047_632, 4],
  ['0.123456789', 12_345_679, 8],
  ['0.999999999999', 1, 0],
  ['0.0000000001', 0, 0],
  ['12', 12, 0],
])('the volume %s loses its noise', (text, mantissa, decimals) => {
  expect(roundVolume(text)).toEqual({ mantissa, decimals })
})

test.each(['', 'NaN', '-1.5', '1e5', '1.', '1234567890123456.5', '1,000.5'])(
  '%s is no volume',
  (text) => {
    expect(roundVolume(text)).toBeNull()
  },
)
