import { spawn } from 'node:child_process'
import process from 'node:process'

/**
 * A process that starts itself again, as a child, and the child's tie to it.
 *
 * What holds: the child has the same program, arguments and output; it is in a process group of
 * its own, so that Ctrl-C reaches it once, from its parent, and not twice; `ended` resolves exactly
 * once, also when it could not be started; the child learns when its parent is gone, however it
 * went. A process that merely inherited the environment of such a child is not taken for one.
 */
export interface ProcessCopy {
  readonly pid: number | undefined
  readonly ended: Promise<ProcessEnd>
  /** Runs `run` at each sign of life. */
  onBeat(run: () => void): void
  signal(signal: NodeJS.Signals): void
}

export type ProcessEnd =
  | { readonly by: 'exit'; readonly code: number }
  | { readonly by: 'signal'; readonly signal: string }
  | { readonly by: 'no-start'; readonly reason: string }

/** The parent of a copy, seen from the copy. */
export interface Keeper {
  /** How often the process was started again before this life. */
  readonly restarts: number
  /** A sign of life. */
  beat(): void
  onGone(run: () => void): void
}

export function startCopy(restarts: number): ProcessCopy {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, [KEEPER]: String(process.pid), [RESTARTS]: String(restarts) },
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.on('error', (error) => {
      // Also of a signal or a message that came too late: only what never ran has no exit.
      if (child.pid === undefined) resolve({ by: 'no-start', reason: error.message })
    })
    child.on('exit', (code, signal) => {
      resolve(code === null ? { by: 'signal', signal: String(signal) } : { by: 'exit', code })
    })
  })
  return {
    pid: child.pid,
    ended,
    onBeat: (run) => void child.on('message', run),
    signal: (signal) => void child.kill(signal),
  }
}

/** Null when this process is no copy. */
export function ownKeeper(): Keeper | null {
  if (process.env[KEEPER] !== String(process.ppid) || process.send === undefined) return null
  return {
    restarts: Number(process.env[RESTARTS]),
    beat() {
      // With a callback the failure to send is told to it: `onGone` is what counts.
      if (process.connected) process.send?.('beat', undefined, undefined, () => undefined)
    },
    onGone: (run) => void process.on('disconnect', run),
  }
}

const KEEPER = 'GENESIS_KEEPER'
const RESTARTS = 'GENESIS_RESTARTS'
