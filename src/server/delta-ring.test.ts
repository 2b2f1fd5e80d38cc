import { expect, test } from 'vitest'
import { sampleCandle, sampleOrder } from '../../test/browser/samples.ts'
import { DeltaRing } from './delta-ring.ts'
import type { Update } from './protocol.ts'

const order = (number: number): Update => ({ type: 'order', order: sampleOrder(number) })

test('what a client missed comes back merged', () => {
  const ring = new DeltaRing(8)
  ring.push([order(1)])
  ring.push([order(2), sampleCandle(0, '101')])
  ring.push([sampleCandle(0, '102')])

  expect(ring.since(1)).toEqual([order(2), sampleCandle(0, '102')])
  expect(ring.since(3)).toEqual([])
})

test('a client that was away for too long, or knows numbers never given, starts anew', () => {
  const ring = new DeltaRing(3)
  for (let number = 1; number <= 5; number += 1) ring.push([order(number)])

  expect(ring.since(2)).toEqual([order(3), order(4), order(5)])
  expect(ring.since(1)).toBeNull()
  expect(ring.since(6)).toBeNull()
  expect(ring.since(-1)).toBeNull()
})
