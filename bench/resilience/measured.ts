import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What can be asked about a subject. */
export type Measured =
  | 'nanoseconds'
  | 'bytes'
  | 'held bytes'
  | 'used bytes'
  | 'idle'
  | 'timers'
  | 'kept bytes'

/** Asks a fresh process. */
export function measured(name: string, what: Measured): Promise<number> {
  const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), [name, what], {
    execArgv: [...process.execArgv, '--expose-gc', ...(what === 'bytes' ? NURSERY : [])],
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  })
  return new Promise((resolve, reject) => {
    let figure: number | undefined
    child.once('message', (message) => {
      figure = message as number
    })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (figure !== undefined && code === 0) resolve(figure)
      else reject(new Error(`${name}, ${what}: ${signal ?? `exit code ${code}`}`))
    })
  })
}

/** Megabytes in which nothing is collected while bytes are counted. */
const NURSERY = ['--min-semi-space-size=256', '--max-semi-space-size=256']
const DEADLINE_MS = 120_000
