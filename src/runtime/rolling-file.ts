import { closeSync, fstatSync, mkdirSync, openSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import sonicBoom from 'sonic-boom'
import { assert } from './assert.ts'
import { diskError, systemCode } from './disk-error.ts'

// A CommonJS module: Node sees no named exports in it.
const { SonicBoom } = sonicBoom
type SonicBoom = InstanceType<typeof SonicBoom>

/**
 * A file of lines that is renamed away when it is full: `app.log`, then `app.1.log` (the newest
 * of the old), up to `maxFiles` in all; the oldest is overwritten.
 *
 * What holds: `write` never waits and never throws; lines keep their order and none is split over
 * two files; what cannot be written for long is dropped from a bounded buffer and counted. The old
 * file is ended, not waited for: under steady load its buffer would never be empty.
 */
export class RollingFile {
  readonly #options: RollingFileOptions
  #stream: SonicBoom
  #bytes = 0
  #dropped = 0
  #isClosed = false
  #hasComplained = false
  readonly #closing = new Set<Promise<void>>()

  constructor(options: RollingFileOptions) {
    assert(options.maxFiles >= 2 && options.maxBytes > 0, 'a rolling file is at least two files')
    this.#options = options
    const folder = dirname(options.path)
    told('make folder', folder, () => mkdirSync(folder, { recursive: true }))
    this.#stream = told('open', options.path, () => this.#open())
  }

  /** Lines lost because the disk could not keep up or failed. */
  get dropped(): number {
    return this.#dropped
  }

  write(line: string): void {
    if (this.#isClosed) {
      this.#dropped++
      return
    }
    const bytes = Buffer.byteLength(line)
    if (this.#bytes > 0 && this.#bytes + bytes > this.#options.maxBytes) this.#roll()
    this.#bytes += bytes
    this.#stream.write(line)
  }

  /** Everything on its way is written when this returns: for the last words of a crash. */
  flushSync(): void {
    if (this.#isClosed) return
    try {
      this.#stream.flushSync()
    } catch (cause) {
      this.#complain(diskError('flush', this.#options.path, systemCode(cause), cause))
    }
  }

  /** Resolves when all lines are written. */
  async close(): Promise<void> {
    if (!this.#isClosed) this.#end(this.#stream)
    this.#isClosed = true
    await Promise.all(this.#closing)
  }

  #roll(): void {
    const old = this.#stream
    try {
      for (let age = this.#options.maxFiles - 1; age >= 1; age--) this.#age(age)
      this.#stream = this.#open()
    } catch (cause) {
      // Go on in the old file, and try again when as much has been written once more.
      this.#bytes = 0
      this.#complain(diskError('roll', this.#options.path, systemCode(cause), cause))
      return
    }
    this.#end(old)
  }

  /** Makes the file of age - 1 the one of `age`, where there is one. */
  #age(age: number): void {
    try {
      renameSync(this.#path(age - 1), this.#path(age))
    } catch (cause) {
      if (systemCode(cause) !== 'ENOENT') throw cause
    }
  }

  #path(age: number): string {
    const { path } = this.#options
    return age === 0 ? path : path.replace(/(\.[^./]*)?$/, `.${age}$1`)
  }

  #open(): SonicBoom {
    const { path } = this.#options
    const fd = openSync(path, 'a')
    try {
      this.#bytes = fstatSync(fd).size
    } catch (cause) {
      closeSync(fd)
      throw cause
    }
    const stream = new SonicBoom({ fd, sync: false, maxLength: bufferBytesMax })
    stream.on('error', (cause: unknown) => {
      this.#complain(diskError('write', path, systemCode(cause), cause))
    })
    stream.on('write', () => (this.#hasComplained = false))
    stream.on('drop', () => this.#dropped++)
    return stream
  }

  /** Once until something works again: a full disk would else say so at every line. */
  #complain(error: Error): void {
    if (this.#hasComplained) return
    this.#hasComplained = true
    this.#options.onTrouble(error)
  }

  #end(stream: SonicBoom): void {
    const closing = new Promise<void>((resolve) => {
      stream.once('close', resolve)
      stream.once('error', () => {
        stream.destroy()
        resolve()
      })
    }).then(() => void this.#closing.delete(closing))
    this.#closing.add(closing)
    stream.end()
  }
}

export interface RollingFileOptions {
  readonly path: string
  readonly maxBytes: number
  /** The current one included. */
  readonly maxFiles: number
  readonly onTrouble: (error: Error) => void
}

const bufferBytesMax = 8 * 2 ** 20

function told<Result>(verb: string, path: string, run: () => Result): Result {
  try {
    return run()
  } catch (cause) {
    throw diskError(verb, path, systemCode(cause), cause)
  }
}
