/**
 * The files of a journal: `000003-0000000000180001.journal` is the third segment and begins with
 * record 180,001. A segment is filled with zeros before its first record, so that a flush only
 * has data to write, and its name is durable before its first record.
 *
 * The index is in the name so that a missing segment is seen from the names alone.
 */
import { type Disk, type DiskFile, GenesisError } from '../runtime/index.ts'

export interface Segment {
  readonly name: string
  readonly index: number
  readonly firstNumber: number
}

export const spareName = 'spare'

const namePattern = /^(\d{6,})-(\d{16})\.journal$/
const zeros = Buffer.alloc(1024 * 1024)
const flushEveryBytes = 4 * zeros.length

export function segmentOf(index: number, firstNumber: number): Segment {
  const name = `${String(index).padStart(6, '0')}-${String(firstNumber).padStart(16, '0')}.journal`
  return { name, index, firstNumber }
}

/** The segments of a folder in order; refuses a folder in which one is missing. */
export async function listSegments(disk: Disk, folder: string): Promise<Segment[]> {
  const segments: Segment[] = []
  for (const name of await disk.list(folder)) {
    const match = namePattern.exec(name)
    if (match) segments.push({ name, index: Number(match[1]), firstNumber: Number(match[2]) })
  }
  segments.sort((a, b) => a.index - b.index || a.firstNumber - b.firstNumber)
  for (const [position, segment] of segments.entries())
    checkOrder(folder, segments, position, segment)
  return segments
}

/** Writes zeros from the end of the file up to `bytes`. Says whether it came to the end. */
export async function fillWithZeros(
  file: DiskFile,
  bytes: number,
  stopped: () => boolean = () => false,
): Promise<boolean> {
  for (let at = await file.size(); at < bytes;) {
    if (stopped()) return false
    const piece = Math.min(zeros.length, bytes - at)
    await writeWhole(file, zeros.subarray(0, piece), at)
    at += piece
    // Often would slow the flushes of the journal itself, once would make one of them very long.
    if (at % flushEveryBytes === 0 || at === bytes) await file.dataSync()
  }
  return true
}

/** A short write is continued once; a second one in a row is a failing disk. */
export async function writeWhole(file: DiskFile, bytes: Uint8Array, at: number): Promise<void> {
  const written = await file.write(bytes, at)
  if (written === bytes.length) return
  const rest = bytes.subarray(written)
  const more = await file.write(rest, at + written)
  if (more === rest.length) return
  throw new GenesisError(
    'disk-failed',
    `The disk took ${written + more} of ${bytes.length} bytes in two writes.`,
  )
}

export function damaged(
  folder: string,
  segment: Segment,
  offset: number,
  number: number,
  what: string,
): GenesisError {
  const path = `${folder}/${segment.name}`
  return new GenesisError(
    'journal-damaged',
    `The journal is damaged: ${path}, byte ${offset}, record ${number}: ${what}`,
    { details: { file: path, offset, number } },
  )
}

function checkOrder(
  folder: string,
  segments: readonly Segment[],
  position: number,
  segment: Segment,
): void {
  if (segment.index !== position + 1) {
    const wanted = position + 1
    const what =
      segment.index > wanted ? `segment ${wanted} is missing.` : `there are two of this segment.`
    throw damaged(folder, segment, 0, segment.firstNumber, what)
  }
  const before = segments[position - 1]
  if (before ? segment.firstNumber <= before.firstNumber : segment.firstNumber !== 1) {
    throw damaged(folder, segment, 0, segment.firstNumber, 'its first number is out of order.')
  }
}
