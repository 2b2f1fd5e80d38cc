import { pipeline, Readable, type Transform } from 'node:stream'
import { createGunzip, createInflateRaw } from 'node:zlib'
import { TornContainer } from './bad-data.ts'

/**
 * Unpacks a stream of bytes as it is asked for: at most a few chunks are in memory at any time.
 *
 * What could be unpacked before the damage is given first, then `TornContainer` is thrown, so
 * that the reader can name the line at which the file breaks off.
 */
export function gunzipChunks(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  return unpack(packed, createGunzip({ chunkSize: CHUNK_BYTES }), 'gzip')
}

export function inflateRawChunks(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  return unpack(packed, createInflateRaw({ chunkSize: CHUNK_BYTES }), 'ZIP')
}

const CHUNK_BYTES = 256 * 1024

async function* unpack(
  packed: AsyncIterable<Uint8Array>,
  unpacker: Transform,
  container: string,
): AsyncGenerator<Uint8Array> {
  // The failure of either side destroys the other and surfaces in the loop below.
  pipeline(Readable.from(packed, { objectMode: true }), unpacker, () => {})
  try {
    for await (const chunk of unpacker) yield chunk as Uint8Array
  } catch (error) {
    throw tornContainer(error, container)
  }
}

function tornContainer(error: unknown, container: string): unknown {
  const code = (error as { code?: unknown }).code
  if (code === 'Z_BUF_ERROR') {
    return new TornContainer(`the ${container} data ends early; the file is cut short`)
  }
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new TornContainer(`the ${container} data is damaged (${(error as Error).message})`)
  }
  return error
}
