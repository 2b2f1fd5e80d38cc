/**
 * From whatever a crash left to a journal that can be appended to.
 *
 * What holds afterwards: every acknowledged record is readable, the numbers have no hole, and all
 * that is readable is on the disk. Sealed segments are trusted (`verifyJournal` reads them); the
 * last one is walked. Its torn tail is overwritten with zeros. Records that no later record says
 * were flushed are written again: after a failed flush the system may show bytes that never
 * reached the disk, and only writing them anew makes a flush mean something.
 */
import { type Disk, type DiskFile, type Log, assert } from '../runtime/index.ts'
import { type FoundHead, type Head, headName, readHead } from './head.ts'
import { blockOf } from './record.ts'
import {
  type Begin,
  type Segment,
  damaged,
  firstBegin,
  listSegments,
  spareName,
  writeWhole,
} from './segment.ts'
import { SegmentScan } from './segment-scan.ts'
import { type Tail, examineTail } from './tail.ts'

export interface Recovered {
  readonly segments: Segment[]
  /** Of before the beginning; to be removed once the head is safe. */
  readonly leftovers: readonly Segment[]
  readonly begin: Begin
  readonly head: FoundHead | undefined
  readonly lastNumber: number
  /** The highest epoch anything on the disk carries. */
  readonly epoch: number
  /** Of the last segment: where the next record goes, and the file's size. */
  readonly offset: number
  readonly capacity: number
  readonly tornBytes: number
}

interface SegmentEnd {
  readonly scan: SegmentScan
  readonly tail: Tail
  readonly size: number
}

const nothingRead = { offset: 0, lastNumber: 0 }

export async function recover(disk: Disk, folder: string, log: Log): Promise<Recovered> {
  const head = await readHead(disk, folder, log)
  const begin = head?.begin ?? firstBegin
  const { segments, leftovers } = await listSegments(disk, folder, begin)
  const found = { segments, leftovers, begin, head }
  let epoch = head?.epoch ?? 0
  let tornBytes = 0
  let dropped: Segment | undefined
  for (let last = segments.at(-1); last; last = segments.at(-1)) {
    const file = await disk.open(`${folder}/${last.name}`)
    try {
      const { scan, tail, size } = await examineEnd(file, folder, last)
      if (dropped) checkSealed(folder, last, dropped, scan)
      else checkHead(folder, last, scan, head)
      epoch = Math.max(epoch, scan.epoch, tail.epoch)
      tornBytes += tail.dirtyEnd
      if (tail.dirtyEnd > 0) tellTorn(log, last, scan, tail)
      if (scan.lastNumber >= last.firstNumber) {
        await makeDurable(file, scan, tail)
        await disk.syncDirectory(folder)
        const { lastNumber, offset } = scan
        return { ...found, lastNumber, epoch, offset, capacity: size, tornBytes }
      }
      await dropEmpty(disk, folder, last, tail)
      dropped = last
      segments.pop()
    } finally {
      await file.close()
    }
  }
  if (!dropped) checkHead(folder, undefined, nothingRead, head)
  assert(begin.index === 1, 'a head that knows of removed segments knows of kept records')
  return { ...found, lastNumber: 0, epoch, offset: 0, capacity: 0, tornBytes }
}

/**
 * Nothing was ever kept in it, and its name may not be on the disk: the flush of the folder may
 * be what failed. So it is named again when it is needed.
 */
async function dropEmpty(disk: Disk, folder: string, empty: Segment, tail: Tail): Promise<void> {
  const path = `${folder}/${empty.name}`
  if (tail.dirtyEnd > 0) await disk.remove(path)
  else await disk.rename(path, `${folder}/${spareName}`)
}

/** Walks the last segment; refuses when what is behind the last record proves damage. */
export async function examineEnd(
  file: DiskFile,
  folder: string,
  segment: Segment,
): Promise<SegmentEnd> {
  const scan = new SegmentScan(file, { firstNumber: segment.firstNumber })
  await scan.run()
  const size = await file.size()
  const rest = Buffer.allocUnsafeSlow(Math.max(0, size - scan.offset))
  await file.read(rest, scan.offset)
  const missing = scan.lastNumber + 1
  const tail = examineTail(blockOf(rest), missing)
  if (tail.proof) {
    const { number } = tail.proof
    throw damaged(
      folder,
      segment,
      scan.offset,
      missing,
      `unreadable, though record ${number} says it was flushed.`,
    )
  }
  return { scan, tail, size }
}

export function checkHead(
  folder: string,
  last: Segment | undefined,
  scan: Pick<SegmentScan, 'offset' | 'lastNumber'>,
  head: Head | undefined,
): void {
  if (!head || head.number <= scan.lastNumber) return
  const where = last ?? { name: headName, index: 0, firstNumber: 1 }
  const what = `unreadable, though the head file says the journal reached record ${head.number}.`
  throw damaged(folder, where, scan.offset, scan.lastNumber + 1, what)
}

export function checkSealed(
  folder: string,
  sealed: Segment,
  next: Segment,
  scan: SegmentScan,
): void {
  const lastNumber = next.firstNumber - 1
  if (scan.lastNumber === lastNumber) return
  const what =
    scan.lastNumber < lastNumber
      ? `unreadable, though the next segment begins with record ${next.firstNumber}.`
      : `past the end, as the next segment begins with record ${next.firstNumber}.`
  throw damaged(folder, sealed, scan.offset, scan.lastNumber + 1, what)
}

function tellTorn(log: Log, segment: Segment, scan: SegmentScan, tail: Tail): void {
  log.warn(
    { segment: segment.name, offset: scan.offset, bytes: tail.dirtyEnd },
    'A torn tail, never acknowledged, was cut off the journal.',
  )
}

async function makeDurable(file: DiskFile, scan: SegmentScan, tail: Tail): Promise<void> {
  const from = scan.unprovenOffset
  const end = scan.offset + tail.dirtyEnd
  if (from === end) return
  const bytes = Buffer.alloc(end - from)
  await file.read(bytes.subarray(0, scan.offset - from), from)
  await writeWhole(file, bytes, from)
  await file.dataSync()
}
