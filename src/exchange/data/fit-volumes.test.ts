import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitVolumes } from './fit-volumes.ts'

test('volumes whose sum is exact keep every digit', () => {
  const volume = Float64Array.of(2 ** 52, 2 ** 52 - 1)

  const fitted = fitVolumes(volume, 8)

  expect(fitted).toEqual({ quantityDecimals: 8, rounded: 0, total: '90071992.54740991' })
  expect([...volume]).toEqual([2 ** 52, 2 ** 52 - 1])
})

test('volumes whose sum is above 2^53 are rounded to the decimals that fit, and counted', () => {
  const volume = Float64Array.of(2 ** 53 - 1, 15, 20)

  const fitted = fitVolumes(volume, 1)

  expect(fitted).toEqual({ quantityDecimals: 0, rounded: 2, total: '900719925474102.6' })
  expect([...volume]).toEqual([900_719_925_474_099, 2, 2])
})

test('decimals that were given stay, even where the sum does not fit', () => {
  const volume = Float64Array.of(2 ** 53 - 1, 1)

  const fitted = fitVolumes(volume, 3, 3)

  expect(fitted).toMatchObject({ quantityDecimals: 3, rounded: 0 })
})

test('whatever the volumes, their sum fits or there are no decimals left', () => {
  const units = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })

  fc.assert(
    fc.property(fc.array(units, { maxLength: 30 }), fc.nat(12), (volumes, decimals) => {
      const volume = Float64Array.from(volumes)

      const { quantityDecimals } = fitVolumes(volume, decimals)

      const sum = [...volume].reduce((all, one) => all + BigInt(one), 0n)
      expect(quantityDecimals === 0 || sum <= BigInt(Number.MAX_SAFE_INTEGER)).toBe(true)
    }),
  )
})
