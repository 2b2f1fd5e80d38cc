import type { Disk } from '../../runtime/index.ts'
import { badData, TornContainer } from './bad-data.ts'
import { fileChunks } from './file-chunks.ts'
import { gunzipChunks } from './inflate-chunks.ts'
import { zipEntries, zipEntryChunks, type ZipEntry } from './zip-archive.ts'

/**
 * A data file without its wrapping: plain, gzip or a ZIP of one file, told by the first bytes and
 * never by the ending of the name. It can be read any number of times.
 */
export interface DataSource {
  /** As the user gave it; what sentences start with. */
  readonly path: string
  readonly container: 'plain' | 'gzip' | 'zip'
  /** The name of the file inside, without folder: dates and symbols may be read from it. */
  readonly innerName: string
  chunks(): AsyncGenerator<Uint8Array>
}

export async function openSource(disk: Disk, path: string): Promise<DataSource> {
  const start = await firstBytes(fileChunks(disk, path), 4)
  if (start.length === 0) throw badData(path, 0, 'the file is empty')
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  if (start[0] === 0x1f && start[1] === 0x8b) {
    const innerName = name.replace(/\.gz(ip)?$/i, '')
    const chunks = () => gunzipChunks(fileChunks(disk, path))
    return { path, container: 'gzip', innerName, chunks }
  }
  if (start[0] === 0x50 && start[1] === 0x4b && start[2]! <= 5) {
    const entry = await onlyEntry(disk, path)
    const innerName = entry.name.slice(entry.name.lastIndexOf('/') + 1)
    return { path, container: 'zip', innerName, chunks: () => entryChunks(disk, path, entry) }
  }
  return { path, container: 'plain', innerName: name, chunks: () => fileChunks(disk, path) }
}

/** Up to `count` unpacked bytes from the start: enough to tell what a file is. */
export async function peekSource(source: DataSource, count: number): Promise<Buffer> {
  try {
    return await firstBytes(source.chunks(), count)
  } catch (error) {
    throw error instanceof TornContainer ? badData(source.path, 0, error.message) : error
  }
}

/** Fewer than `count` where the stream ends, or breaks, before. */
async function firstBytes(chunks: AsyncIterable<Uint8Array>, count: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let have = 0
  try {
    for await (const chunk of chunks) {
      parts.push(chunk)
      have += chunk.length
      if (have >= count) break
    }
  } catch (error) {
    // A torn file with a readable start is told by its reader, which knows the line.
    if (!(error instanceof TornContainer) || have === 0) throw error
  }
  return Buffer.concat(parts).subarray(0, count)
}

async function onlyEntry(disk: Disk, path: string): Promise<ZipEntry> {
  const file = await disk.open(path, { readOnly: true })
  try {
    const entries = await zipEntries(file, path)
    if (entries.length === 1) return entries[0]!
    const names = entries.slice(0, 3).map((entry) => entry.name)
    const listed =
      names.length === 0 ? '' : ` (${names.join(', ')}${entries.length > 3 ? ', ...' : ''})`
    throw badData(
      path,
      0,
      `the ZIP holds ${entries.length} files${listed}; give one with a single data file`,
    )
  } finally {
    await file.close()
  }
}

async function* entryChunks(disk: Disk, path: string, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const file = await disk.open(path, { readOnly: true })
  try {
    yield* zipEntryChunks(file, entry)
  } finally {
    await file.close()
  }
}
