import { createHash } from 'node:crypto'
import * as zlib from 'node:zlib'

/** Below this, a table in JavaScript is faster than the call into zlib (300 ns). */
const shortBytes = 192

/** The CRC-32 of zip and Ethernet; `seed` continues from an earlier part. */
export function crc32(bytes: Uint8Array | string, seed = 0): number {
  if (typeof bytes === 'string' || bytes.length > shortBytes) return zlib.crc32(bytes, seed)
  let crc = ~seed
  for (let index = 0; index < bytes.length; index++) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[index] as number)) & 255] as number)
  }
  return ~crc >>> 0
}

const table = new Int32Array(256).map((_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = (byte >>> 1) ^ (byte & 1 ? 0xedb88320 : 0)
  return byte
})

/** SHA-256 in lower-case hexadecimal; a string counts as its UTF-8 bytes. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
