/**
 * Walks the records of one segment in order and checks each.
 *
 * What holds: a record is given out only when its checksum is right, its number follows, and its
 * epoch is not below an earlier one. The first place where that fails is the end; whether the
 * end is a torn tail or damage is for the caller to say, who knows what must be there.
 *
 * Payloads are views of the memory read into, which is never used again.
 */
import type { DiskFile } from '../runtime/index.ts'
import type { JournalRecord } from './journal.ts'
import {
  type Block,
  acknowledgedAt,
  blockOf,
  epochAt,
  headerBytes,
  isRecord,
  kindAt,
  lengthAt,
  numberAt,
} from './record.ts'

const chunkBytes = 1024 * 1024
const recordsMax = 1024

export interface ScanOptions {
  /** The number of the segment's first record. */
  readonly firstNumber: number
  /** Records below are checked but not given out. */
  readonly from?: number
  /** Nothing after this record is looked at. */
  readonly through?: number
}

/** Why a step stopped: the batch is full, the memory ends inside a record, or no record follows. */
type Stop = { why: 'full' } | { why: 'starved'; wanted: number } | { why: 'end' }

const full: Stop = { why: 'full' }
const end: Stop = { why: 'end' }
const starved = (wanted: number): Stop => ({ why: 'starved', wanted })

export class SegmentScan {
  readonly #file: DiskFile
  readonly #from: number
  readonly #through: number
  #lastNumber: number
  #offset = 0
  #acknowledged = 0
  #epoch = 0
  #unprovenOffset = 0

  constructor(file: DiskFile, options: ScanOptions) {
    this.#file = file
    this.#lastNumber = options.firstNumber - 1
    this.#from = options.from ?? 0
    this.#through = options.through ?? Number.MAX_SAFE_INTEGER
  }

  /** The last good record so far, or one before the first. */
  get lastNumber(): number {
    return this.#lastNumber
  }

  /** Where the next record would begin. */
  get offset(): number {
    return this.#offset
  }

  /** The highest acknowledged number any record carried. */
  get acknowledged(): number {
    return this.#acknowledged
  }

  get epoch(): number {
    return this.#epoch
  }

  /** Where the first record begins that no later record says was flushed. */
  get unprovenOffset(): number {
    return this.#unprovenOffset
  }

  async *batches(): AsyncGenerator<readonly JournalRecord[], void> {
    const size = await this.#file.size()
    let stop: Stop = { why: 'starved', wanted: headerBytes }
    while (stop.why === 'starved' && this.#offset + stop.wanted <= size) {
      const base = this.#offset
      const bytes = Math.min(Math.max(chunkBytes, stop.wanted), size - base)
      const chunk = Buffer.allocUnsafeSlow(bytes)
      if ((await this.#file.read(chunk, base)) < bytes) return
      const block = blockOf(chunk)
      do {
        const records: JournalRecord[] = []
        stop = this.#take(block, base, records)
        if (records.length > 0) yield records
      } while (stop.why === 'full')
    }
  }

  /** Checks every record and gives out none. */
  async run(): Promise<void> {
    for await (const _ of this.batches());
  }

  #take(block: Block, base: number, records: JournalRecord[]): Stop {
    const { bytes, view } = block
    let stop: Stop = full
    let at = this.#offset - base
    let expected = this.#lastNumber + 1
    while (records.length < recordsMax) {
      const room = bytes.length - at
      const length = room < headerBytes ? headerBytes : lengthAt(view, at)
      stop = expected > this.#through ? end : length > room ? starved(length) : full
      if (stop !== full) break
      if (!this.#follows(block, at, length, expected)) {
        stop = end
        break
      }
      this.#witness(view, at, base)
      if (expected >= this.#from) {
        const payload = bytes.subarray(at + headerBytes, at + length)
        records.push({ number: expected, kind: kindAt(view, at), payload })
      }
      at += length
      expected++
    }
    this.#offset = base + at
    this.#lastNumber = expected - 1
    return stop
  }

  #follows(block: Block, at: number, length: number, expected: number): boolean {
    return (
      isRecord(block, at, length) &&
      numberAt(block.view, at) === expected &&
      epochAt(block.view, at) >= this.#epoch
    )
  }

  #witness(view: DataView, at: number, base: number): void {
    this.#epoch = epochAt(view, at)
    const acknowledged = acknowledgedAt(view, at)
    if (acknowledged > this.#acknowledged) {
      this.#acknowledged = acknowledged
      this.#unprovenOffset = base + at
    }
  }
}
