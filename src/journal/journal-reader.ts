/**
 * Records from a number on, across segments, each checked.
 *
 * Everything up to `through` must be there; whatever is not ends the reading with
 * `journal-damaged`, never with a shorter answer. What was removed cannot be read: a reading that
 * would begin there is refused with `journal-begins-later`.
 */
import { type Disk, GenesisError } from '../runtime/index.ts'
import type { JournalRecord } from './journal.ts'
import { type Segment, damaged } from './segment.ts'
import { SegmentScan } from './segment-scan.ts'

export interface ReadOptions {
  readonly disk: Disk
  readonly folder: string
  readonly segments: readonly Segment[]
  readonly from: number
  readonly through: number
}

export async function* readRecords(
  options: ReadOptions,
): AsyncGenerator<readonly JournalRecord[], void> {
  const { disk, folder, segments, from, through } = options
  if (from > through) return
  let position = segments.findLastIndex((segment) => segment.firstNumber <= from)
  if (position < 0) {
    const firstNumber = segments[0]?.firstNumber
    throw new GenesisError(
      'journal-begins-later',
      `The journal ${folder} begins with record ${firstNumber}, as older ones were removed; ` +
        `from record ${from} on it cannot be read.`,
      { details: { folder, from, firstNumber } },
    )
  }
  for (; position < segments.length; position++) {
    const segment = segments[position]
    if (!segment || segment.firstNumber > through) return
    const next = segments[position + 1]
    const end = Math.min(through, (next?.firstNumber ?? Number.MAX_SAFE_INTEGER) - 1)
    const file = await disk.open(`${folder}/${segment.name}`)
    try {
      const { firstNumber } = segment
      const scan = new SegmentScan(file, { firstNumber, from, through: end })
      yield* scan.batches()
      if (scan.lastNumber < end) {
        throw damaged(folder, segment, scan.offset, scan.lastNumber + 1, 'unreadable.')
      }
    } finally {
      await file.close()
    }
  }
}
