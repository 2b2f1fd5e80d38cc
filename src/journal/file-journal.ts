/**
 * The journal on a disk.
 *
 * What holds: one flush is in flight at a time, and whatever is appended meanwhile is the next
 * batch (natural group commit: no timer, nothing to tune); a batch is one write and one flush, or
 * one of each for every segment it touches; a record is acknowledged after its flush, never
 * before, and the head follows in the background. The first write or flush that fails halts the
 * journal for good: what the disk holds is then unknown, and only a new start, which looks, may
 * go on.
 */
import {
  type Clock,
  type Disk,
  type DiskFile,
  GenesisError,
  type Log,
  assert,
  silentLog,
} from '../runtime/index.ts'
import { Batch, type Part, type Room } from './batch.ts'
import { HeadFile } from './head-file.ts'
import { readRecords } from './journal-reader.ts'
import type { Journal, JournalListener, JournalRecord } from './journal.ts'
import { type Lock, type Owner, lockFolder } from './lock.ts'
import { kindMax, sealRecords } from './record.ts'
import { type Recovered, recover } from './recovery.ts'
import { type Segment, removeSegments, segmentOf, writeWhole } from './segment.ts'
import { Spare } from './spare.ts'

const mebibyte = 1024 * 1024

export interface OpenJournalOptions {
  readonly disk: Disk
  readonly folder: string
  /** Also the longest record. */
  readonly segmentBytes?: number
  /** What may wait for the disk before `append` says `journal-behind`. */
  readonly pendingBytesMax?: number
  readonly listener?: JournalListener
  /** Without it the folder is not locked. */
  readonly owner?: Owner
  readonly log?: Log
  /** Lets the head file wait for more; without it each flush is followed by a write of it. */
  readonly clock?: Clock
}

/** Recovers what is there; rejects with `journal-damaged`, `journal-locked` or a disk's code. */
export async function openJournal(options: OpenJournalOptions): Promise<FileJournal> {
  const { disk, folder, owner, log = silentLog } = options
  const { segmentBytes = 16 * mebibyte, pendingBytesMax = 64 * mebibyte } = options
  assert(Number.isInteger(segmentBytes) && segmentBytes >= 512, 'segmentBytes is at least 512')
  assert(pendingBytesMax >= segmentBytes, 'the longest record may wait')
  await disk.makeFolder(folder)
  const lock = owner && (await lockFolder(disk, folder, owner, log))
  try {
    const spare = new Spare(disk, folder, segmentBytes)
    const recovered = await recover(disk, folder, log)
    const { lastNumber } = recovered
    const epoch = recovered.epoch + 1
    const segments = [...recovered.segments]
    if (segments.length === 0) {
      const first = segmentOf(1, 1)
      await spare.become(first)
      segments.push(first)
    }
    const file = await disk.open(`${folder}/${segments.at(-1)?.name}`)
    const reached = { number: lastNumber, epoch: recovered.epoch, begin: recovered.begin }
    const { clock } = options
    const head = await HeadFile.open(disk, folder, { head: reached, found: recovered.head, clock })
    if (recovered.leftovers.length > 0) await removeSegments(disk, folder, recovered.leftovers, log)
    const capacity = recovered.segments.length === 0 ? segmentBytes : recovered.capacity
    const room = { used: recovered.offset, capacity, segmentBytes }
    const { listener } = options
    const parts = { disk, folder, log, listener, lock, spare, file, head, segments, room }
    return new FileJournal({ ...parts, lastNumber, epoch, pendingBytesMax, recovered })
  } catch (cause) {
    await lock?.release().catch((error: unknown) => {
      log.warn({ folder, error }, 'The lock file of the journal could not be removed.')
    })
    throw cause
  }
}

interface FileJournalParts {
  readonly disk: Disk
  readonly folder: string
  readonly log: Log
  readonly listener: JournalListener | undefined
  readonly lock: Lock | undefined
  readonly spare: Spare
  readonly file: DiskFile
  readonly head: HeadFile
  readonly segments: Segment[]
  readonly room: Room
  readonly lastNumber: number
  readonly epoch: number
  readonly pendingBytesMax: number
  readonly recovered: Recovered
}

export class FileJournal implements Journal {
  /** One more at each start. */
  readonly epoch: number
  /** Bytes of a torn tail that this start cut off; none of them were acknowledged. */
  readonly tornBytes: number
  readonly #disk: Disk
  readonly #folder: string
  readonly #log: Log
  readonly #head: HeadFile
  readonly #listener: JournalListener | undefined
  readonly #lock: Lock | undefined
  readonly #spare: Spare
  readonly #segments: Segment[]
  readonly #room: Room
  #file: DiskFile
  /** Where the next batch goes in the file. */
  #position: number
  #pending: Batch
  #flying: Batch
  #lastNumber: number
  #acknowledged: number
  #draining: Promise<void> | undefined
  #removing: Promise<unknown> | undefined
  /** Something beside the batches failed: the batch under way is the last. */
  #doomed: { readonly cause: unknown } | undefined
  #halted: GenesisError | undefined
  #closing: Promise<void> | undefined

  constructor(parts: FileJournalParts) {
    this.epoch = parts.epoch
    this.tornBytes = parts.recovered.tornBytes
    this.#disk = parts.disk
    this.#folder = parts.folder
    this.#log = parts.log
    this.#head = parts.head
    this.#listener = parts.listener
    this.#lock = parts.lock
    this.#spare = parts.spare
    this.#segments = parts.segments
    this.#room = parts.room
    this.#file = parts.file
    this.#position = parts.room.used
    this.#pending = new Batch(parts.pendingBytesMax)
    this.#flying = new Batch(parts.pendingBytesMax)
    this.#lastNumber = parts.lastNumber
    this.#acknowledged = parts.lastNumber
    this.#head.watchedBy({
      isQuiet: () => this.#draining === undefined,
      onHeadFailed: (cause) => this.#doom(cause),
    })
  }

  get firstNumber(): number {
    return this.#segments[0]?.firstNumber ?? 1
  }

  get lastNumber(): number {
    return this.#lastNumber
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  /** What halted it, if anything did. */
  get halted(): GenesisError | undefined {
    return this.#halted
  }

  append(kind: number, payload: Uint8Array | string): number {
    assert(this.#closing === undefined, 'nothing is appended to a closed journal')
    assert(Number.isInteger(kind) && kind >= 0 && kind <= kindMax, 'a kind is 0 to 65535')
    if (this.#halted) throw this.#halted
    const number = this.#lastNumber + 1
    this.#pending.add(number, kind, payload, this.#room)
    this.#lastNumber = number
    // Whatever this turn still appends joins the batch.
    this.#draining ??= Promise.resolve().then(() => this.#drain())
    return number
  }

  flushed(): Promise<void> {
    if (this.#halted) return Promise.reject(this.#halted)
    if (!this.#pending.isEmpty) return this.#pending.done()
    if (!this.#flying.isEmpty) return this.#flying.done()
    return Promise.resolve()
  }

  read(from: number): AsyncIterable<readonly JournalRecord[]> {
    assert(Number.isInteger(from) && from >= 1, 'reading begins at record 1 or later')
    return readRecords({
      disk: this.#disk,
      folder: this.#folder,
      segments: [...this.#segments],
      from,
      through: this.#acknowledged,
    })
  }

  removeBefore(number: number): Promise<number> {
    assert(this.#closing === undefined, 'nothing is removed from a closed journal')
    assert(Number.isInteger(number) && number >= 1, 'what is kept begins at record 1 or later')
    const before = this.#removing ?? Promise.resolve()
    const removed = before.then(() => this.#removeBefore(number))
    this.#removing = Promise.allSettled([removed])
    return removed
  }

  /** Flushes what was appended first; rejects when that failed. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const wasHalted = this.#halted !== undefined
    await this.#draining
    await this.#removing
    await this.#spare.stop()
    try {
      await this.#file.close()
      await this.#head.close()
    } finally {
      await this.#lock?.release()
    }
    if (this.#halted && !wasHalted) throw this.#halted
  }

  async #drain(): Promise<void> {
    while (!this.#pending.isEmpty) {
      const batch = this.#pending
      this.#pending = this.#flying
      this.#flying = batch
      for (const part of batch.parts) {
        const failure = this.#doomed ?? (await this.#store(batch, part))
        if (failure) return this.#halt(failure.cause)
        this.#acknowledged = part.lastNumber
        this.#head.reach(part.lastNumber, this.epoch)
        const fault = this.#tell(part.lastNumber)
        if (fault) return this.#halt(fault.cause)
      }
      batch.finish()
    }
    this.#draining = undefined
    if (this.#doomed) this.#halt(this.#doomed.cause)
  }

  /** Who hears of it must not fail: what it made of the events is not known then. */
  #tell(acknowledged: number): { cause: unknown } | undefined {
    try {
      this.#listener?.onAcknowledged(acknowledged)
      return undefined
    } catch (cause) {
      return { cause }
    }
  }

  async #store(batch: Batch, part: Part): Promise<{ cause: unknown } | undefined> {
    try {
      if (part.opensSegment) await this.#openSegment(part.firstNumber)
      const seal = { acknowledged: this.#acknowledged, epoch: this.epoch }
      sealRecords(batch.block, part.start, part.end, seal)
      await writeWhole(this.#file, batch.block.bytes.subarray(part.start, part.end), this.#position)
      await this.#file.dataSync()
      this.#position += part.end - part.start
      if (this.#position > this.#room.segmentBytes / 2) this.#spare.prepare()
      return undefined
    } catch (cause) {
      return { cause }
    }
  }

  /** Everything before is flushed, so the segment left behind is sealed. */
  async #openSegment(firstNumber: number): Promise<void> {
    const segment = segmentOf((this.#segments.at(-1)?.index ?? 0) + 1, firstNumber)
    await this.#file.close()
    await this.#spare.become(segment)
    this.#file = await this.#disk.open(`${this.#folder}/${segment.name}`)
    this.#segments.push(segment)
    this.#position = 0
  }

  /** The files go only once the head says, safely, that the journal begins after them. */
  async #removeBefore(number: number): Promise<number> {
    if (this.#halted || this.#doomed) throw this.#halted ?? this.#doomed?.cause
    const upTo = Math.min(number, this.#acknowledged)
    const kept = this.#segments.findLastIndex(({ firstNumber }) => firstNumber <= upTo)
    const first = this.#segments[kept]
    if (kept <= 0 || !first) return this.firstNumber
    try {
      await this.#head.begin(first)
      await removeSegments(this.#disk, this.#folder, this.#segments.splice(0, kept), this.#log)
    } catch (cause) {
      this.#doom(cause)
      await this.#draining
      throw this.#halted ?? cause
    }
    return this.firstNumber
  }

  /** A failed flush, of the folder too, may have taken with it what others were to save. */
  #doom(cause: unknown): void {
    this.#doomed ??= { cause }
    if (!this.#draining) this.#halt(cause)
  }

  #halt(cause: unknown): void {
    if (this.#halted) return
    const because = cause instanceof Error ? cause.message : String(cause)
    this.#halted = new GenesisError(
      'journal-halted',
      `The journal ${this.#folder} halted at record ${this.#acknowledged + 1}; ` +
        `records up to ${this.#acknowledged} are safe: ${because}`,
      { cause, details: { folder: this.#folder, acknowledged: this.#acknowledged } },
    )
    this.#head.stop(this.#halted)
    this.#flying.fail(this.#halted)
    this.#pending.fail(this.#halted)
    this.#draining = undefined
    this.#listener?.onHalted(this.#halted)
  }
}
