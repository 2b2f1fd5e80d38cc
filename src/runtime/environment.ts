import { readFileSync } from 'node:fs'
import process from 'node:process'
import { isatty } from 'node:tty'
import { type Keeper, ownKeeper, type ProcessCopy, startCopy } from './process-copy.ts'

/**
 * The process as an argument: the only reader of its environment, arguments, signals and output.
 *
 * Only the entry (`cli/`) and what it hands this to may use it; everything below works on values.
 */
export interface Process {
  readonly pid: number
  readonly nodeVersion: string
  readonly platform: string
  /** Milliseconds from the start of the process to now: what cold start is measured by. */
  readonly upMs: () => number
  /** What follows the script on the command line. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  cwd(): string
  memory(): ProcessMemory
  /** Whether a person looks at the output. */
  readonly isTerminal: boolean
  write(text: string): void
  writeError(text: string): void
  /** Runs `run` at each such signal, in place of ending; returns what undoes it. */
  onSignal(signal: ProcessSignal, run: () => void): () => void
  /** Runs `run` for an error nobody caught, in place of Node's report; returns what undoes it. */
  onUncaught(run: (error: unknown) => void): () => void
  /** Whether a process of this number lives, ours or not. */
  isAlive(pid: number): boolean
  /**
   * Tells a process from a later one of the same number, on this machine or in this container:
   * undefined when no such process lives. Where the system does not tell, the number alone.
   */
  identityOf(pid: number): string | undefined
  /** Starts this very program again, as a child: `restarts` says for how many-th time. */
  startCopy(restarts: number): ProcessCopy
  /** The parent that started this process as a copy of itself; null without one. */
  readonly keeper: Keeper | null
  /** Ends the process once its output is written. */
  exit(code: number): Promise<never>
}

export type ProcessSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

export interface ProcessMemory {
  readonly residentBytes: number
  readonly heapUsedBytes: number
  readonly externalBytes: number
}

export function processPort(): Process {
  // A reader that went away (`genesis ... | head`) ends us quietly.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
  // Without a reader for its complaints the process goes on, in silence: the log files have them.
  let hasErrorReader = true
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    hasErrorReader = false
  })
  return {
    pid: process.pid,
    nodeVersion: process.versions.node,
    platform: process.platform,
    upMs: () => process.uptime() * 1_000,
    args: process.argv.slice(2),
    env: process.env,
    cwd: () => process.cwd(),
    memory,
    isTerminal: isatty(1),
    write: (text) => void process.stdout.write(text),
    writeError: (text) => {
      if (hasErrorReader) process.stderr.write(text)
    },
    onSignal(signal, run) {
      process.on(signal, run)
      return () => void process.off(signal, run)
    },
    onUncaught(run) {
      // An unhandled rejection becomes an uncaught exception in Node: one listener is enough.
      process.on('uncaughtException', run)
      return () => void process.off('uncaughtException', run)
    },
    isAlive,
    identityOf,
    startCopy,
    keeper: ownKeeper(),
    exit,
  }
}

function memory(): ProcessMemory {
  const { rss, heapUsed, external } = process.memoryUsage()
  return { residentBytes: rss, heapUsedBytes: heapUsed, externalBytes: external }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !isZombie(pid)
  } catch (cause) {
    // Anything but "no such process" is about a process that is there.
    return (cause as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Killed, and its parent has not looked: common in containers, whose first process never does. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    return /^[ZX]/.test(afterName(readFileSync(`/proc/${pid}/stat`, 'latin1')))
  } catch {
    // It ended between the two looks, or /proc is not for us.
    return false
  }
}

/** The fields of /proc/pid/stat after the name, which may contain spaces and brackets. */
function afterName(stat: string): string {
  return stat.slice(stat.lastIndexOf(')') + 2)
}

function identityOf(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined
  if (process.platform !== 'linux') return `${pid}`
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The start time is the 20th field after the name.
    const startTicks = afterName(stat).split(' ')[19]
    return `${pid} ${startTicks} ${boot}`
  } catch {
    // It ended between the two looks, or /proc is not for us.
    return isAlive(pid) ? `${pid}` : undefined
  }
}

async function exit(code: number): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map(written))
  process.exit(code)
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}
