/**
 * Bugs a journal could have, planted between it and the disk, where no production code knows of
 * them. Each is a journal that ignores some rule as seen from below: a flush that never goes out
 * is a journal that acknowledges too early.
 *
 * A crash test that no longer catches each of these is itself broken.
 */
import { type Disk, type DiskFile, GenesisError, crc32 } from '../runtime/index.ts'
import { blockOf, headerBytes, lengthAt, sealRecords } from './record.ts'

type FileOverrides = (file: DiskFile, path: string) => Partial<DiskFile>

/** The same disk but for what is overridden. */
function wrapDisk(disk: Disk, files: FileOverrides, overrides: Partial<Disk> = {}): Disk {
  return {
    open: async (path, options) => {
      const file = await disk.open(path, options)
      return { ...delegate(file), ...(path.endsWith('.journal') ? files(file, path) : {}) }
    },
    readFile: (path) => disk.readFile(path),
    replaceFile: (path, bytes) => disk.replaceFile(path, bytes),
    exists: (path) => disk.exists(path),
    list: (folder) => disk.list(folder),
    makeFolder: (folder) => disk.makeFolder(folder),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    syncDirectory: (folder) => disk.syncDirectory(folder),
    ...overrides,
  }
}

function delegate(file: DiskFile): DiskFile {
  return {
    size: () => file.size(),
    read: (target, position) => file.read(target, position),
    write: (bytes, position) => file.write(bytes, position),
    truncate: (size) => file.truncate(size),
    dataSync: () => file.dataSync(),
    close: () => file.close(),
  }
}

/** Not a bug: a process that is killed after so many operations. The page cache stays. */
export function mortalDisk(disk: Disk, operations: number): { disk: Disk; die(): void } {
  let left = operations
  const alive = <T>(run: () => Promise<T>): Promise<T> =>
    left-- > 0 ? run() : Promise.reject(new GenesisError('disk-failed', 'the process was killed'))
  const mortal: Disk = {
    open: async (path, options) => {
      const file = await alive(() => disk.open(path, options))
      return {
        size: () => alive(() => file.size()),
        read: (target, position) => alive(() => file.read(target, position)),
        write: (bytes, position) => alive(() => file.write(bytes, position)),
        truncate: (size) => alive(() => file.truncate(size)),
        dataSync: () => alive(() => file.dataSync()),
        close: () => file.close(),
      }
    },
    readFile: (path) => alive(() => disk.readFile(path)),
    replaceFile: (path, bytes) => alive(() => disk.replaceFile(path, bytes)),
    exists: (path) => alive(() => disk.exists(path)),
    list: (folder) => alive(() => disk.list(folder)),
    makeFolder: (folder) => alive(() => disk.makeFolder(folder)),
    rename: (from, to) => alive(() => disk.rename(from, to)),
    remove: (path) => alive(() => disk.remove(path)),
    syncDirectory: (folder) => alive(() => disk.syncDirectory(folder)),
  }
  return {
    disk: mortal,
    die: () => {
      left = 0
    },
  }
}

/** The last write of each file stays in the process until the next one. */
export const acknowledgesBeforeWrite = (disk: Disk): Disk =>
  wrapDisk(disk, (file) => {
    let held: { bytes: Uint8Array; position: number } | undefined
    return {
      write: async (bytes, position) => {
        if (held) await file.write(held.bytes, held.position)
        held = { bytes: bytes.slice(), position }
        return bytes.length
      },
    }
  })

export const acknowledgesBeforeFlush = (disk: Disk): Disk =>
  wrapDisk(disk, () => ({ dataSync: () => Promise.resolve() }))

/** What is read gets the checksum that fits it. */
export const hasNoChecksum = (disk: Disk): Disk =>
  wrapDisk(disk, (file) => ({
    read: async (target, position) => {
      const count = await file.read(target, position)
      const { bytes, view } = blockOf(Buffer.from(target.buffer, target.byteOffset, count))
      for (let at = 0; at + headerBytes <= count; at += lengthAt(view, at)) {
        const length = lengthAt(view, at)
        if (length < headerBytes || at + length > count) break
        view.setUint32(at + 4, crc32(bytes.subarray(at + 8, at + length)), true)
      }
      return count
    },
  }))

export const ignoresShortWrites = (disk: Disk): Disk =>
  wrapDisk(disk, (file) => ({
    write: async (bytes, position) => {
      await file.write(bytes, position)
      return bytes.length
    },
  }))

export const retriesFailedFlush = (disk: Disk): Disk =>
  wrapDisk(disk, (file) => ({ dataSync: () => file.dataSync().catch(() => file.dataSync()) }))

export const neverFlushesFolder = (disk: Disk): Disk =>
  wrapDisk(disk, () => ({}), { syncDirectory: () => Promise.resolve() })

/** Segments are removed before the word that they go is safe. */
export const neverFlushesTheHead = (disk: Disk): Disk =>
  wrapDisk(disk, () => ({}), {
    open: async (path, options) => {
      const file = await disk.open(path, options)
      if (!path.endsWith('/head')) return file
      return { ...delegate(file), dataSync: () => Promise.resolve() }
    },
  })

/** A batch that fills the segment is flushed when the segment is left. */
export const leavesLastBatchToTheSeal = (disk: Disk): Disk =>
  wrapDisk(disk, (file) => {
    let isFull = false
    return {
      write: async (bytes, position) => {
        isFull = position + bytes.length > (await file.size()) - 150
        return file.write(bytes, position)
      },
      dataSync: () => (isFull ? Promise.resolve() : file.dataSync()),
      close: async () => {
        if (isFull) await file.dataSync()
        await file.close()
      },
    }
  })

/** The torn tail stays, and no epoch tells it from what is written over it. */
export const keepsTornTail = (disk: Disk): Disk =>
  wrapDisk(disk, (file) => ({
    write: (bytes, position) => {
      const copy = Buffer.from(bytes)
      const end = endOfRecords(copy)
      rewriteEpochs(copy, end)
      return file.write(copy.subarray(0, end), position).then((n) => n + copy.length - end)
    },
  }))

/** Recovery clears the torn tail but does not write again what it could read. */
export const trustsThePageCache = (disk: Disk): Disk =>
  wrapDisk(disk, (file) => {
    let isRecovery = false
    return {
      read: (target, position) => {
        isRecovery = true
        return file.read(target, position)
      },
      write: async (bytes, position) => {
        const kept = isRecovery ? endOfRecords(Buffer.from(bytes)) : 0
        return kept + (await file.write(bytes.subarray(kept), position + kept))
      },
    }
  })

function endOfRecords(bytes: Buffer): number {
  const { view } = blockOf(bytes)
  let at = 0
  while (at + headerBytes <= bytes.length && lengthAt(view, at) > 0) at += lengthAt(view, at)
  return at
}

function rewriteEpochs(bytes: Buffer, end: number): void {
  const block = blockOf(bytes)
  for (let at = 0; at < end; at += lengthAt(block.view, at)) {
    const acknowledged = block.view.getUint32(at + 16, true)
    sealRecords(block, at, at + lengthAt(block.view, at), { acknowledged, epoch: 1 })
  }
}
