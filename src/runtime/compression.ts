import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { GenesisError } from './errors.ts'

/**
 * Bytes made smaller, at the fastest level: what is kept is bounded by the disk's speed, not by
 * its size. Synchronous, so that a simulated run stays repeatable; hand in no more at once than
 * the loop can spare (about 10 ms a megabyte).
 */
export function deflate(bytes: Uint8Array): Uint8Array {
  return deflateRawSync(bytes, { level: 1 })
}

/** What `deflate` was given; throws `bad-data` where that cannot be, or is over `bytesMax`. */
export function inflate(bytes: Uint8Array, bytesMax: number): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, bytesMax) })
  } catch (cause) {
    throw new GenesisError('bad-data', 'compressed bytes cannot be read', { cause })
  }
}
