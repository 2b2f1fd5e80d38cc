import { crc32, type DiskFile } from '../../runtime/index.ts'
import { badData, TornContainer } from './bad-data.ts'
import { rangeChunks } from './file-chunks.ts'
import { inflateRawChunks } from './inflate-chunks.ts'

/**
 * Reads ZIP files: the directory at their end, then one entry as a stream.
 *
 * What holds: an entry is stored or deflated, its length and its CRC-32 are checked when its last
 * byte was read, and nothing outside the directory is trusted. The 64-bit sizes of ZIP64 are
 * understood (small archives carry them too); encrypted entries are refused by name.
 */
export interface ZipEntry {
  readonly name: string
  readonly method: number
  readonly flags: number
  readonly crc: number
  readonly packedBytes: number
  readonly bytes: number
  readonly headerAt: number
}

/** The files of the archive, without folders and without what macOS adds. */
export async function zipEntries(file: DiskFile, name: string): Promise<readonly ZipEntry[]> {
  const size = await file.size()
  const tailBytes = Math.min(size, END_RECORD_BYTES + COMMENT_BYTES_MAX)
  const tail = await readExactly(file, size - tailBytes, tailBytes)
  const endAt = findEndRecord(tail)
  if (endAt < 0) throw badData(name, 0, 'the ZIP has no directory at its end; it is cut short')
  const count = tail.readUInt16LE(endAt + 10)
  const directoryBytes = tail.readUInt32LE(endAt + 12)
  const directoryAt = tail.readUInt32LE(endAt + 16)
  if (count === 0xffff || directoryAt === 0xffff_ffff) {
    throw badData(name, 0, 'the ZIP has a ZIP64 directory, which is not read; unpack it first')
  }
  if (directoryAt + directoryBytes > size) throw badDirectory(name)
  const directory = await readExactly(file, directoryAt, directoryBytes)
  return parseDirectory(directory, count, name).filter(
    (entry) => !entry.name.endsWith('/') && !entry.name.startsWith('__MACOSX/'),
  )
}

/** The unpacked bytes of one entry, checked against its length and CRC at the end. */
export async function* zipEntryChunks(file: DiskFile, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  if ((entry.flags & 1) !== 0)
    throw new TornContainer('the ZIP entry is encrypted; unpack it first')
  const header = await readExactly(file, entry.headerAt, LOCAL_HEADER_BYTES)
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_HEADER_SIGNATURE) {
    throw new TornContainer('the ZIP entry does not start where the directory says')
  }
  const start =
    entry.headerAt + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28)
  const packed = rangeChunks(file, start, start + entry.packedBytes)
  let crc = 0
  let bytes = 0
  for await (const chunk of unpackEntry(packed, entry.method)) {
    crc = crc32(chunk, crc)
    bytes += chunk.length
    yield chunk
  }
  if (bytes !== entry.bytes) {
    throw new TornContainer(`the ZIP entry has ${bytes} bytes where ${entry.bytes} are declared`)
  }
  if (crc !== entry.crc) throw new TornContainer('the ZIP entry is damaged: its checksum is wrong')
}

const END_RECORD_SIGNATURE = 0x0605_4b50
const END_RECORD_BYTES = 22
const COMMENT_BYTES_MAX = 0xffff
const DIRECTORY_SIGNATURE = 0x0201_4b50
const DIRECTORY_ENTRY_BYTES = 46
const LOCAL_HEADER_SIGNATURE = 0x0403_4b50
const LOCAL_HEADER_BYTES = 30
const STORED = 0
const DEFLATED = 8

function unpackEntry(
  packed: AsyncGenerator<Uint8Array>,
  method: number,
): AsyncGenerator<Uint8Array> {
  if (method === STORED) return packed
  if (method === DEFLATED) return inflateRawChunks(packed)
  throw new TornContainer(`the ZIP entry is packed by method ${method}; only deflate is read`)
}

function findEndRecord(tail: Buffer): number {
  for (let at = tail.length - END_RECORD_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) === END_RECORD_SIGNATURE) return at
  }
  return -1
}

function parseDirectory(directory: Buffer, count: number, name: string): ZipEntry[] {
  const entries: ZipEntry[] = []
  let at = 0
  for (let index = 0; index < count; index++) {
    if (at + DIRECTORY_ENTRY_BYTES > directory.length) throw badDirectory(name)
    if (directory.readUInt32LE(at) !== DIRECTORY_SIGNATURE) throw badDirectory(name)
    const nameAt = at + DIRECTORY_ENTRY_BYTES
    const nameEnd = nameAt + directory.readUInt16LE(at + 28)
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30)
    if (extraEnd > directory.length) throw badDirectory(name)
    const wide = new WideSizes(directory.subarray(nameEnd, extraEnd))
    entries.push({
      name: directory.toString('utf8', nameAt, nameEnd),
      flags: directory.readUInt16LE(at + 8),
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      bytes: wide.replace(directory.readUInt32LE(at + 24)),
      packedBytes: wide.replace(directory.readUInt32LE(at + 20)),
      headerAt: wide.replace(directory.readUInt32LE(at + 42)),
    })
    at = extraEnd + directory.readUInt16LE(at + 32)
  }
  return entries
}

/**
 * The 64-bit sizes of one entry: those whose 32-bit field is all ones, in the order of the
 * directory's fields, in the extra field of id 1.
 */
class WideSizes {
  readonly #values: Buffer
  #at = 0

  constructor(extra: Buffer) {
    let values: Buffer = Buffer.alloc(0)
    for (let at = 0; at + 4 <= extra.length;) {
      const end = at + 4 + extra.readUInt16LE(at + 2)
      if (extra.readUInt16LE(at) === 1) values = extra.subarray(at + 4, end)
      at = end
    }
    this.#values = values
  }

  replace(narrow: number): number {
    if (narrow !== 0xffff_ffff || this.#at + 8 > this.#values.length) return narrow
    const wide = Number(this.#values.readBigUInt64LE(this.#at))
    this.#at += 8
    return wide
  }
}

function badDirectory(name: string): Error {
  return badData(name, 0, 'the directory of the ZIP is damaged')
}

async function readExactly(file: DiskFile, position: number, bytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of rangeChunks(file, position, position + bytes)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
