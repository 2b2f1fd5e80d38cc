import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  stat,
  unlink,
} from 'node:fs/promises'
import { constants } from 'node:fs'
import { dirname } from 'node:path'
import type { Disk, DiskFile } from './disk.ts'
import { diskError, systemCode } from './disk-error.ts'
import { replaceFile } from './disk-steps.ts'

/**
 * The machine's file system.
 *
 * What holds: every rejection is a `GenesisError` that names the operation, the path and the
 * system's own code; `makeFolder` flushes the folders it made, so a folder is safe once it
 * resolved; nothing is retried here, a failed flush least of all.
 */
export function fileDisk(): Disk {
  const disk: Disk = {
    async open(path, { create = false, readOnly = false } = {}) {
      const access = readOnly ? constants.O_RDONLY : constants.O_RDWR
      const flags = access | (create ? constants.O_CREAT : 0)
      return new OpenFile(path, await told('open', path, open(path, flags)))
    },
    readFile: (path) => told('read', path, readFile(path)),
    replaceFile: (path, bytes) => replaceFile(disk, path, bytes),
    exists,
    async list(folder) {
      const names = await told('list', folder, readdir(folder).catch(emptyWhenAbsent))
      return names.sort()
    },
    async makeFolder(folder) {
      const missing: string[] = []
      for (let path = folder; !(await exists(path)); path = dirname(path)) missing.unshift(path)
      // Each by itself: Node's recursive form never returns where /proc refuses a name.
      for (const path of missing) {
        await told('make folder', path, mkdir(path).catch(fineWhenThere))
        await disk.syncDirectory(dirname(path))
      }
      if (missing.length > 0) return
      if (!(await told('look for', folder, stat(folder))).isDirectory()) {
        throw diskError('make folder', folder, 'EEXIST')
      }
    },
    rename: (from, to) => told('rename', from, rename(from, to)),
    remove: (path) => told('remove', path, unlink(path)),
    syncDirectory: (folder) => told('flush folder', folder, syncDirectory(folder)),
  }
  return disk
}

class OpenFile implements DiskFile {
  readonly #path: string
  readonly #handle: FileHandle

  constructor(path: string, handle: FileHandle) {
    this.#path = path
    this.#handle = handle
  }

  async size(): Promise<number> {
    return (await told('measure', this.#path, this.#handle.stat())).size
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    let done = 0
    while (done < target.length) {
      const reading = this.#handle.read(target, done, target.length - done, position + done)
      const { bytesRead } = await told('read', this.#path, reading)
      if (bytesRead === 0) break
      done += bytesRead
    }
    return done
  }

  async write(bytes: Uint8Array, position: number): Promise<number> {
    const writing = this.#handle.write(bytes, 0, bytes.length, position)
    return (await told('write', this.#path, writing)).bytesWritten
  }

  truncate(size: number): Promise<void> {
    return told('truncate', this.#path, this.#handle.truncate(size))
  }

  dataSync(): Promise<void> {
    return told('flush', this.#path, this.#handle.datasync())
  }

  close(): Promise<void> {
    return told('close', this.#path, this.#handle.close())
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (cause) {
    if (isAbsence(cause)) return false
    throw diskError('look for', path, systemCode(cause), cause)
  }
}

async function syncDirectory(folder: string): Promise<void> {
  // Windows neither opens nor needs to flush a folder.
  if (process.platform === 'win32') return
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function emptyWhenAbsent(cause: unknown): string[] {
  if (isAbsence(cause)) return []
  throw cause
}

/** Another process made it in between. */
function fineWhenThere(cause: unknown): void {
  if (systemCode(cause) !== 'EEXIST') throw cause
}

function isAbsence(cause: unknown): boolean {
  const code = systemCode(cause)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

async function told<T>(verb: string, path: string, operation: Promise<T>): Promise<T> {
  try {
    return await operation
  } catch (cause) {
    throw diskError(verb, path, systemCode(cause), cause)
  }
}
