/**
 * The files of a journal: `000003-0000000000180001.journal` is the third segment and begins with
 * record 180,001. A segment is filled with zeros before its first record, so that a flush only
 * has data to write, and its name is durable before its first record.
 *
 * The index is in the name so that a missing segment is seen from the names alone.
 */
import { type Disk, type DiskFile, GenesisError, type Log } from '../runtime/index.ts'

export interface Segment {
  readonly name: string
  readonly index: number
  readonly firstNumber: number
}

/** The oldest segment that is kept. */
export type Begin = Pick<Segment, 'index' | 'firstNumber'>

export const firstBegin: Begin = { index: 1, firstNumber: 1 }
export const spareName = 'spare'

const namePattern = /^(\d{6,})-(\d{16})\.journal$/
const zeros = Buffer.alloc(1024 * 1024)
const flushEveryBytes = 4 * zeros.length

export function segmentOf(index: number, firstNumber: number): Segment {
  const name = `${String(index).padStart(6, '0')}-${String(firstNumber).padStart(16, '0')}.journal`
  return { name, index, firstNumber }
}

export interface Listing {
  /** In order, none missing. */
  readonly segments: Segment[]
  /** From before the beginning: a crash came between the word that they go and their end. */
  readonly leftovers: readonly Segment[]
}

/** Refuses a folder in which a segment is missing that must be there. */
export async function listSegments(disk: Disk, folder: string, begin: Begin): Promise<Listing> {
  const found: Segment[] = []
  for (const name of await disk.list(folder)) {
    const match = namePattern.exec(name)
    if (match) found.push({ name, index: Number(match[1]), firstNumber: Number(match[2]) })
  }
  found.sort((a, b) => a.index - b.index || a.firstNumber - b.firstNumber)
  const segments = found.filter(({ index }) => index >= begin.index)
  for (const [position, segment] of segments.entries())
    checkOrder({ folder, begin, before: segments[position - 1], position, segment })
  return { segments, leftovers: found.filter(({ index }) => index < begin.index) }
}

/** Also makes every other change of names in the folder safe. */
export async function removeSegments(
  disk: Disk,
  folder: string,
  segments: readonly Segment[],
  log: Log,
): Promise<void> {
  for (const { name } of segments) {
    const path = `${folder}/${name}`
    await disk.remove(path).catch((cause: unknown) => {
      if (!(cause instanceof GenesisError) || cause.code !== 'file-missing') throw cause
      log.warn({ file: path }, 'A segment of the journal that is not needed was gone already.')
    })
  }
  await disk.syncDirectory(folder)
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

function checkOrder(place: {
  readonly folder: string
  readonly begin: Begin
  readonly before: Segment | undefined
  readonly position: number
  readonly segment: Segment
}): void {
  const { folder, begin, before, segment } = place
  const wanted = begin.index + place.position
  if (segment.index !== wanted) {
    const what =
      segment.index > wanted ? `segment ${wanted} is missing.` : `there are two of this segment.`
    throw damaged(folder, segment, 0, segment.firstNumber, what)
  }
  const { firstNumber } = segment
  if (before ? firstNumber <= before.firstNumber : firstNumber !== begin.firstNumber) {
    throw damaged(folder, segment, 0, segment.firstNumber, 'its first number is out of order.')
  }
}
