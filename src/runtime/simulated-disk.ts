import { posix } from 'node:path'
import { assert } from './assert.ts'
import type { Clock } from './clock.ts'
import type { Disk, DiskFile } from './disk.ts'
import { diskError } from './disk-error.ts'
import { replaceFile } from './disk-steps.ts'
import type { Random } from './random.ts'
import { SimulatedFile } from './simulated-file.ts'
import { SimulatedFolders } from './simulated-folders.ts'
import { createRandom } from './xoshiro-random.ts'

/**
 * A disk in memory that fails as real ones do, from a seed or by script.
 *
 * What holds: every operation has a number (`operations`, from 1) at which `failAt` can strike;
 * after 'power-off' nothing succeeds until `crash`, which decides what survived (see
 * `simulated-file.ts` and `simulated-folders.ts`) and after which every earlier handle is dead.
 * With `losesNothing` a crash keeps everything and nothing is tracked: the disk of back-tests.
 */
export interface SimulatedDiskOptions {
  /** Chance for faults and for latency. */
  readonly random?: Random
  readonly losesNothing?: boolean
  readonly capacityBytes?: number
  /** The chance of each fault at each operation it can strike. */
  readonly faultChances?: Readonly<Partial<Record<DiskFault, number>>>
  readonly latency?: { readonly clock: Clock; readonly minMs: number; readonly maxMs: number }
}

/**
 * - `io-error`: the operation fails; a failed flush drops what it was to save (as ext4 does).
 * - `disk-full`: a change fails, nothing of it done.
 * - `short-write`: a write stores only a part.
 * - `bit-flip`: a write stores, or a read returns, one wrong bit.
 * - `power-off`: a change is done but not flushed, a flush is not done, and the disk is off.
 */
export type DiskFault = 'io-error' | 'disk-full' | 'short-write' | 'bit-flip' | 'power-off'

type Kind = 'read' | 'write' | 'change' | 'flush'

const strikes: Readonly<Record<DiskFault, readonly Kind[]>> = {
  'power-off': ['read', 'write', 'change', 'flush'],
  'io-error': ['read', 'write', 'change', 'flush'],
  'disk-full': ['write', 'change'],
  'short-write': ['write'],
  'bit-flip': ['read', 'write'],
}

export class SimulatedDisk implements Disk {
  readonly #options: SimulatedDiskOptions
  readonly #random: Random
  readonly #tracked: boolean
  readonly #chances: [DiskFault, number][]
  readonly #script = new Map<number, DiskFault>()
  readonly #folders: SimulatedFolders
  #files = new Set<SimulatedFile>()
  #operations = 0
  #life = 0
  #isOff = false

  constructor(options: SimulatedDiskOptions = {}) {
    this.#options = options
    this.#random = options.random ?? createRandom('disk')
    this.#tracked = options.losesNothing !== true
    this.#folders = new SimulatedFolders(this.#tracked)
    this.#chances = Object.entries(options.faultChances ?? {}) as [DiskFault, number][]
  }

  /** How many operations were asked for so far; the last one has this number. */
  get operations(): number {
    return this.#operations
  }

  /** Makes operation number `operation` (see `operations`) fail. */
  failAt(operation: number, fault: DiskFault): void {
    assert(operation > this.#operations, `operation ${operation} is already over`)
    this.#script.set(operation, fault)
  }

  /**
   * The power fails and returns: each unsafe sector and name is kept with `keepChance`. With 1 it
   * is the end of the process alone: the system still writes what it was given.
   */
  crash(random: Random, keepChance = 0.5): void {
    this.#life++
    this.#isOff = false
    this.#script.clear()
    if (!this.#tracked) return
    for (const file of this.#files) file.crash(random, keepChance)
    this.#folders.crash(random, keepChance)
    this.#files = new Set(this.#folders.files().map(([, file]) => file))
  }

  /** Rot: inverts one stored bit. */
  flipBit(path: string, byte: number, bit: number): void {
    const file = this.#folders.get(clean(path))
    assert(file !== undefined && byte < file.size, `${path} has no byte ${byte}`)
    file.flip(byte, bit)
  }

  async open(path: string, { create = false } = {}): Promise<DiskFile> {
    const name = clean(path)
    const known = this.#folders.get(name)
    if (known !== undefined || !create) {
      return this.#step('read', 'open', path, () => this.#handle(path, this.#file('open', name)))
    }
    return this.#step('change', 'open', path, () => {
      this.#assertFolder('open', name)
      if (this.#folders.hasFolder(name)) throw diskError('open', path, 'EISDIR')
      const file = this.#folders.get(name) ?? new SimulatedFile(this.#tracked)
      this.#files.add(file)
      if (this.#folders.get(name) === undefined) this.#folders.create(name, file)
      return this.#handle(path, file)
    })
  }

  readFile(path: string): Promise<Uint8Array> {
    return this.#step('read', 'read', path, (fault) => {
      const content = this.#file('read', clean(path)).content()
      if (fault === 'bit-flip') this.#flipOneOf(content)
      return content
    })
  }

  replaceFile(path: string, bytes: Uint8Array): Promise<void> {
    return replaceFile(this, path, bytes)
  }

  exists(path: string): Promise<boolean> {
    const name = clean(path)
    return this.#step('read', 'look for', path, () => {
      return this.#folders.get(name) !== undefined || this.#folders.hasFolder(name)
    })
  }

  list(folder: string): Promise<string[]> {
    return this.#step('read', 'list', folder, () => this.#folders.list(clean(folder)))
  }

  makeFolder(folder: string): Promise<void> {
    const name = clean(folder)
    return this.#step('change', 'make folder', folder, () => {
      if (this.#folders.get(name) !== undefined) throw diskError('make folder', folder, 'EEXIST')
      this.#folders.makeFolder(name)
    })
  }

  rename(from: string, to: string): Promise<void> {
    return this.#step('change', 'rename', from, () => {
      const file = this.#file('rename', clean(from))
      this.#assertFolder('rename', clean(to))
      if (this.#folders.hasFolder(clean(to))) throw diskError('rename', from, 'EISDIR')
      this.#folders.rename(clean(from), clean(to), file)
    })
  }

  remove(path: string): Promise<void> {
    return this.#step('change', 'remove', path, () => {
      this.#file('remove', clean(path))
      this.#folders.remove(clean(path))
    })
  }

  syncDirectory(folder: string): Promise<void> {
    const name = clean(folder)
    return this.#step('flush', 'flush folder', folder, (fault) => {
      if (fault === 'io-error') return this.#folders.loseDirty(name)
      if (!this.#folders.hasFolder(name)) throw diskError('flush folder', folder, 'ENOENT')
      this.#folders.sync(name)
    })
  }

  #handle(path: string, file: SimulatedFile): DiskFile {
    const life = this.#life
    let isOpen = true
    const step = <T>(kind: Kind, verb: string, run: (fault?: DiskFault) => T): Promise<T> => {
      if (!isOpen || life !== this.#life) return Promise.reject(diskError(verb, path, 'EBADF'))
      return this.#step(kind, verb, path, run)
    }
    return {
      size: () => step('read', 'measure', () => file.size),
      read: (target, position) =>
        step('read', 'read', (fault) => {
          const count = file.read(target, position)
          if (fault === 'bit-flip') this.#flipOneOf(target.subarray(0, count))
          return count
        }),
      write: (bytes, position) =>
        step('write', 'write', (fault) => this.#write(path, file, bytes, position, fault)),
      truncate: (size) =>
        step('change', 'truncate', () => {
          this.#assertSpace('truncate', path, size - file.size)
          file.truncate(size)
        }),
      dataSync: () =>
        step('flush', 'flush', (fault) => {
          if (fault === 'io-error') file.loseDirty()
          else file.sync()
        }),
      close: async () => {
        isOpen = false
      },
    }
  }

  #write(
    path: string,
    file: SimulatedFile,
    bytes: Uint8Array,
    position: number,
    fault: DiskFault | undefined,
  ): number {
    const isShort = fault === 'short-write' && bytes.length > 1
    const count = isShort ? 1 + this.#random.integer(bytes.length - 1) : bytes.length
    this.#assertSpace('write', path, position + count - file.size)
    file.write(bytes.subarray(0, count), position)
    if (fault === 'bit-flip' && count > 0) {
      file.flip(position + this.#random.integer(count), this.#random.integer(8))
    }
    return count
  }

  /**
   * One numbered operation. `run` does it, as the fault wants it; a flush that fails is run too,
   * to lose what it was to save. Writes reach memory at once, everything else after the latency,
   * so that a crash meets both half-done.
   */
  async #step<T>(
    kind: Kind,
    verb: string,
    path: string,
    run: (fault?: DiskFault) => T,
  ): Promise<T> {
    if (this.#isOff) throw diskError(verb, path, 'EIO')
    const fault = this.#faultAt(++this.#operations, kind)
    if (fault === 'io-error') {
      if (kind === 'flush') run(fault)
      throw diskError(verb, path, 'EIO')
    }
    if (fault === 'disk-full') throw diskError(verb, path, 'ENOSPC')
    if (fault === 'power-off') {
      this.#isOff = true
      if (kind === 'write' || kind === 'change') run()
      throw diskError(verb, path, 'EIO')
    }
    if (this.#options.latency === undefined) return run(fault)
    if (kind !== 'write') {
      await this.#wait(verb, path)
      return run(fault)
    }
    const result = run(fault)
    await this.#wait(verb, path)
    return result
  }

  async #wait(verb: string, path: string): Promise<void> {
    if (this.#options.latency === undefined) return
    const { clock, minMs, maxMs } = this.#options.latency
    const life = this.#life
    await clock.sleep(minMs + this.#random.next() * (maxMs - minMs))
    if (life !== this.#life || this.#isOff) throw diskError(verb, path, 'EIO')
  }

  #faultAt(operation: number, kind: Kind): DiskFault | undefined {
    const scripted = this.#script.get(operation)
    if (scripted !== undefined && strikes[scripted].includes(kind)) return scripted
    for (const [fault, chance] of this.#chances) {
      if (strikes[fault].includes(kind) && this.#random.next() < chance) return fault
    }
    return undefined
  }

  #file(verb: string, name: string): SimulatedFile {
    const file = this.#folders.get(name)
    if (file !== undefined) return file
    throw diskError(verb, name, this.#folders.hasFolder(name) ? 'EISDIR' : 'ENOENT')
  }

  #assertFolder(verb: string, name: string): void {
    if (!this.#folders.hasFolder(posix.dirname(name))) throw diskError(verb, name, 'ENOENT')
  }

  #assertSpace(verb: string, path: string, growth: number): void {
    const { capacityBytes } = this.#options
    if (capacityBytes === undefined || growth <= 0) return
    let used = 0
    for (const [, file] of this.#folders.files()) used += file.size
    if (used + growth > capacityBytes) throw diskError(verb, path, 'ENOSPC')
  }

  #flipOneOf(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const byte = this.#random.integer(bytes.length)
    bytes[byte] = (bytes[byte] as number) ^ (1 << this.#random.integer(8))
  }
}

function clean(path: string): string {
  const normal = posix.normalize(path)
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}
