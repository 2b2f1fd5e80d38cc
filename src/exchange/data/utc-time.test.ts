import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatUtc, parseUtc } from './utc-time.ts'

const NEW_YEAR_2022 = 1_640_995_200_000

test.each([
  ['2022-01-01', NEW_YEAR_2022],
  ['2022/01/01', NEW_YEAR_2022],
  ['20220101', NEW_YEAR_2022],
  ['20220101 00:01', NEW_YEAR_2022 + 60_000],
  ['2022-01-01 00:00:01.000000', NEW_YEAR_2022 + 1000],
  ['2022-01-01T00:00:00.25Z', NEW_YEAR_2022 + 250],
  ['2022-01-01T02:00:00+02:00', NEW_YEAR_2022],
  ['2021-12-31T19:00:00-0500', NEW_YEAR_2022],
  ['2022-01-01 00:00:00 UTC', NEW_YEAR_2022],
  ['2022-01-01 00:00:00+00:00', NEW_YEAR_2022],
])('%s is read as UTC where it names no other zone', (text, expected) => {
  expect(parseUtc(text)).toBe(expected)
})

test.each([
  '2022-02-30',
  '2022-13-01',
  '2022-1-1',
  '2022-01-01T',
  '2022-01-01 24:00:00',
  '2022-01-01 00:60',
  '2022-01-01 00:00:00.',
  '2022-01-01 00:00:00.0001',
  '2022-01-01 00:00:00 CET',
  '2022-01/01',
  'yesterday',
  '',
])('%s is not a time', (text) => {
  expect(parseUtc(text)).toBeNaN()
})

test('text and milliseconds turn into each other without loss', () => {
  const time = fc.integer({ min: 0, max: 253_402_300_799_999 })

  fc.assert(fc.property(time, (ms) => parseUtc(formatUtc(ms)) === ms))
})

test('the calendar agrees with the one of the platform', () => {
  const time = fc.date({
    min: new Date(0),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })

  fc.assert(fc.property(time, (date) => formatUtc(date.getTime()) === date.toISOString()))
})
