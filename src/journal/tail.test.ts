import { expect, test } from 'vitest'
import { type Block, blockOf, sealRecords, writeRecord } from './record.ts'
import { examineTail } from './tail.ts'

test('zeros are no tail', () => {
  expect(examineTail(blockOf(Buffer.alloc(200_000)), 7)).toEqual({ dirtyEnd: 0, epoch: 0 })
})

test('records of the torn batch itself prove nothing', () => {
  const block = hole(100, { number: 8, acknowledged: 6, epoch: 3 })

  const tail = examineTail(block, 7)

  expect(tail.proof).toBeUndefined()
  expect([tail.dirtyEnd, tail.epoch]).toEqual([100 + 32 + 3, 3])
})

test('a record of a later batch proves that the missing one was flushed', () => {
  const block = hole(100, { number: 8, acknowledged: 7, epoch: 3 })

  const tail = examineTail(block, 7)

  expect(tail.proof).toEqual({ number: 8, acknowledged: 7 })
})

test('a record that could not be so far ahead is not one of ours', () => {
  const block = hole(100, { number: 900, acknowledged: 899, epoch: 3 })

  expect(examineTail(block, 7).proof).toBeUndefined()
})

test('a record whose last bytes are zero is found', () => {
  const block = hole(64, { number: 8, acknowledged: 7, epoch: 1 }, '\0\0\0')

  expect(examineTail(block, 7).proof).toEqual({ number: 8, acknowledged: 7 })
})

/** `at` bytes of noise where record 7 was, then a good record, then zeros. */
function hole(
  at: number,
  { number, ...seal }: { number: number; acknowledged: number; epoch: number },
  payload = 'abc',
): Block {
  const block = blockOf(Buffer.alloc(100_000))
  block.bytes.fill(0xee, 0, at)
  const length = writeRecord(block, at, number, 1, payload)
  sealRecords(block, at, at + length, seal)
  return block
}
