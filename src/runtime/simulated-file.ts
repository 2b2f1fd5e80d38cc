/**
 * The content of one simulated file: what a reader sees now, and, sector by sector, what the
 * platter still holds where the two may differ.
 *
 * What holds: after `sync` a crash changes nothing; before it each touched sector is independently
 * the old or the new; after a failed flush the touched sectors count as clean although they never
 * reached the platter (as ext4 and XFS do), so that only writing them again makes them safe.
 */
import type { Random } from './random.ts'
import { SparseBytes } from './sparse-bytes.ts'

export const sectorBytes = 512

export class SimulatedFile {
  /** Zero beyond `#size`, so that growing needs no touch: the platter reads zero there too. */
  readonly #bytes = new SparseBytes()
  #size = 0
  #safeSize = 0
  /** Absent from the map: safe. `old` is undefined where the platter holds nothing. */
  readonly #unsafe = new Map<number, UnsafeSector>()
  readonly #tracked: boolean

  constructor(tracked: boolean) {
    this.#tracked = tracked
  }

  get size(): number {
    return this.#size
  }

  read(target: Uint8Array, position: number): number {
    const count = Math.max(0, Math.min(target.length, this.#size - position))
    this.#bytes.read(target.subarray(0, count), position)
    return count
  }

  content(): Uint8Array {
    const content = new Uint8Array(this.#size)
    this.#bytes.read(content, 0)
    return content
  }

  write(bytes: Uint8Array, position: number): void {
    if (bytes.length === 0) return
    const end = position + bytes.length
    this.#touch(position, end)
    this.#bytes.write(bytes, position)
    this.#size = Math.max(this.#size, end)
  }

  truncate(size: number): void {
    if (size < this.#size) {
      this.#touch(size, this.#size)
      this.#bytes.clearFrom(size)
    }
    this.#size = size
  }

  flip(byte: number, bit: number): void {
    const flipped = new Uint8Array(1)
    this.#bytes.read(flipped, byte)
    flipped[0] = (flipped[0] as number) ^ (1 << bit)
    this.#bytes.write(flipped, byte)
  }

  sync(): void {
    this.#safeSize = this.#size
    for (const [sector, { lost }] of this.#unsafe) if (!lost) this.#unsafe.delete(sector)
  }

  /** A flush that failed: the kernel forgets that these sectors were to be written. */
  loseDirty(): void {
    for (const unsafe of this.#unsafe.values()) unsafe.lost = true
  }

  /** The power goes: each unsafe sector keeps its new content with the given chance. */
  crash(random: Random, keepChance: number): void {
    const size = this.#sizeAfterCrash(random, keepChance)
    for (const [sector, { old, lost }] of this.#unsafe) {
      if (!lost && random.next() < keepChance) continue
      this.#bytes.write(old ?? emptySector, sector * sectorBytes)
    }
    this.#bytes.clearFrom(size)
    this.#size = size
    this.#safeSize = size
    this.#unsafe.clear()
  }

  /** The old size, the new one, or, as an extended file is written out in parts, one between. */
  #sizeAfterCrash(random: Random, keepChance: number): number {
    if (this.#size === this.#safeSize) return this.#size
    if (random.next() < keepChance) return this.#size
    const grown = this.#size - this.#safeSize
    if (grown < 0 || random.next() < 0.5) return this.#safeSize
    return this.#safeSize + random.integer(grown)
  }

  /** Remembers what the platter holds of the sectors from `start` to `end`. */
  #touch(start: number, end: number): void {
    if (!this.#tracked) return
    const last = Math.floor((end - 1) / sectorBytes)
    for (let sector = Math.floor(start / sectorBytes); sector <= last; sector++) {
      const known = this.#unsafe.get(sector)
      if (known !== undefined) known.lost = false
      else this.#unsafe.set(sector, { old: this.#sectorOnPlatter(sector), lost: false })
    }
  }

  #sectorOnPlatter(sector: number): Uint8Array | undefined {
    const start = sector * sectorBytes
    if (start >= this.#safeSize) return undefined
    const held = new Uint8Array(sectorBytes)
    this.#bytes.read(held, start)
    return held
  }
}

const emptySector = new Uint8Array(sectorBytes)

interface UnsafeSector {
  readonly old: Uint8Array | undefined
  lost: boolean
}
