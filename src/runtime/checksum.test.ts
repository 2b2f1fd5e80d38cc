import { crc32 as zlibCrc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { crc32, sha256Hex } from './checksum.ts'

test('crc32 gives the published check value', () => {
  expect(crc32('123456789')).toBe(0xcbf43926)
})

test('crc32 is that of zlib at every length and seed', () => {
  const bytes = new Uint8Array(400).map((_, index) => (index * 37) ^ (index >> 3))

  for (let length = 0; length <= bytes.length; length++) {
    const part = bytes.subarray(0, length)
    expect(crc32(part)).toBe(zlibCrc32(part))
    expect(crc32(part, 0xdeadbeef)).toBe(zlibCrc32(part, 0xdeadbeef))
  }
})

test('crc32 of two parts, chained, is the crc32 of the whole', () => {
  const [first, second] = [Buffer.from('12345'), Buffer.from('6789')]

  expect(crc32(second, crc32(first))).toBe(0xcbf43926)
})

test('sha256Hex gives the published digest of abc', () => {
  expect(sha256Hex(new TextEncoder().encode('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
})
