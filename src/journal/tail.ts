/**
 * What lies behind the last good record of a segment: nothing, a torn tail, or damage.
 *
 * A write that a crash cut short leaves any of its sectors, so whole records of it may lie behind
 * a hole; they were never acknowledged and are cut. But each record carries the number that was
 * flushed when it was written. If any record behind the hole says that the missing one was
 * flushed, then the hole is not a torn write: it is damage, and nothing may be cut.
 */
import {
  type Block,
  acknowledgedAt,
  epochAt,
  headerBytes,
  isRecord,
  lengthAt,
  numberAt,
} from './record.ts'

const zeros = Buffer.alloc(64 * 1024)

export interface Tail {
  /** One past the last byte that is not zero; 0 when there is none. */
  readonly dirtyEnd: number
  /** The highest epoch of any record found, also of those that will be cut. */
  readonly epoch: number
  /** A record that proves that the missing one was acknowledged. */
  readonly proof?: { readonly number: number; readonly acknowledged: number }
}

/** `block` begins where record `missing` should. */
export function examineTail(block: Block, missing: number): Tail {
  const { bytes, view } = block
  const dirtyEnd = endOfData(bytes)
  let epoch = 0
  for (let at = 0; at < dirtyEnd;) {
    const length = recordLength(block, at, missing)
    if (length === 0) {
      at++
      continue
    }
    epoch = Math.max(epoch, epochAt(view, at))
    const acknowledged = acknowledgedAt(view, at)
    if (acknowledged >= missing) {
      return { dirtyEnd, epoch, proof: { number: numberAt(view, at), acknowledged } }
    }
    at += length
  }
  return { dirtyEnd, epoch }
}

/** The length of the record that begins here, or 0. The cheap questions come first. */
function recordLength(block: Block, at: number, missing: number): number {
  if (at + headerBytes > block.bytes.length) return 0
  const ahead = numberAt(block.view, at) - missing
  if (ahead < 0 || ahead > at / headerBytes) return 0
  const length = lengthAt(block.view, at)
  if (length > block.bytes.length - at) return 0
  return isRecord(block, at, length) ? length : 0
}

function endOfData(bytes: Buffer): number {
  let end = bytes.length
  while (
    end >= zeros.length &&
    bytes.compare(zeros, 0, zeros.length, end - zeros.length, end) === 0
  ) {
    end -= zeros.length
  }
  while (end > 0 && bytes[end - 1] === 0) end--
  return end
}
