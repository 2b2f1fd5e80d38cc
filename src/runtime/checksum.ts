import { createHash } from 'node:crypto'
import * as zlib from 'node:zlib'

/** The CRC-32 of zip and Ethernet; `seed` continues from an earlier part. */
export function crc32(bytes: Uint8Array | string, seed = 0): number {
  return zlib.crc32(bytes, seed)
}

/** SHA-256 in lower-case hexadecimal; a string counts as its UTF-8 bytes. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
