import { expect, test } from 'vitest'
import { sampleCandle, sampleEvent, sampleFill, sampleOrder } from '../../test/browser/samples.ts'
import type { Update } from './protocol.ts'
import { UpdateBatch } from './update-batch.ts'

test('every state of an order and every fill is kept, in order', () => {
  const batch = new UpdateBatch()
  const updates: Update[] = [
    { type: 'order', order: sampleOrder(1) },
    { type: 'fill', fill: sampleFill(1) },
    { type: 'order', order: sampleOrder(1, { state: 'filled', open: false }) },
  ]

  batch.addAll(updates)

  expect(batch.take()).toEqual(updates)
})

test('of a forming candle only the latest is kept', () => {
  const batch = new UpdateBatch()

  batch.add(sampleCandle(0, '101'))
  batch.add(sampleCandle(0, '102'))

  expect(batch.take()).toEqual([sampleCandle(0, '102')])
})

test('the close of a candle survives the next candle, or the chart would keep a hole', () => {
  const batch = new UpdateBatch()

  batch.add(sampleCandle(0, '101'))
  batch.add(sampleCandle(0, '102', true))
  batch.add(sampleCandle(60_000, '103'))

  expect(batch.take()).toEqual([sampleCandle(0, '102', true), sampleCandle(60_000, '103')])
})

test('of many events the newest 50 are kept', () => {
  const batch = new UpdateBatch()

  for (let number = 1; number <= 200; number += 1) {
    batch.add({ type: 'event', event: sampleEvent(number) })
  }

  const kept = batch.take().map((update) => update.type === 'event' && update.event.number)
  expect(kept).toEqual(Array.from({ length: 50 }, (_, index) => 151 + index))
})

test('a taken batch is empty', () => {
  const batch = new UpdateBatch()
  batch.add(sampleCandle(0, '101'))
  batch.add({ type: 'order', order: sampleOrder(1) })

  batch.take()

  expect(batch.size).toBe(0)
  expect(batch.take()).toEqual([])
})
