import { posix } from 'node:path'
import type { Disk, DiskFile } from './disk.ts'
import { GenesisError } from './errors.ts'

/** What every disk does the same way, in terms of its single steps. */

/** Writes all of `bytes`, going on after short writes. */
export async function writeAll(file: DiskFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const written = await file.write(done === 0 ? bytes : bytes.subarray(done), position + done)
    if (written <= 0) throw new GenesisError('disk-failed', 'a write made no progress')
    done += written
  }
}

/** The steps of `Disk.replaceFile`: at every moment the target is the old or the new, whole. */
export async function replaceFile(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.new`
  const file = await disk.open(beside, { create: true })
  try {
    await file.truncate(0)
    await writeAll(file, bytes, 0)
    await file.dataSync()
  } finally {
    await file.close()
  }
  await disk.rename(beside, path)
  await disk.syncDirectory(posix.dirname(path))
}
