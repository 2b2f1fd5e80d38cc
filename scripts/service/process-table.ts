import { readdir, readFile, readlink } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Which processes are ours, and the end of them. A pid alone proves nothing, since pids are used
 * again: with its birth it names one process for ever. Those of a run that crashed before it wrote
 * anything down are found by the folder they work in, or by the mark in their environment.
 *
 * Reads /proc; elsewhere births are unknown and only recorded processes are found.
 */
export interface ProcessId {
  readonly pid: number
  /** Clock ticks from boot to its start; '' where the system does not say. */
  readonly born: string
}

/** The variable every process of ours carries, whose value is the folder it belongs to. */
export const MARK = 'GENESIS_SERVICES'

export async function identify(pid: number): Promise<ProcessId> {
  return { pid, born: (await birth(pid)) ?? '' }
}

export async function isAlive({ pid, born }: ProcessId): Promise<boolean> {
  if (!answersSignals(pid)) return false
  const now = await birth(pid)
  return now === null ? process.platform !== 'linux' : born === '' || now === born
}

/** Every process that works in `folder` or below, or carries its mark. */
export async function processesOf(folder: string): Promise<ProcessId[]> {
  const entries = await readdir('/proc').catch(() => [] as string[])
  const pids = entries.filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
  const found = await Promise.all(
    pids.map(async (pid) => ((await belongs(pid, folder)) ? identify(Number(pid)) : null)),
  )
  const alive = found.filter((one) => one !== null)
  return alive.filter(({ born }) => born !== '')
}

/** Asks politely, waits, insists, waits; throws when something survives even that. */
export async function stopProcesses(
  list: () => Promise<ProcessId[]>,
  signal: NodeJS.Signals,
  patienceMs: number,
): Promise<void> {
  for (const id of await list()) await send(id, signal)
  if (await gone(list, patienceMs)) return
  for (const id of await list()) await send(id, 'SIGKILL')
  if (await gone(list, 5000)) return
  const pids = (await list()).map(({ pid }) => pid)
  throw new Error(`processes ${pids.join(', ')} do not end, not even by SIGKILL`)
}

async function gone(list: () => Promise<ProcessId[]>, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs
  while ((await list()).length > 0) {
    if (performance.now() > deadline) return false
    await sleep(25)
  }
  return true
}

async function send(id: ProcessId, signal: NodeJS.Signals): Promise<void> {
  if (!(await isAlive(id))) return
  try {
    process.kill(id.pid, signal)
  } catch (error) {
    // It ended between the look and the signal, which is what we wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Null for no such process, and for one that ended and only waits to be collected. */
async function birth(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name in parentheses may hold spaces; the fields are counted behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields.length < 20 ? null : fields[19]!
}

async function belongs(pid: string, folder: string): Promise<boolean> {
  const inside = (path: string) => path === folder || path.startsWith(`${folder}/`)
  const workingFolder = await readlink(`/proc/${pid}/cwd`).catch(() => '')
  if (inside(workingFolder)) return true
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
  const mark = environment.split('\0').find((entry) => entry.startsWith(`${MARK}=`))
  return mark !== undefined && inside(mark.slice(MARK.length + 1))
}
