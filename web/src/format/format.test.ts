import { expect, test } from 'vitest'
import { formatBytes, formatLatency, formatRate } from './figure.ts'
import { formatDuration, formatMoment, formatTime, intervalMs } from './time.ts'

test('times are UTC', () => {
  expect(formatTime(1_735_689_600_000)).toBe('00:00:00')
  expect(formatMoment(1_735_693_261_999)).toBe('2025-01-01 01:01:01 UTC')
})

test('a duration keeps its two largest units', () => {
  expect([7_000, 725_000, 11_040_000, 273_600_000, -5].map(formatDuration)).toEqual([
    '7 s',
    '12 m 05 s',
    '3 h 04 m',
    '3 d 4 h',
    '0 s',
  ])
})

test('an interval is read, nonsense is not', () => {
  expect(['1s', '5m', '4h', '1d', 'x', ''].map(intervalMs)).toEqual([
    1000,
    300_000,
    14_400_000,
    86_400_000,
    null,
    null,
  ])
})

test('figures keep a width that can be read at a glance', () => {
  expect([0, 7.25, 140.4, 9999, 12_340, 5_200_000].map(formatRate)).toEqual([
    '0',
    '7.3',
    '140',
    '9999',
    '12.3 k',
    '5.20 M',
  ])
  expect([0.0124, 1.25, 431.7].map(formatLatency)).toEqual(['12 µs', '1.3 ms', '432 ms'])
  expect(formatBytes(90_400_000)).toBe('90 MB')
})
