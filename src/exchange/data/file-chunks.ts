import type { Disk, DiskFile } from '../../runtime/index.ts'

/**
 * The bytes of a file in order, a chunk at a time, so that a file larger than memory can be read.
 *
 * Each chunk is a new array: whoever gets it may keep it.
 */
export async function* fileChunks(disk: Disk, path: string): AsyncGenerator<Uint8Array> {
  const file = await disk.open(path, { readOnly: true })
  try {
    yield* rangeChunks(file, 0, await file.size())
  } finally {
    await file.close()
  }
}

/** The bytes from `start` up to `end`; ends early where the file does. */
export async function* rangeChunks(
  file: DiskFile,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  for (let position = start; position < end;) {
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, end - position))
    const count = await file.read(chunk, position)
    if (count === 0) return
    position += count
    yield count === chunk.length ? chunk : chunk.subarray(0, count)
  }
}

const CHUNK_BYTES = 512 * 1024
