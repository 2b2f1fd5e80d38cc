import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32 } from '../runtime/index.ts'
import { crcOf } from './crc.ts'
import {
  acknowledgedAt,
  blockOf,
  epochAt,
  headerBytes,
  isRecord,
  kindAt,
  lengthAt,
  numberAt,
  recordBytesAtMost,
  sealRecords,
  writeRecord,
} from './record.ts'

test('the layout is the documented one, byte for byte', () => {
  const block = blockOf(Buffer.alloc(34, 0xee))

  writeRecord(block, 0, 2 ** 32 + 5, 0x0102, 'ab')
  sealRecords(block, 0, 34, { acknowledged: 2 ** 32 + 4, epoch: 3 })

  const sum = Buffer.alloc(4)
  sum.writeUInt32LE(crc32(block.bytes.subarray(8)))
  const fields = ['22000000', sum.toString('hex'), '0500000001000000', '0400000001000000']
  expect(block.bytes.toString('hex')).toBe([...fields, '03000000', '0201', '0000', '6162'].join(''))
})

test('what is written is read back, whatever the fields', () => {
  const payloads = fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array({ maxLength: 3000 }))
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0, max: 0xffffffff }),
      payloads,
      (number, kind, epoch, payload) => {
        const block = blockOf(Buffer.alloc(recordBytesAtMost(payload) + 5))

        const length = writeRecord(block, 5, number, kind, payload)
        sealRecords(block, 5, 5 + length, { acknowledged: number - 1, epoch })

        expect(isRecord(block, 5, length)).toBe(true)
        expect(lengthAt(block.view, 5)).toBe(length)
        expect([numberAt(block.view, 5), acknowledgedAt(block.view, 5)]).toEqual([
          number,
          number - 1,
        ])
        expect([kindAt(block.view, 5), epochAt(block.view, 5)]).toEqual([kind, epoch])
        const read = block.bytes.subarray(5 + headerBytes, 5 + length)
        expect(read.equals(Buffer.from(payload as Uint8Array))).toBe(true)
      },
    ),
  )
})

test('any flipped bit behind the length makes it no record', () => {
  const block = blockOf(Buffer.alloc(200))
  const length = writeRecord(block, 0, 9, 1, 'some payload')
  sealRecords(block, 0, length, { acknowledged: 8, epoch: 1 })

  for (let bit = 32; bit < length * 8; bit++) {
    block.bytes[bit >> 3]! ^= 1 << (bit & 7)
    expect(isRecord(block, 0, length), `bit ${bit}`).toBe(false)
    block.bytes[bit >> 3]! ^= 1 << (bit & 7)
  }
})

test('zeros are no record', () => {
  const block = blockOf(Buffer.alloc(64))

  expect([0, 31, 32, 64].map((length) => isRecord(block, 0, length))).toEqual([
    false,
    false,
    false,
    false,
  ])
})

test('a record that acknowledges itself is no record', () => {
  const block = blockOf(Buffer.alloc(32))
  writeRecord(block, 0, 4, 1, '')
  sealRecords(block, 0, 32, { acknowledged: 4, epoch: 1 })

  expect(isRecord(block, 0, 32)).toBe(false)
})

test('the checksum is the published one for every length and place', () => {
  const block = blockOf(Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 97) & 255)))
  fc.assert(
    fc.property(fc.nat(200), fc.oneof(fc.nat(60), fc.nat(4700)), (start, length) => {
      const sum = crcOf(block.bytes, block.view, start, start + length)

      expect(sum).toBe(crc32(block.bytes.subarray(start, start + length)))
    }),
  )
})
