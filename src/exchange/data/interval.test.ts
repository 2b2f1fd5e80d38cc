import { expect, test } from 'vitest'
import { formatInterval, parseInterval } from './interval.ts'

test.each([
  ['1s', 1000],
  ['5m', 300_000],
  ['90m', 5_400_000],
  ['4h', 14_400_000],
  ['1d', 86_400_000],
  ['1w', 604_800_000],
])('%s is read and written alike', (text, intervalMs) => {
  expect(parseInterval(text)).toBe(intervalMs)
  expect(formatInterval(intervalMs)).toBe(text)
})

test.each(['', '0m', '1', '1M', '2w', '1.5h', 'm', '-1m', '1 m'])(
  'the interval "%s" is refused with what is allowed',
  (text) => {
    expect(() => parseInterval(text)).toThrow('from 1s to 1w')
  },
)
