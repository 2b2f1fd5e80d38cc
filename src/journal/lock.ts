/**
 * Keeps a second live process from appending to the same folder.
 *
 * Each process first makes its own `lock-<pid>-<identity>`, then looks for others. Of two that
 * start at the same moment at least one sees the other, so never do both go on (both may give
 * up). That needs no exclusive create, no file content and no flush. The file of a dead process
 * is removed, and so is one whose process id belongs to another process by now, as after a
 * restart of the machine; the identity tells them apart. One of our own process id is from an
 * earlier life.
 *
 * What it cannot see: another machine, or a container that does not share process ids.
 */
import { crc32, type Disk, GenesisError, type Log } from '../runtime/index.ts'

export interface Owner {
  readonly pid: number
  /** Tells a process from a later one of the same number; undefined where none lives. */
  identityOf(pid: number): string | undefined
}

export interface Lock {
  release(): Promise<void>
}

const pattern = /^lock-(\d{1,10})-([0-9a-f]{8})$/
const heldHere = new WeakMap<Disk, Set<string>>()

export async function lockFolder(
  disk: Disk,
  folder: string,
  owner: Owner,
  log: Log,
): Promise<Lock> {
  const held = heldHere.get(disk) ?? new Set()
  heldHere.set(disk, held)
  if (held.has(folder)) {
    throw new GenesisError('journal-locked', `This process has the journal ${folder} open already.`)
  }
  held.add(folder)
  const own = nameOf(owner.pid, owner.identityOf(owner.pid) ?? '')
  const path = `${folder}/${own}`
  const release = async (): Promise<void> => {
    held.delete(folder)
    await removeLock(disk, path, log)
  }
  try {
    await (await disk.open(path, { create: true })).close()
    await refuseOthers(disk, folder, { owner, own }, log)
  } catch (cause) {
    await release().catch((error: unknown) => {
      log.warn({ file: path, error }, 'The lock file of the journal could not be removed.')
    })
    throw cause
  }
  return { release }
}

async function refuseOthers(
  disk: Disk,
  folder: string,
  { owner, own }: { readonly owner: Owner; readonly own: string },
  log: Log,
): Promise<void> {
  for (const name of await disk.list(folder)) {
    const pid = Number(pattern.exec(name)?.[1] ?? Number.NaN)
    if (Number.isNaN(pid) || name === own) continue
    const identity = owner.identityOf(pid)
    if (pid !== owner.pid && identity !== undefined && nameOf(pid, identity) === name) {
      throw new GenesisError(
        'journal-locked',
        `Process ${pid} has the journal ${folder} open. Stop it first; if it is not Genesis, ` +
          `remove ${folder}/${name}.`,
        { details: { pid, folder } },
      )
    }
    log.info({ pid, folder }, 'A dead process left its lock on the journal; it is removed.')
    await removeLock(disk, `${folder}/${name}`, log)
  }
}

function nameOf(pid: number, identity: string): string {
  const hash = crc32(new TextEncoder().encode(identity))
  return `lock-${pid}-${hash.toString(16).padStart(8, '0')}`
}

/** Another process that starts now, or a person, may have removed it first. */
async function removeLock(disk: Disk, path: string, log: Log): Promise<void> {
  await disk.remove(path).catch((cause: unknown) => {
    if (!(cause instanceof GenesisError) || cause.code !== 'file-missing') throw cause
    log.warn({ file: path }, 'A lock of the journal was gone already.')
  })
}
