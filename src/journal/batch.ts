/**
 * What waits for the next flush, already laid out as it will lie on the disk.
 *
 * What holds: records are contiguous and in order; a part is what goes out in one write and one
 * flush, and lies in one segment; never more than `bytesMax` wait. Which segment a record goes to
 * is decided here, from the lengths alone, so it does not depend on how fast the disk was.
 */
import { GenesisError, assert } from '../runtime/index.ts'
import { type Block, blockOf, headerBytes, recordBytesAtMost, writeRecord } from './record.ts'

const firstBytes = 64 * 1024
/** Memory beyond this was for a burst and is given back. */
const keptBytes = 4 * 1024 * 1024

export interface Part {
  readonly start: number
  readonly firstNumber: number
  readonly opensSegment: boolean
  end: number
  lastNumber: number
}

/** How full the segment is that the next record would go to. */
export interface Room {
  used: number
  capacity: number
  readonly segmentBytes: number
}

export class Batch {
  readonly parts: Part[] = []
  readonly #bytesMax: number
  #block: Block
  #end = 0
  #done: Deferred | undefined

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
    this.#block = blockOf(Buffer.allocUnsafeSlow(Math.min(firstBytes, bytesMax)))
  }

  get block(): Block {
    return this.#block
  }

  get isEmpty(): boolean {
    return this.#end === 0
  }

  /** Throws, and nothing happened, when there is no room left in memory. */
  add(number: number, kind: number, payload: Uint8Array | string, room: Room): void {
    const start = this.#end
    if (start + recordBytesAtMost(payload) > this.#block.bytes.length) this.#makeRoom(payload)
    const length = writeRecord(this.#block, start, number, kind, payload)
    assert(length <= room.segmentBytes, 'a record fits in one segment')

    const opensSegment = room.used + length > room.capacity
    if (opensSegment) {
      room.used = 0
      room.capacity = room.segmentBytes
    }
    room.used += length
    this.#end = start + length
    const part = this.parts.at(-1)
    if (part === undefined || opensSegment) {
      this.parts.push({
        start,
        firstNumber: number,
        opensSegment,
        end: this.#end,
        lastNumber: number,
      })
    } else {
      part.end = this.#end
      part.lastNumber = number
    }
  }

  /** Settles when the batch does. Made only when somebody asks. */
  done(): Promise<void> {
    this.#done ??= new Deferred()
    return this.#done.promise
  }

  /** The batch is on the disk: forget it and be ready for the next records. */
  finish(): void {
    this.#done?.resolve()
    this.#clear()
  }

  fail(reason: Error): void {
    this.#done?.reject(reason)
    this.#clear()
  }

  #clear(): void {
    this.#done = undefined
    this.parts.length = 0
    this.#end = 0
    if (this.#block.bytes.length > keptBytes)
      this.#block = blockOf(Buffer.allocUnsafeSlow(keptBytes))
  }

  #makeRoom(payload: Uint8Array | string): void {
    const payloadBytes = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length
    if (this.#end + headerBytes + payloadBytes > this.#bytesMax) {
      throw new GenesisError(
        'journal-behind',
        `${this.#end} bytes wait for the disk and ${headerBytes + payloadBytes} more would pass ` +
          `the bound of ${this.#bytesMax}: append again after the next flush.`,
      )
    }
    const wanted = this.#end + recordBytesAtMost(payload)
    let size = this.#block.bytes.length
    if (size === this.#bytesMax) return
    while (size < wanted) size *= 2
    size = Math.min(size, this.#bytesMax)
    const larger = Buffer.allocUnsafeSlow(size)
    this.#block.bytes.copy(larger, 0, 0, this.#end)
    this.#block = blockOf(larger)
  }
}

class Deferred {
  readonly promise: Promise<void>
  #resolve: () => void = () => {}
  #reject: (reason: Error) => void = () => {}

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  resolve(): void {
    this.#resolve()
  }

  reject(reason: Error): void {
    this.#reject(reason)
  }
}
