import { expect, test } from 'vitest'
import { indicatorConformance } from './indicator.conformance.ts'
import {
  expectSameSeries,
  referenceBars,
  referenceValues,
  withoutReference,
} from './market.conformance.ts'
import { TrueRange } from './true-range.ts'

indicatorConformance({
  make: () => new TrueRange(),
  feed: (indicator, bar) => indicator.update(bar.high, bar.low, bar.close),
  outputs: ({ value }) => [value],
  readyAfter: 2,
})

test.skipIf(withoutReference)('it gives the recorded values of Stock.Indicators', () => {
  const range = new TrueRange()

  const values = referenceBars().map((bar) => range.update(bar.high, bar.low, bar.close))

  expectSameSeries(values, referenceValues('atr')['tr']!)
})

test('a gap counts as range', () => {
  const range = new TrueRange()
  range.update(11, 9, 10)

  expect(range.update(15, 14, 14.5)).toBe(5)
  expect(range.update(8, 7, 7.5)).toBe(7.5)
})
