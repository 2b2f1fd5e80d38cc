import { deflate, type Disk, inflate, sha256Hex, writeAll } from '../../runtime/index.ts'
import { damaged } from './checkpoint-file.ts'
import { PART_BYTES_MAX } from './text-parts.ts'

/**
 * Parts of long states on the disk, each named by the hash of what it holds, so that one that
 * did not change is not written again.
 *
 * - A name is there only with its whole content, and safe after `flush`.
 * - Parts are shared only within a set, and a set begins anew with the process, after a failure
 *   and from time to time: one rotten part cannot take every generation with it.
 * - Nothing is taken for written that this process did not write, read back and flush.
 */
export class PartStore {
  readonly #disk: Disk
  readonly #folder: string
  #set = ''
  #written = new Set<string>()
  #madeFolder = false
  #unflushed = false

  constructor(options: { disk: Disk; folder: string }) {
    this.#disk = options.disk
    this.#folder = options.folder
  }

  /** From here on nothing is shared with what was written before. */
  beginSet(number: number): void {
    this.#set = setName(number)
    this.#written = new Set()
  }

  /** The part's name, and the bytes that had to be written for it. */
  async put(part: Uint8Array): Promise<{ name: string; written: number }> {
    const name = `${this.#set}-${sha256Hex(part)}`
    if (this.#written.has(name)) return { name, written: 0 }
    if (!this.#madeFolder) await this.#disk.makeFolder(this.#folder)
    this.#madeFolder = true
    const packed = deflate(part)
    await this.#write(this.#path(name), packed)
    await this.get(name)
    this.#written.add(name)
    return { name, written: packed.length }
  }

  /** Throws `bad-checkpoint` where the part does not hold what its name says. */
  async get(name: string): Promise<Uint8Array> {
    const path = this.#path(name)
    const packed = await this.#disk.readFile(path)
    let part: Uint8Array
    try {
      part = inflate(packed, PART_BYTES_MAX)
    } catch (error) {
      throw damaged(path, 'cannot be decompressed', error)
    }
    if (sha256Hex(part) !== name.slice(name.indexOf('-') + 1)) {
      throw damaged(path, 'does not match its hash')
    }
    return part
  }

  /** Makes the names of what was put safe. */
  async flush(): Promise<void> {
    if (this.#unflushed) await this.#disk.syncDirectory(this.#folder)
    this.#unflushed = false
  }

  /** Removes all but `keep`; with `onlyThisSet` what is of other sets stays, too. */
  async removeAllBut(keep: ReadonlySet<string>, onlyThisSet: boolean): Promise<void> {
    for (const name of await this.#disk.list(this.#folder)) {
      if (keep.has(name) || (onlyThisSet && !name.startsWith(`${this.#set}-`))) continue
      this.#written.delete(name)
      await this.#disk.remove(this.#path(name))
    }
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const beside = `${path}.new`
    const file = await this.#disk.open(beside, { create: true })
    try {
      await file.truncate(0)
      await writeAll(file, bytes, 0)
      await file.dataSync()
    } finally {
      await file.close()
    }
    this.#unflushed = true
    await this.#disk.rename(beside, path)
  }

  #path(name: string): string {
    return `${this.#folder}/${name}`
  }
}

/** The set of a part, by its name; sets sort by the number they began at. */
export function setOf(part: string): string {
  return part.slice(0, part.indexOf('-'))
}

function setName(number: number): string {
  return String(number).padStart(16, '0')
}
