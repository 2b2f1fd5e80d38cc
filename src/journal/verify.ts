/**
 * Reads a whole journal and changes nothing.
 *
 * `sha256` is over the number, kind, length and payload of every readable record, and not over
 * what depends on the disk's speed or on restarts, so two runs can be compared byte for byte. A
 * torn tail that was never acknowledged is what a crash leaves and is not damage.
 */
import { createHash } from 'node:crypto'
import { type Disk, GenesisError, silentLog } from '../runtime/index.ts'
import { type Head, readHead } from './head.ts'
import type { JournalRecord } from './journal.ts'
import { checkHead, checkSealed, examineEnd } from './recovery.ts'
import { type Segment, firstBegin, listSegments } from './segment.ts'
import { SegmentScan } from './segment-scan.ts'

export interface JournalVerdict {
  readonly verdict: 'clean' | 'damaged' | 'could-not-look'
  readonly records: number
  /** Above 1 where older records were removed. */
  readonly firstNumber: number
  readonly lastNumber: number
  readonly tornBytes: number
  /** One sentence each. */
  readonly problems: readonly string[]
  readonly sha256: string
}

export interface VerifyJournalOptions {
  readonly disk: Disk
  readonly folder: string
}

export async function verifyJournal(options: VerifyJournalOptions): Promise<JournalVerdict> {
  const verification = new Verification(options.disk, options.folder)
  await verification.run()
  return verification.verdict()
}

class Verification {
  readonly #disk: Disk
  readonly #folder: string
  readonly #digest = new RecordDigest()
  readonly #problems: string[] = []
  #blind = false
  #records = 0
  #firstNumber = firstBegin.firstNumber
  #lastNumber = 0
  #tornBytes = 0

  constructor(disk: Disk, folder: string) {
    this.#disk = disk
    this.#folder = folder
  }

  async run(): Promise<void> {
    // First, for whoever has the journal open writes on.
    const looked = await this.#try(async () => ({
      head: await readHead(this.#disk, this.#folder, silentLog),
    }))
    if (!looked) return
    const { head } = looked
    const begin = head?.begin ?? firstBegin
    this.#firstNumber = begin.firstNumber
    const listing = await this.#try(() => listSegments(this.#disk, this.#folder, begin))
    if (!listing) return
    const { segments } = listing
    for (const [index, segment] of segments.entries()) {
      await this.#try(() => this.#segment(segment, segments[index + 1], head))
    }
    if (segments.length === 0) await this.#nothing(head)
  }

  async #nothing(head: Head | undefined): Promise<void> {
    if (head && head.number > 0) {
      const nothingRead = { offset: 0, lastNumber: 0 }
      await this.#try(async () => checkHead(this.#folder, undefined, nothingRead, head))
      return
    }
    this.#blind = true
    this.#problems.push(`There is no journal in ${this.#folder}.`)
  }

  verdict(): JournalVerdict {
    const verdict = this.#blind ? 'could-not-look' : this.#problems.length > 0 ? 'damaged' : 'clean'
    return {
      verdict,
      records: this.#records,
      firstNumber: this.#firstNumber,
      lastNumber: this.#lastNumber,
      tornBytes: this.#tornBytes,
      problems: this.#problems,
      sha256: this.#digest.finish(),
    }
  }

  async #segment(
    segment: Segment,
    next: Segment | undefined,
    head: Head | undefined,
  ): Promise<void> {
    const file = await this.#disk.open(`${this.#folder}/${segment.name}`)
    try {
      const { firstNumber } = segment
      const scan = new SegmentScan(file, { firstNumber })
      for await (const records of scan.batches()) this.#take(records)
      if (next) {
        checkSealed(this.#folder, segment, next, scan)
      } else {
        const { tail } = await examineEnd(file, this.#folder, segment)
        checkHead(this.#folder, segment, scan, head)
        this.#tornBytes = tail.dirtyEnd
      }
    } finally {
      await file.close()
    }
  }

  #take(records: readonly JournalRecord[]): void {
    for (const record of records) this.#digest.add(record)
    this.#records += records.length
    this.#lastNumber = records.at(-1)?.number ?? this.#lastNumber
  }

  /** Damage is a finding; that the disk does not let us look is another. */
  async #try<T>(look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look()
    } catch (cause) {
      if (!(cause instanceof GenesisError)) throw cause
      if (cause.code !== 'journal-damaged') this.#blind = true
      this.#problems.push(cause.message)
      return undefined
    }
  }
}

/** Gathers records in one piece of memory, as a hash call for each would cost most of the time. */
class RecordDigest {
  readonly #hash = createHash('sha256')
  readonly #buffer = Buffer.allocUnsafeSlow(256 * 1024)
  #used = 0

  add({ number, kind, payload }: JournalRecord): void {
    if (this.#used + 14 + payload.length > this.#buffer.length) this.#drain()
    const at = this.#used
    this.#buffer.writeUIntLE(number % 2 ** 48, at, 6)
    this.#buffer.writeUInt16LE(Math.floor(number / 2 ** 48), at + 6)
    this.#buffer.writeUInt16LE(kind, at + 8)
    this.#buffer.writeUInt32LE(payload.length, at + 10)
    this.#used = at + 14
    if (payload.length <= this.#buffer.length - this.#used) {
      this.#buffer.set(payload, this.#used)
      this.#used += payload.length
    } else {
      this.#drain()
      this.#hash.update(payload)
    }
  }

  finish(): string {
    this.#drain()
    return this.#hash.digest('hex')
  }

  #drain(): void {
    this.#hash.update(this.#buffer.subarray(0, this.#used))
    this.#used = 0
  }
}
