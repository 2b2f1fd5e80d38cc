/**
 * The bytes of one record, little endian:
 *
 *     0 length u32 (of the whole record)     4 crc32 u32 (of bytes 8 to the end)
 *     8 number u64     16 acknowledged u64     24 epoch u32     28 kind u16     30 reserved u16
 *    32 payload
 *
 * What holds: a zero length is the end, so space filled with zeros reads as an empty journal;
 * `acknowledged` is below `number`; `reserved` is 0 until there is a second format. A record is
 * written in two steps: `writeRecord` when it is appended, `sealRecords` when its batch leaves
 * for the disk, since only then is it known how far the disk has got.
 */
import { crcOf } from './crc.ts'

export const headerBytes = 32
export const kindMax = 0xffff

/** Memory under two hands: `view` covers exactly `bytes`. */
export interface Block {
  readonly bytes: Buffer
  readonly view: DataView
}

export function blockOf(bytes: Buffer): Block {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) }
}

/** An upper bound of the record's length, without looking at the characters of a string. */
export function recordBytesAtMost(payload: Uint8Array | string): number {
  return headerBytes + (typeof payload === 'string' ? payload.length * 3 : payload.length)
}

/** Writes all but what sealing adds; returns the length. The block has room for it. */
export function writeRecord(
  { bytes, view }: Block,
  at: number,
  number: number,
  kind: number,
  payload: Uint8Array | string,
): number {
  let length = headerBytes
  if (typeof payload === 'string') {
    length += bytes.write(payload, at + headerBytes)
  } else {
    bytes.set(payload, at + headerBytes)
    length += payload.length
  }
  view.setUint32(at, length, true)
  writeNumber(view, at + 8, number)
  // Four bytes: the reserved field is zero.
  view.setUint32(at + 28, kind, true)
  return length
}

/** Completes every record between `start` and `end`. */
export function sealRecords(
  { bytes, view }: Block,
  start: number,
  end: number,
  seal: { acknowledged: number; epoch: number },
): void {
  for (let at = start; at < end;) {
    const length = view.getUint32(at, true)
    writeNumber(view, at + 16, seal.acknowledged)
    view.setUint32(at + 24, seal.epoch, true)
    view.setUint32(at + 4, crcOf(bytes, view, at + 8, at + length), true)
    at += length
  }
}

/** Whether `length` bytes at `at`, all inside the block, are a record as sealing left it. */
export function isRecord({ bytes, view }: Block, at: number, length: number): boolean {
  if (length < headerBytes) return false
  if (view.getUint32(at + 4, true) !== crcOf(bytes, view, at + 8, at + length)) return false
  return view.getUint16(at + 30, true) === 0 && acknowledgedAt(view, at) < numberAt(view, at)
}

export function lengthAt(view: DataView, at: number): number {
  return view.getUint32(at, true)
}

export function numberAt(view: DataView, at: number): number {
  return readNumber(view, at + 8)
}

export function acknowledgedAt(view: DataView, at: number): number {
  return readNumber(view, at + 16)
}

export function epochAt(view: DataView, at: number): number {
  return view.getUint32(at + 24, true)
}

export function kindAt(view: DataView, at: number): number {
  return view.getUint16(at + 28, true)
}

function writeNumber(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true)
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true)
}

function readNumber(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32
}
